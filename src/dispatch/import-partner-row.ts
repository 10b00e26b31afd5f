import { type ContactRole, contactRoles } from '../lead/partner.ts';
import { listOf, numberOf, type Synonyms, wordOf } from './import-columns.ts';
import { countryIn } from './import-lead-row.ts';
import { countryCode } from './normalise-codes.ts';

/** What a partner's columns may be called. Contacts come in numbered columns, or one a row. */
export const partnerColumnNames: Synonyms = {
  external_id: [
    'id',
    'partner id',
    'externe id',
    'partnernummer',
    'nummer',
    'kundennummer',
    'account number',
  ],
  name: ['partner', 'partner name', 'company', 'company name', 'firma', 'firmenname'],
  kind: ['type', 'partner type', 'art', 'typ', 'partnerart'],
  level: ['tier', 'partner level', 'stufe', 'status stufe'],
  parent: ['distributor', 'parent id', 'uebergeordnet', 'übergeordneter partner'],
  territories: ['territory', 'region codes', 'gebiet', 'gebiete', 'vertriebsgebiet'],
  country: ['country code', 'land'],
  postal_code: ['zip', 'zip code', 'postcode', 'plz', 'postleitzahl'],
  lat: ['latitude', 'breite', 'breitengrad'],
  lon: ['lng', 'longitude', 'laenge', 'längengrad'],
  products: ['product', 'produkt', 'produkte'],
  certifications: ['certification', 'certificates', 'zertifikat', 'zertifikate', 'zertifizierungen'],
  industries: ['industry', 'branche', 'branchen'],
  languages: ['sprachen'],
  capacity_open: ['capacity', 'max open leads', 'kapazitaet', 'kapazität', 'kapazität offen'],
  capacity_week: ['leads per week', 'kapazität woche', 'leads pro woche'],
  days: ['working days', 'arbeitstage', 'wochentage'],
  from: ['opens', 'open from', 'von', 'beginn'],
  to: ['closes', 'open to', 'bis', 'ende'],
  region: ['holiday region', 'bundesland', 'feiertagsregion'],
  timezone: ['time zone', 'zeitzone'],
  cam: ['account manager', 'channel manager', 'betreuer'],
  contact_external_id: ['contact id', 'kontakt id', 'ansprechpartner id'],
  contact_name: [
    'contact',
    'contact person',
    'kontakt',
    'ansprechpartner',
    'ansprechpartner name',
    'kontakt name',
  ],
  contact_email: ['email', 'e-mail', 'mail', 'kontakt email', 'ansprechpartner email', 'e-mail-adresse'],
  contact_phone: ['phone', 'telephone', 'telefon', 'kontakt telefon', 'ansprechpartner telefon'],
  contact_role: ['role', 'rolle', 'funktion', 'kontakt rolle', 'ansprechpartner rolle'],
  contact_language: ['language', 'sprache', 'kontakt sprache'],
  contact_timezone: ['kontakt zeitzone'],
};
export const isContactField = (field: string): boolean => field.startsWith('contact_');

const kinds = {
  haendler: 'reseller',
  händler: 'reseller',
  wiederverkäufer: 'reseller',
  distribution: 'distributor',
  großhändler: 'distributor',
  agentur: 'agency',
};
const roles = {
  inhaber: 'owner',
  inhaberin: 'owner',
  geschäftsführer: 'owner',
  geschäftsführerin: 'owner',
  verkauf: 'rep',
  verkäufer: 'rep',
  vertrieb: 'rep',
  sales: 'rep',
  leiter: 'manager',
  leiterin: 'manager',
  leitung: 'manager',
  vertriebsleiter: 'manager',
};

type Fields = Readonly<Record<string, string>>;

/** What a row says of the partner itself. */
export const partnerPart = (f: Fields): Record<string, string> =>
  Object.fromEntries(Object.entries(f).filter(([field]) => !isContactField(field)));

/** The contacts of a row, each with the number of its columns (1 for those without). */
export function contactsIn(f: Fields): { readonly number: number; readonly fields: Fields }[] {
  const found = new Map<number, Record<string, string>>();
  for (const [field, text] of Object.entries(f)) {
    const [, name, digits] = /^contact_([a-z_]+?)(?:_(\d+))?$/.exec(field) ?? [];
    if (!name) continue;
    const number = Number(digits ?? 1);
    found.set(number, { ...found.get(number), [name]: text });
  }
  return [...found].sort(([a], [b]) => a - b).map(([number, fields]) => ({ number, fields }));
}

/** A partner in the words of PUT /partners, to be checked like any other. */
export function partnerInRows(f: Fields, contacts: readonly Fields[]): object {
  const custom = Object.entries(f).filter(([field]) => field.startsWith('custom.'));
  const located = ['country', 'postal_code', 'lat', 'lon'].some((field) => f[field] !== undefined);
  const timed = ['days', 'from', 'to', 'region'].some((field) => f[field] !== undefined);
  return {
    name: f['name'],
    kind: wordOf(f['kind'], kinds)?.toLowerCase() ?? 'reseller',
    level: f['level'],
    parent: f['parent'],
    territories: listOf(f['territories'])?.map(territoryIn),
    location: located
      ? {
          country: countryIn(f['country']),
          postal_code: f['postal_code'],
          lat: numberOf(f['lat']),
          lon: numberOf(f['lon']),
        }
      : undefined,
    products: listOf(f['products']),
    certifications: listOf(f['certifications']),
    industries: listOf(f['industries']),
    languages: listOf(f['languages']),
    capacity: { open: numberOf(f['capacity_open']), week: numberOf(f['capacity_week']) },
    calendar: timed
      ? { days: listOf(f['days'])?.map(numberOf), from: f['from'], to: f['to'], region: f['region'] }
      : undefined,
    timezone: f['timezone'],
    cam: f['cam'],
    contacts: contacts.map(contactIn),
    custom: Object.fromEntries(custom.map(([field, text]) => [field.slice('custom.'.length), text])),
  };
}

/** `Deutschland` is DE; a code stays what it is. */
const territoryIn = (text: string): string =>
  countryCode(text.slice(0, 2)) ? text : (countryIn(text) ?? text);

/** The first contact owns what comes unless told otherwise. */
function contactIn(f: Fields, i: number): object {
  const role = wordOf(f['role'], roles)?.toLowerCase();
  const known = contactRoles.includes(role as ContactRole);
  return {
    external_id: f['external_id'] ?? f['email'],
    name: f['name'],
    email: f['email'],
    phone: f['phone'],
    role: known || role ? role : i === 0 ? 'owner' : 'rep',
    language: f['language'],
    timezone: f['timezone'],
  };
}

/** The column's field behind a pointer of the check. Contacts are told apart by their place. */
export function partnerFieldBehind(pointer: string): {
  readonly field: string;
  readonly contact: number | null;
} {
  const [first = '', second, third] = pointer.slice(1).split('/');
  if (first === 'contacts') return { field: `contact_${third ?? 'name'}`, contact: Number(second ?? 0) };
  if (first === 'location' || first === 'calendar') return { field: second ?? 'country', contact: null };
  if (first === 'capacity') return { field: `capacity_${second ?? 'open'}`, contact: null };
  return { field: first === 'custom' && second ? `custom.${second}` : first, contact: null };
}
