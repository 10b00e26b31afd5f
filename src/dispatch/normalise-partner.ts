import type { ContactRole, PartnerKind, Place, UserRole } from '../lead/partner.ts';
import type { House } from './deps.ts';
import {
  countryCode,
  emailAddress,
  languageTag,
  phoneNumber,
  territoryCode,
  zoneName,
} from './normalise-codes.ts';
import { names, oneLine } from './normalise-text.ts';
import type { PartnerTold } from './register.ts';

type Maybe<T> = T | null | undefined;
type Defaults = Pick<House, 'zone' | 'locale'>;

export interface ContactGiven {
  readonly external_id: string;
  readonly name: string;
  readonly email: string;
  readonly phone?: Maybe<string>;
  readonly role: ContactRole;
  readonly language?: Maybe<string>;
  readonly timezone?: Maybe<string>;
}

/** A partner as the vendor's system tells it, already checked field by field. */
export interface PartnerGiven {
  readonly name: string;
  readonly kind: PartnerKind;
  readonly level?: Maybe<string>;
  readonly parent?: Maybe<string>;
  readonly territories?: Maybe<readonly string[]>;
  readonly location?: Maybe<{ readonly [field in keyof Place]?: Maybe<Place[field]> }>;
  readonly products?: Maybe<readonly string[]>;
  readonly certifications?: Maybe<readonly string[]>;
  readonly industries?: Maybe<readonly string[]>;
  readonly languages?: Maybe<readonly string[]>;
  readonly capacity?: Maybe<{ readonly open?: Maybe<number>; readonly week?: Maybe<number> }>;
  readonly calendar?: Maybe<{
    readonly days?: Maybe<readonly number[]>;
    readonly from?: Maybe<string>;
    readonly to?: Maybe<string>;
    readonly region?: Maybe<string>;
  }>;
  readonly timezone?: Maybe<string>;
  readonly cam?: Maybe<string>;
  readonly contacts?: Maybe<readonly ContactGiven[]>;
  readonly custom?: Maybe<Readonly<Record<string, unknown>>>;
}

/** The partner in the house's own spelling; what is left out is the house's default. */
export function normalisePartner(externalId: string, given: PartnerGiven, house: Defaults): PartnerTold {
  const timezone = given.timezone ? (zoneName(given.timezone) ?? house.zone) : house.zone;
  const languages = names(given.languages).map((tag) => languageTag(tag) ?? tag);
  const country = given.location?.country ? (countryCode(given.location.country) ?? null) : null;
  return {
    external_id: externalId,
    name: oneLine(given.name) ?? '',
    kind: given.kind,
    level: oneLine(given.level),
    parent: oneLine(given.parent),
    territories: names(given.territories).map((area) => territoryCode(area) ?? area),
    location: place(given.location, country),
    products: names(given.products),
    certifications: names(given.certifications),
    industries: names(given.industries),
    languages,
    capacity_open: given.capacity?.open ?? null,
    capacity_week: given.capacity?.week ?? null,
    calendar: calendar(given.calendar),
    timezone,
    cam: given.cam ? (emailAddress(given.cam) ?? null) : null,
    contacts: (given.contacts ?? []).map((c) =>
      contact(c, { zone: timezone, locale: house.locale }, country),
    ),
    custom: given.custom ?? {},
  };
}

export interface UserGiven {
  readonly name: string;
  readonly role: UserRole;
  readonly territory?: Maybe<string>;
  readonly timezone?: Maybe<string>;
  readonly language?: Maybe<string>;
}

export const normaliseUser = (email: string, given: UserGiven, house: Defaults) => ({
  email,
  name: oneLine(given.name) ?? '',
  role: given.role,
  territory: oneLine(given.territory),
  ...reader(given, house),
});

/** How somebody reads: the zone and language told, else the house's. */
const reader = (given: { timezone?: Maybe<string>; language?: Maybe<string> }, house: Defaults) => ({
  timezone: given.timezone ? (zoneName(given.timezone) ?? house.zone) : house.zone,
  language: given.language ? (languageTag(given.language) ?? house.locale) : house.locale,
});

function contact(c: ContactGiven, house: Defaults, country: string | null): PartnerTold['contacts'][number] {
  const phone = oneLine(c.phone);
  return {
    external_id: oneLine(c.external_id) ?? '',
    name: oneLine(c.name) ?? '',
    email: emailAddress(c.email) ?? c.email,
    phone: phone && phoneNumber(phone, country),
    role: c.role,
    ...reader(c, house),
  };
}

function place(given: PartnerGiven['location'], country: string | null): Place | null {
  if (!given) return null;
  return { country, postal_code: oneLine(given.postal_code), lat: given.lat ?? null, lon: given.lon ?? null };
}

function calendar(given: PartnerGiven['calendar']): PartnerTold['calendar'] {
  return {
    days: [...new Set(given?.days ?? [1, 2, 3, 4, 5])].sort(),
    from: given?.from ?? '09:00',
    to: given?.to ?? '17:00',
    ...(given?.region ? { region: given.region.trim().toUpperCase() } : {}),
  };
}
