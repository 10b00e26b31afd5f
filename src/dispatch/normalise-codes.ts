import { domainToASCII } from 'node:url';
import type { CountryCode } from 'libphonenumber-js';
import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** Codes and addresses as the whole house writes them. Each function answers undefined for what is none. */

const iso3166 = `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY
BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB
GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI
KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ
NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI
SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN
VU WF WS YE YT ZA ZM ZW`;
/** ISO 3166-1 alpha-2, all of them. */
export const countryCodes: readonly string[] = iso3166.split(/\s+/);
const countries = new Set(countryCodes);
const currencies = new Set(Intl.supportedValuesOf('currency'));
const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** ISO 3166-1 alpha-2, upper case. */
export function countryCode(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  return countries.has(code) ? code : undefined;
}

/** Names of countries in the languages people write them in, made when first asked for: a file of rows asks a hundred thousand times. */
let named: ReadonlyMap<string, string> | undefined;

/** The code of a country that was written out ("Germany", "Deutschland", "Allemagne", "UK"). */
export function countryNamed(text: string): string | undefined {
  named ??= new Map([
    ['uk', 'GB'],
    // Should two languages mean two countries by one name, the last one wins.
    ...['nl', 'it', 'es', 'fr', 'de', 'en'].flatMap((locale) => {
      const names = new Intl.DisplayNames(locale, { type: 'region' });
      return countryCodes.map((code): [string, string] => [(names.of(code) ?? code).toLowerCase(), code]);
    }),
  ]);
  return named.get(text.trim().toLowerCase());
}

/** ISO 4217, upper case. */
export function currencyCode(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  return currencies.has(code) ? code : undefined;
}

/** A BCP 47 tag of a language that exists, in its usual spelling: `de_at` is `de-AT`. */
export function languageTag(text: string): string | undefined {
  try {
    const locale = new Intl.Locale(text.trim().replaceAll('_', '-'));
    return languageNames.of(locale.language) ? locale.toString() : undefined;
  } catch {
    return undefined;
  }
}

/** An IANA zone; offsets such as `+02:00` are none, because they know no summer time. */
export function zoneName(text: string): string | undefined {
  const name = text.trim();
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    return known.toLowerCase() === name.toLowerCase() ? known : name;
  } catch {
    return undefined;
  }
}

const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainPart = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/;

/** One bare addr-spec: ASCII before the @, a domain name after it (umlauts become punycode). */
export function emailAddress(text: string): string | undefined {
  const found = /^[ \t]*([^\s@]{1,64})@([^\s@]{1,253})[ \t]*$/.exec(text);
  const local = found?.[1] ?? '';
  const domain = domainToASCII((found?.[2] ?? '').toLowerCase());
  const address = `${local}@${domain}`;
  return localPart.test(local) && domainPart.test(domain) && address.length <= 254 ? address : undefined;
}

/** E.164 as read in the prospect's country; a number nobody can parse stays as it was written. */
export function phoneNumber(text: string, country: string | null): string {
  const written = text.trim();
  const parsed = parsePhoneNumberFromString(written, (country ?? undefined) as CountryCode | undefined);
  if (!parsed?.isPossible()) return written;
  return parsed.ext ? `${parsed.number} ext. ${parsed.ext}` : parsed.number;
}

/** `DE`, or `DE-89` for postal codes that begin with 89. */
export function territoryCode(text: string): string | undefined {
  const found = /^([A-Za-z]{2})(?:-([A-Za-z0-9][A-Za-z0-9 ]{0,9}))?$/.exec(text.trim());
  const country = found && countryCode(found[1] as string);
  if (!country) return undefined;
  return found[2] ? `${country}-${found[2].replaceAll(' ', '').toUpperCase()}` : country;
}
