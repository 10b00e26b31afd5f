import { z } from 'zod';
import { likenessReasons } from '../lead/duplicates.ts';
import { qualities, temperatures } from '../lead/lead.ts';
import { verdicts } from '../lead/qualify.ts';
import { leadStates } from '../lead/tables.ts';
import {
  amount,
  amountFault,
  country,
  currency,
  custom,
  date,
  identifier,
  instantOrDate,
  isInstant,
  language,
  lat,
  list,
  lon,
  maybeEmail,
  maybeLanguage,
  money,
  nameList,
  required,
  text,
  wholeCoordinate,
} from './fields.ts';

/** What may be sent about leads. */

const prospect = z
  .strictObject({
    name: text(200),
    company: text(200),
    email: maybeEmail,
    phone: text(40),
    street: text(200),
    postal_code: text(20),
    city: text(100),
    country,
    language: maybeLanguage,
    lat,
    lon,
  })
  .superRefine(wholeCoordinate);

const consent = z.strictObject({
  given: z.boolean(),
  at: instantOrDate,
  text: text(5_000),
  scope: list(z.enum(['share', 'mail', 'phone']), 3).describe('Absent: share.'),
});

export const newLead = z
  .strictObject({
    external_id: identifier().nullish(),
    program: text(100).describe('Absent: the default programme.'),
    source: text(200),
    campaign: text(200),
    cost: money,
    temperature: z.enum(temperatures).nullish().describe('Absent: warm.'),
    quality: z.enum(qualities).nullish().describe('Absent: inquiry.'),
    summary: required(500),
    brief: text(20_000),
    products: nameList,
    industries: nameList,
    languages: list(language),
    value: money,
    expected_close: date,
    prospect: prospect.nullish(),
    consent: consent.nullish(),
    custom,
    dispatch: z
      .boolean()
      .nullish()
      .describe('Absent: true. False keeps the lead at home once it is qualified.'),
  })
  .meta({ id: 'NewLead' });

export const qualifyBody = z
  .strictObject({ verdict: z.enum(verdicts), of: text(20), reason: text(2_000) })
  .superRefine((b, ctx) => {
    if (b.of && b.verdict !== 'duplicate') {
      ctx.addIssue({
        code: 'custom',
        path: ['of'],
        message: 'names the lead this one repeats; leave it out unless the verdict is duplicate',
      });
    }
  });

export const dispatchBody = z.strictObject({ program: text(100) });

export const recallBody = z.strictObject({
  reason: text(2_000),
  next: z.enum(['reoffer', 'hold']).default('reoffer'),
});

export const assignBody = z.strictObject({
  partner: identifier(),
  contact: identifier().nullish().describe('Absent: whoever gets the offers of this partner.'),
});

export const extendBody = z.strictObject({
  until: z.string().refine(isInstant, {
    error: 'must be an instant with its offset, for example "2026-12-01T17:00:00+01:00"',
  }),
});

export const closeBody = z
  .strictObject({
    result: z.enum(['won', 'lost']),
    amount: amount.nullish(),
    currency: currency.nullish(),
    reason: text(100),
  })
  .superRefine((b, ctx) => {
    if (b.currency && !b.amount)
      ctx.addIssue({ code: 'custom', path: ['amount'], message: 'is missing: a currency needs its amount' });
    const wrong = b.amount && b.currency ? amountFault(b.amount, b.currency) : undefined;
    if (wrong) ctx.addIssue({ code: 'custom', path: ['amount'], message: wrong });
    if (b.reason && b.result === 'won')
      ctx.addIssue({ code: 'custom', path: ['reason'], message: 'belongs to a lost lead; leave it out' });
  });

export const noteBody = z.strictObject({ text: required(20_000) });

const state = z.enum(leadStates);

/** An earlier lead that a lead looks like, and why. */
const alike = {
  reference: z.string(),
  reason: z.enum(likenessReasons),
  score: z.number().min(0).max(1),
  same_product: z.boolean(),
};
const moneyShown = z.strictObject({ amount: z.string(), currency: z.string() }).nullable();
const instant = z.iso.datetime();
const nothing = z.null();
const shownText = z.string().nullable();

/** A lead as it is shown. */
export const leadAnswer = z
  .strictObject({
    id: z.uuid(),
    reference: z.string(),
    external_id: shownText,
    source: shownText,
    campaign: shownText,
    cost: moneyShown,
    program: z.string(),
    state,
    stage: shownText,
    phase: shownText,
    temperature: z.enum(temperatures),
    quality: z.enum(qualities),
    summary: z.string(),
    brief: shownText,
    products: z.array(z.string()),
    industries: z.array(z.string()),
    languages: z.array(z.string()),
    value: moneyShown,
    expected_close: shownText,
    next_step: z.looseObject({ who: z.unknown(), what: z.string(), due_at: instant.nullable() }).nullable(),
    other_step: z
      .looseObject({ who: z.unknown(), what: z.string(), due_at: instant.nullable() })
      .nullable()
      .describe('The later step, where the vendor and the partner work a claim together.'),
    claim: z
      .strictObject({
        partner: z.string(),
        contact: z.string(),
        claimed_at: instant,
        promise_at: instant.nullable(),
        via: shownText
          .optional()
          .describe('The distributor who passed the lead on and answers for it upwards.'),
      })
      .nullable(),
    outcome: z
      .strictObject({
        result: z.enum(['won', 'lost']),
        amount: shownText,
        currency: shownText,
        reason: shownText,
        at: instant,
      })
      .nullable(),
    offers: z.array(
      z.strictObject({
        id: z.uuid(),
        partner: z.string(),
        contact: z.string(),
        wave: z.number(),
        state: z.string(),
        sent_at: instant.nullable(),
        expires_at: instant.nullable(),
      }),
    ),
    prospect: z
      .union([z.record(z.string(), z.unknown()), nothing])
      .describe('Null unless the key holds leads:write or admin.'),
    consent: z.record(z.string(), z.unknown()).nullable(),
    custom: z.record(z.string(), z.unknown()),
    duplicates: z.array(z.strictObject(alike)).describe('Earlier leads that this one looks like.'),
    created_at: instant,
  })
  .meta({ id: 'Lead' });

/** The earlier leads that a lead looks like, as they are now. */
export const duplicatesAnswer = z.strictObject({
  items: z.array(
    z.strictObject({
      ...alike,
      state,
      summary: z.string(),
      prospect: z.union([z.record(z.string(), z.unknown()), nothing]),
      created_at: instant,
    }),
  ),
});
