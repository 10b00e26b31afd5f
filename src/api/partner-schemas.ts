import { z } from 'zod';
import { contactRoles, partnerKinds, userRoles } from '../lead/partner.ts';
import {
  country,
  custom,
  email,
  identifier,
  language,
  lat,
  list,
  lon,
  maybeEmail,
  maybeLanguage,
  nameList,
  required,
  territory,
  text,
  wholeCoordinate,
  zone,
} from './fields.ts';

/** What may be sent about partners and people. */

const location = z.strictObject({ country, postal_code: text(20), lat, lon }).superRefine(wholeCoordinate);

const limit = z.number().int().min(0).max(1_000_000).nullish();
const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day such as "09:00"' });
const region = z.string().refine((v) => v.trim() === '' || /^[A-Za-z]{2}-[A-Za-z0-9]{1,3}$/.test(v.trim()), {
  error: 'must be an ISO 3166-2 region such as "DE-BW"',
});

const calendar = z
  .strictObject({
    days: z
      .array(z.number().int().min(1).max(7))
      .min(1)
      .max(7)
      .nullish()
      .describe('1 is Monday. Absent: Monday to Friday.'),
    from: clock.nullish(),
    to: clock.nullish(),
    region: region.nullish(),
  })
  .superRefine((c, ctx) => {
    if ((c.from ?? '09:00') < (c.to ?? '17:00')) return;
    ctx.addIssue({ code: 'custom', path: ['to'], message: `must be later than from (${c.from ?? '09:00'})` });
  });

const contact = z.strictObject({
  external_id: identifier(),
  name: required(200),
  email,
  phone: text(40),
  role: z.enum(contactRoles),
  language: maybeLanguage,
  timezone: zone,
});

const contacts = list(contact, 200).superRefine((all, ctx) => {
  const seen = new Set<string>();
  for (const [n, { external_id }] of (all ?? []).entries()) {
    if (seen.has(external_id)) {
      ctx.addIssue({
        code: 'custom',
        path: [n, 'external_id'],
        message: `"${external_id}" is used twice; each contact needs its own`,
      });
    }
    seen.add(external_id);
  }
});

export const partnerBody = z
  .strictObject({
    external_id: identifier().nullish().describe('As in the address, or absent.'),
    name: required(200),
    kind: z.enum(partnerKinds),
    level: text(100),
    parent: text(200).describe('external_id of the distributor above.'),
    territories: list(territory, 1_000).describe('Empty: everywhere.'),
    location: location.nullish(),
    products: nameList,
    certifications: nameList,
    industries: nameList,
    languages: list(language),
    capacity: z.strictObject({ open: limit, week: limit }).nullish().describe('Absent: unlimited.'),
    calendar: calendar.nullish(),
    timezone: zone,
    cam: maybeEmail,
    contacts,
    custom,
    suspended: z.boolean().nullish().describe('Shown, never set here: what is sent is ignored.'),
  })
  .meta({ id: 'Partner' });

export const userBody = z
  .strictObject({
    email: email.nullish().describe('As in the address, or absent.'),
    name: required(200),
    role: z.enum(userRoles),
    territory: text(200),
    timezone: zone,
    language: maybeLanguage,
  })
  .meta({ id: 'User' });
