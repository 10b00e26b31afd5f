import { decimal } from '../lead/money.ts';
import { amountIn } from './form-fields.ts';
import { dateOf, listOf, numberOf, type Synonyms, wordOf } from './import-columns.ts';
import { countryNamed } from './normalise-codes.ts';

/** What a lead's columns may be called. */
export const leadColumnNames: Synonyms = {
  external_id: ['id', 'lead id', 'externe id', 'nummer', 'lead nr'],
  program: ['programme', 'programm'],
  source: ['quelle', 'herkunft', 'lead source'],
  campaign: ['kampagne'],
  cost: ['kosten', 'lead cost'],
  cost_currency: ['kosten waehrung'],
  temperature: ['temperatur', 'rating'],
  quality: ['qualitaet', 'qualität'],
  summary: ['subject', 'title', 'betreff', 'titel', 'zusammenfassung', 'anfrage', 'anliegen'],
  brief: ['description', 'details', 'message', 'beschreibung', 'nachricht', 'bemerkung', 'text'],
  products: ['product', 'produkt', 'produkte', 'artikel'],
  industries: ['industry', 'branche', 'branchen'],
  languages: ['sprachen'],
  value: ['amount', 'budget', 'wert', 'betrag', 'auftragswert', 'volumen'],
  currency: ['waehrung', 'währung', 'value currency'],
  expected_close: [
    'close date',
    'expected close date',
    'abschluss',
    'abschlussdatum',
    'erwarteter abschluss',
  ],
  name: ['contact name', 'full name', 'kontakt name', 'ansprechpartner', 'vor- und nachname'],
  first_name: ['vorname', 'given name'],
  last_name: ['nachname', 'surname', 'family name', 'familienname'],
  company: ['company name', 'account', 'organisation', 'organization', 'firma', 'unternehmen', 'firmenname'],
  email: ['e-mail', 'mail', 'email address', 'e-mail-adresse', 'mailadresse'],
  phone: [
    'telephone',
    'phone number',
    'mobile',
    'tel',
    'telefon',
    'telefonnummer',
    'rufnummer',
    'mobil',
    'handy',
  ],
  street: ['address', 'street address', 'strasse', 'straße', 'adresse', 'anschrift'],
  postal_code: ['zip', 'zip code', 'postcode', 'plz', 'postleitzahl'],
  city: ['town', 'ort', 'stadt', 'wohnort'],
  country: ['country code', 'land', 'laendercode'],
  language: ['sprache', 'locale'],
  lat: ['latitude', 'breite', 'breitengrad'],
  lon: ['lng', 'longitude', 'laenge', 'längengrad'],
  consent: ['opt in', 'gdpr', 'einwilligung', 'einverstaendnis', 'dsgvo', 'zustimmung'],
  consent_at: ['consent date', 'opt in date', 'einwilligung am', 'zustimmung am'],
  consent_text: ['einwilligung text'],
  consent_scope: ['einwilligung zweck'],
};

const temperatures = { heiss: 'hot', heiß: 'hot', kalt: 'cold', lauwarm: 'warm' };
const yes = ['yes', 'y', 'true', '1', 'x', 'ja', 'j', 'wahr', 'given', 'opt-in'];
const no = ['no', 'n', 'false', '0', 'nein', 'falsch'];

/**
 * A row in the words of POST /leads, to be checked like any other lead.
 *
 * @param currency of amounts that name none
 */
export function leadInRow(f: Readonly<Record<string, string>>, currency: string, dispatch: boolean): object {
  const custom = Object.entries(f).filter(([field]) => field.startsWith('custom.'));
  const name = f['name'] ?? ([f['first_name'], f['last_name']].filter(Boolean).join(' ') || undefined);
  return {
    ...pick(f, ['external_id', 'program', 'source', 'campaign', 'summary', 'brief']),
    temperature: wordOf(f['temperature'], temperatures),
    quality: f['quality']?.toLowerCase().replace(/[\s-]/g, '_'),
    products: listOf(f['products']),
    industries: listOf(f['industries']),
    languages: listOf(f['languages']),
    value: moneyIn(f['value'], f['currency'] ?? currency),
    cost: moneyIn(f['cost'], f['cost_currency'] ?? f['currency'] ?? currency),
    expected_close: dateOf(f['expected_close']),
    prospect: {
      ...pick(f, ['company', 'email', 'phone', 'street', 'postal_code', 'city', 'language']),
      name,
      country: countryIn(f['country']),
      lat: numberOf(f['lat']),
      lon: numberOf(f['lon']),
    },
    consent: consentIn(f),
    custom: Object.fromEntries(custom.map(([field, text]) => [field.slice('custom.'.length), text])),
    dispatch,
  };
}

/** The column's field behind a pointer of the check: `/prospect/email` is email, `/value/amount` is value. */
export function fieldBehind(pointer: string): string {
  const [first = '', second] = pointer.slice(1).split('/');
  if (first === 'prospect') return second ?? 'name';
  if (first === 'consent')
    return second === 'given' || second === undefined ? 'consent' : `consent_${second}`;
  if (first === 'value') return second === 'currency' ? 'currency' : 'value';
  if (first === 'cost') return second === 'currency' ? 'cost_currency' : 'cost';
  return first === 'custom' && second ? `custom.${second}` : first;
}

const pick = (f: Readonly<Record<string, string>>, names: readonly string[]): object =>
  Object.fromEntries(names.flatMap((name) => (f[name] === undefined ? [] : [[name, f[name]]])));

/** A country written out counts; what is none is named by the check. */
export const countryIn = (text: string | undefined): string | undefined =>
  text === undefined || /^[A-Za-z]{2}$/.test(text) ? text : (countryNamed(text) ?? text);

/** `28.000,00 €` in a currency; what is no amount is handed on, to be named by the check. */
function moneyIn(text: string | undefined, currency: string): object | undefined {
  if (text === undefined) return undefined;
  const written = /\b([A-Z]{3})\b/.exec(text)?.[1] ?? currency;
  const money = amountIn(text.replace(/\b[A-Z]{3}\b/, ''), written.toUpperCase());
  return { amount: money ? decimal(money) : text, currency: written };
}

function consentIn(f: Readonly<Record<string, string>>): object | undefined {
  const said = f['consent']?.toLowerCase();
  if (said === undefined) return undefined;
  const given = yes.includes(said) ? true : no.includes(said) ? false : f['consent'];
  return {
    given,
    at: dateOf(f['consent_at']),
    text: f['consent_text'],
    scope: listOf(f['consent_scope'])?.map((scope) => scope.toLowerCase()),
  };
}
