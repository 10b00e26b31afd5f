import type { Span } from './redact.ts';

const word = '[\\p{L}\\p{N}]';
const host = `${word}[\\p{L}\\p{N}-]{0,62}`;
const dot = '(?:\\.|\\s?[([{<]\\s?(?:dot|punkt|point|\\.)\\s?[)\\]}>]\\s?|\\s(?:dot|punkt)\\s)';
const spokenDot = '(?:\\s?[([{<]\\s?(?:dot|punkt|point|\\.)\\s?[)\\]}>]\\s?|\\s(?:dot|punkt|point|punto)\\s)';
const local = `[\\p{L}\\p{N}._%+&'-]{1,64}`;
const topLevel = [
  'com|net|org|info|biz|eu|de|at|ch|li|lu|fr|it|es|pt|nl|be|uk|ie|dk|se|fi|pl|cz|sk|hu|ro|bg|gr|hr|si|rs|ua|tr|us|ca|mx|br',
  'au|nz|jp|cn|kr|ru|ae|za|io|co|me|tv|ai|app|dev|shop|store|online|site|web|cloud|tech|team|work|group|gmbh|berlin|email|page|link',
].join('|');

/**
 * What identifies by its shape alone, in folded text: mail addresses (`a@b.c`, `a (at) b dot c`), URLs, bare host
 * names with a known top level. Every repetition is bounded or free of overlap, so running time stays linear.
 */
export const textShapes: readonly RegExp[] = [
  new RegExp(`${local}@${host}(?:${dot}${host}){0,4}`, 'gu'),
  new RegExp(`${local}\\s{0,2}@\\s{0,2}${host}(?:${dot}${host}){1,4}`, 'gu'),
  new RegExp(
    `${local}\\s{0,2}[([{<]\\s?(?:at|a|@|arroba|kringel)\\s?[)\\]}>]\\s{0,2}${host}(?:${dot}${host}){0,4}`,
    'gu',
  ),
  new RegExp(`${local}\\s{1,2}(?:at|arroba)\\s{1,2}${host}(?:${spokenDot}${host}){1,4}`, 'gu'),
  /\b(?:https?|ftp|mailto|tel|callto|sip|whatsapp|skype):[^\s<>"]{2,}/gu,
  /\bwww\s?\.\s?[^\s<>"]{2,}/gu,
  new RegExp(
    `(?<![\\p{L}\\p{N}-])(?:${host}\\.){1,4}(?:${topLevel})(?![\\p{L}\\p{N}-])(?:[/?#:][^\\s<>"]*)?`,
    'gu',
  ),
];

/** Whatever is shaped like a phone number, in folded text; dates, amounts, years and postal codes are not. */
export function phoneShapes(text: string): Span[] {
  const bare = withoutFigures(text);
  const spans: Span[] = [];
  for (const found of bare.matchAll(/(?<!\d)[+(]{0,2}\d(?:[\s().\-/]{0,3}\d){4,}/gu)) {
    const before = bare.slice(Math.max(0, found.index - 24), found.index);
    if (isPhone(found[0]) || said.test(before))
      spans.push({ from: found.index, until: found.index + found[0].length });
  }
  return spans;
}

const said =
  /(?:tel|telefon|telephone|fon|phone|mobil|mobile|handy|cell|fax|call|whatsapp|rufnummer|durchwahl|anrufen)[^\p{L}\p{N}]{0,4}$/u;

function isPhone(found: string): boolean {
  const digits = found.replace(/\D/g, '');
  if (/^[(+]*\+/.test(found) || digits.startsWith('00')) return digits.length >= 7;
  if (/^\(?0/.test(found)) return digits.length >= 7 && !/^0\d{4}\s\d{4,5}$/.test(found);
  if (/^\(?\d{3}\)?[\s.-]{0,2}\d{3}[\s.-]\d{4}$/.test(found) || /^\d{3}-\d{4}$/.test(found)) return true;
  return digits.length >= 9 && !plainFigures(found);
}

/** Years, postal codes and their ranges standing side by side. */
const plainFigures = (found: string): boolean =>
  /(?<!\d)(?:19|20)\d\d(?!\d)/.test(found) || /^\d{5}[\s-]{1,3}\d{5}$/.test(found);

const units = [
  'eur|euro|€|usd|us\\$|\\$|chf|gbp|£|pln|sek|dkk|nok|czk|huf|jpy|¥|%|k|t|kg|g|mg|to|m|m2|m3|qm|cbm|km|cm|mm|ha|l|hl|w|kw|kwp|kwh|mw|mwh',
  'gwh|v|a|mio|million|millionen|mrd|stuck|stk|pcs|pieces|units|seats|users|lizenzen|licenses|mitarbeiter|employees|tb|gb|mb|uhr|h|std',
].join('|');
const figures: readonly RegExp[] = [
  /(?<!\d)(?:\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:19|20)\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2})(?!\d)/gu,
  new RegExp(
    `(?<![\\d+/(-]|[\\d+/(-]\\s)[1-9](?:\\d{0,2}(?:[. '\\u00a0]\\d{3}){1,4}|\\d{0,8})(?:[.,]\\d{1,2})?\\s?(?:${units})(?![\\p{L}\\p{N}])`,
    'gu',
  ),
  /(?<=(?:eur|euro|€|usd|\$|chf|gbp|£)\s?)[1-9](?:\d{0,2}(?:[. '\u00a0]\d{3}){1,4}|\d{0,8})(?:[.,]\d{1,2})?(?!\d)/gu,
];

/** The text with dates and amounts made unreadable, at the same length. */
const withoutFigures = (text: string): string =>
  figures.reduce((rest, pattern) => rest.replace(pattern, (found) => 'x'.repeat(found.length)), text);
