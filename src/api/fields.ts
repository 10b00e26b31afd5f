import { z } from 'zod';
import {
  countryCode,
  countryNamed,
  currencyCode,
  emailAddress,
  languageTag,
  territoryCode,
  zoneName,
} from '../dispatch/normalise-codes.ts';
import { parseDuration } from '../lead/duration.ts';
import { minorDigits, parseMoney } from '../lead/money.ts';

/** The building blocks of every schema: bounded, and with words that name the fix. Blank optional texts count as absent. */

const isBlank = (text: string): boolean => text.trim() === '';

/** Text that must be there. */
export const required = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((v) => v === '' || !isBlank(v), { error: 'must not be empty' });
export const text = (max: number) => z.string().max(max).nullish();
export const list = <S extends z.ZodType>(item: S, max = 100) => z.array(item).max(max).nullish();
export const nameList = list(required(100));

/** A name other systems give; it becomes part of addresses, so it is one visible line. */
export const identifier = (max = 200) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine(isIdentifier, { error: 'must be one line without control characters or spaces at its ends' });

export const isIdentifier = (v: string): boolean =>
  v.length <= 200 && /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u.test(v) && v === v.trim();

/** A code: `read` knows it, or the value is blank and may be. */
const coded = (
  max: number,
  read: (text: string) => string | undefined,
  words: (text: string) => string,
  example: string,
) =>
  z
    .string()
    .refine((v) => v.length <= max && read(v) !== undefined, {
      error: (issue) => words(String(issue.input).slice(0, 60)),
    })
    .meta({ maxLength: max, examples: [example] });
const orBlank = (read: (text: string) => string | undefined) => (v: string) => (isBlank(v) ? '' : read(v));

const countryWords = (v: string): string => {
  const meant = countryNamed(v);
  return `"${v}" is no ISO 3166-1 alpha-2 country code; ${meant ? `did you mean "${meant}"?` : 'write for example "DE"'}`;
};
const languageWords = (v: string): string =>
  `"${v}" is no BCP 47 language tag; write for example "de" or "de-AT"`;
const zoneWords = (v: string): string => `"${v}" is no IANA time zone; write for example "Europe/Berlin"`;
const emailWords = (v: string): string =>
  `"${v}" is not one plain e-mail address; write for example "anna.weber@partner.example"`;

export const email = coded(254, emailAddress, emailWords, 'anna.weber@partner.example');
export const maybeEmail = coded(
  254,
  orBlank(emailAddress),
  emailWords,
  'anna.weber@partner.example',
).nullish();
export const country = coded(40, orBlank(countryCode), countryWords, 'DE').nullish();
export const language = coded(35, languageTag, languageWords, 'de');
export const maybeLanguage = coded(35, orBlank(languageTag), languageWords, 'de').nullish();
export const zone = coded(60, orBlank(zoneName), zoneWords, 'Europe/Berlin').nullish();
export const currency = coded(
  3,
  currencyCode,
  (v) => `"${v}" is no ISO 4217 currency; write for example "EUR"`,
  'EUR',
);
export const territory = coded(
  13,
  territoryCode,
  (v) =>
    `"${v}" is no territory; write a country such as "DE" or the beginning of its postal codes such as "DE-89"`,
  'DE-89',
);

const longest = 731;

/** ISO 8601, fixed lengths only, two years at most. @param least 1 refuses a duration of nothing */
export const duration = (least: 0 | 1, example = 'P1D') =>
  coded(
    20,
    (v) => (durationFault(v, least, example) ? undefined : v),
    (v) => durationFault(v, least, example) ?? `is too long a text; write for example "${example}"`,
    example,
  );

function durationFault(text: string, least: 0 | 1, example: string): string | undefined {
  const read = parseDuration(text);
  if (!read) {
    return `"${text}" is no ISO 8601 duration of weeks, days, hours, minutes or seconds; write for example "${example}"`;
  }
  if (least === 1 && read.days + read.ms === 0) return `lasts no time at all; write for example "${example}"`;
  const tooLong = read.days + read.ms / 86_400_000 > longest;
  return tooLong ? `lasts longer than two years; write at most "P${longest}D"` : undefined;
}

const isDate = (v: string): boolean => z.iso.date().safeParse(v).success;
export const date = z
  .string()
  .refine((v) => isBlank(v) || isDate(v), { error: 'must be a date such as "2026-12-01"' })
  .meta({ format: 'date' })
  .nullish();
export const isInstant = (v: string): boolean => z.iso.datetime({ offset: true }).safeParse(v).success;
export const instantOrDate = z
  .string()
  .refine((v) => isBlank(v) || isInstant(v) || isDate(v), {
    error: 'must be an instant such as "2026-12-01T09:00:00Z", or a date',
  })
  .nullish();

export const amount = z
  .string({
    error: (issue) =>
      issue.input === undefined ? undefined : 'must be a decimal number as text, for example "28000.00"',
  })
  .refine((v) => /^\d{1,12}(\.\d{1,4})?$/.test(v.trim()), {
    error: 'must be a decimal number without sign or separators, for example "28000.00"',
  })
  .meta({ examples: ['28000.00'] });

/** What is wrong with an amount in its currency; undefined when nothing is. */
export function amountFault(value: string, code: string): string | undefined {
  const known = currencyCode(code);
  if (!known || !/^\d{1,12}(\.\d{1,4})?$/.test(value.trim())) return undefined;
  const places = minorDigits(known);
  if ((value.trim().split('.')[1] ?? '').length > places)
    return `${known} has ${places} decimal places; write at most so many`;
  return parseMoney(value.trim(), known) ? undefined : 'is too large to be counted exactly';
}

export const money = z
  .strictObject({ amount, currency })
  .superRefine((m, ctx) => {
    const wrong = amountFault(m.amount, m.currency);
    if (wrong) ctx.addIssue({ code: 'custom', path: ['amount'], message: wrong });
  })
  .nullish();

export const lat = z.number().min(-90).max(90).nullish();
export const lon = z.number().min(-180).max(180).nullish();

/** Half a coordinate is none. */
export function wholeCoordinate(
  place: { lat?: number | null | undefined; lon?: number | null | undefined },
  ctx: z.RefinementCtx,
): void {
  const [hasLat, hasLon] = [typeof place.lat === 'number', typeof place.lon === 'number'];
  if (hasLat === hasLon) return;
  const missing = hasLat ? 'lon' : 'lat';
  ctx.addIssue({
    code: 'custom',
    path: [missing],
    message: `is missing: send lat and lon together, or neither`,
  });
}

/** Fields of the installation's own; bounded, because they travel with every lead. */
export const custom = z
  .record(z.string().max(64), z.unknown())
  .refine((v) => Object.keys(v).length <= 100, { error: 'must have at most 100 fields' })
  .refine((v) => flatSize(v) <= 16_384, { error: 'must be at most 16 384 characters as JSON' })
  .nullish();

/** Size as JSON; nesting too deep to be stored is reported elsewhere and counts as too large. */
function flatSize(value: unknown): number {
  try {
    return JSON.stringify(value).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
