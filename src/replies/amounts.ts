/** A number of money in a line; more than one reading means that nobody but the writer knows. */
export type AmountFound = {
  readonly readings: readonly string[];
  readonly currency: string | null;
  readonly marked: boolean;
  readonly length: number;
};

/** How numbers of a mail are written. `certain`: its words, not just a setting, say so. */
export type NumberStyle = {
  readonly language: string;
  readonly certain: boolean;
  readonly currency: string | null;
  readonly decimal: ',' | '.' | null;
};

/** `hint`: the grouping sign that the place of the currency sign suggests. */
type NumberHint = NumberStyle & {
  readonly hint: ',' | '.' | null;
  /** A currency stands with the number itself, not with thousands or millions: money has no three places. */
  readonly priced: boolean;
};

/**
 * The amount that starts at `at`, such as "12k", "€ 12.000,50", "12'000 CHF" or "14 tsd".
 * Readings are decimal strings with two places. `marked`: a currency, "k" or grouping was written.
 */
export function amountAt(line: string, at: number, style: NumberStyle): AmountFound | null {
  const rest = line.slice(at, at + 60);
  const before = /^(?:(US\$|C\$|A\$|SFr\.?|Fr\.|[€$£¥₽₴₹]|kr\.?|zł|[A-Za-z]{3,4})(?=[ ]?\d)[ ]?)?/i.exec(
    rest,
  );
  const lead = before?.[1] ?? '';
  if (lead !== '' && currencyOf(lead, style) === undefined) return null;
  const from = before?.[0].length ?? 0;
  const digits =
    /^\d{1,3}(?:(?:[.,'’ ]\d{3}){1,4}(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d{0,9}(?:[.,]\d{1,3}(?!\d))?)(?:,--?|\.--?(?!\d))?/.exec(
      rest.slice(from),
    );
  if (!digits) return null;
  const after = rest.slice(from + digits[0].length);
  const unit =
    /^ ?(k€|t€|teur|tsd\.?|tausend|thousand|k(?:eur)?|mio\.?|millionen|million|mln|m(?=[€$£ ]|$))(?![\p{L}\d])/iu.exec(
      after,
    );
  const afterUnit = after.slice(unit?.[0].length ?? 0);
  const tail = lead === '' ? /^ ?(US\$|[€$£¥₽₴₹]|[A-Za-z]{2,7}\.?|zł)(?![\p{L}\d])/iu.exec(afterUnit) : null;
  const trailing = tail ? currencyOf(tail[1] ?? '', style) : undefined;
  if (/^[\p{L}\d%:]/u.test(afterUnit) && trailing === undefined) return null;
  const inUnit = /€|eur/i.test(unit?.[1] ?? '') ? 'EUR' : null;
  const found = lead === '' ? (trailing ?? null) : (currencyOf(lead, style) ?? null);
  const grouped = /[.,'’ ]\d{3}|[.,]-/.test(digits[0]);
  return {
    readings: readings(digits[0], unitFactor(unit?.[1]), {
      ...style,
      hint: style.certain ? null : trailing === 'EUR' ? '.' : /^(?:us)?[$£]/i.test(lead) ? ',' : null,
      priced: unit === null && (lead !== '' || trailing !== undefined),
    }),
    currency: found ?? inUnit,
    marked: grouped || unit !== null || lead !== '' || trailing !== undefined,
    length:
      from +
      digits[0].length +
      (unit?.[0].length ?? 0) +
      (trailing === undefined ? 0 : (tail?.[0].length ?? 0)),
  };
}

/** The decimal sign that a text's own unambiguous numbers prove, or null. */
export function provenDecimal(text: string): ',' | '.' | null {
  const comma = /\d[.'’ ]\d{3},\d{1,2}(?!\d)/.test(text);
  const point = /\d[,'’]\d{3}\.\d{1,2}(?!\d)/.test(text);
  return comma === point ? null : comma ? ',' : '.';
}

const symbols: Readonly<Record<string, string>> = {
  '€': 'EUR',
  euro: 'EUR',
  euros: 'EUR',
  '£': 'GBP',
  pounds: 'GBP',
  pound: 'GBP',
  us$: 'USD',
  dollar: 'USD',
  dollars: 'USD',
  c$: 'CAD',
  a$: 'AUD',
  'fr.': 'CHF',
  sfr: 'CHF',
  'sfr.': 'CHF',
  franken: 'CHF',
  francs: 'CHF',
  stutz: 'CHF',
  '₽': 'RUB',
  '₴': 'UAH',
  '₹': 'INR',
  zł: 'PLN',
};
const codes = new Set(
  'EUR USD GBP CHF SEK NOK DKK PLN CZK HUF RON BGN ISK TRY UAH RUB JPY CNY INR AUD CAD NZD SGD HKD ZAR BRL MXN ILS AED SAR KRW THB'.split(
    ' ',
  ),
);

/** The ISO 4217 code of a sign or word, null for an ambiguous sign, undefined for no currency. */
function currencyOf(word: string, style: NumberStyle): string | null | undefined {
  const lower = word.toLowerCase();
  const named = symbols[lower] ?? symbols[lower.replace(/\.$/, '')];
  if (named) return named;
  if (codes.has(word.toUpperCase())) return word.toUpperCase();
  if (word === '$')
    return /^(?:AUD|CAD|NZD|SGD|HKD|MXN)$/.test(style.currency ?? '') ? style.currency : 'USD';
  if (word === '¥') return style.currency === 'CNY' ? 'CNY' : 'JPY';
  if (/^kr\.?$/i.test(word))
    return /^(?:SEK|NOK|DKK|ISK)$/.test(style.currency ?? '') ? style.currency : null;
  return undefined;
}

function unitFactor(unit: string | undefined): number {
  if (unit === undefined) return 1;
  return /^m/i.test(unit) ? 1_000_000 : 1000;
}

function readings(written: string, factor: number, style: NumberHint): string[] {
  const digits = written.replace(/[.,]-{1,2}$/, '');
  return [...new Set(plainNumbers(digits, style).map((plain) => money(plain, factor)))];
}

/** The number(s) a notation may mean, with a point and without grouping. */
function plainNumbers(digits: string, style: NumberHint): string[] {
  const bare = digits.replace(/['’ ]/g, '');
  const signs = bare.match(/[.,]/g) ?? [];
  const last = signs.at(-1);
  if (last === undefined) return [bare];
  const [whole, places = ''] = splitAtLast(bare, last);
  if (new Set(signs).size === 2 || bare.length < digits.length)
    return [`${whole.replace(/[.,]/g, '')}.${places}`];
  if (signs.length > 1) return [bare.replace(/[.,]/g, '')];
  if (places.length !== 3) return [`${whole}.${places}`];
  if (/^0+$/.test(whole)) return [`${whole}.${places}`];
  return threePlaces(whole, places, last, style);
}

/** "1.500": grouped where the mail's language groups so and nothing contradicts it. */
function threePlaces(whole: string, places: string, sign: string, style: NumberHint): string[] {
  const grouped = whole + places;
  const both = [grouped, `${whole}.${places}`];
  const grouping = style.language === 'en' ? ',' : '.';
  if (style.decimal !== null && (style.decimal === sign) !== (sign !== grouping)) return both;
  if (sign === grouping || (style.priced && style.decimal !== sign)) return [grouped];
  // "12.000 €" or "$12,000" after plain reply words: the pen shows by where it puts the sign.
  return sign === style.hint ? [grouped] : both;
}

function splitAtLast(text: string, sign: string): [string, string] {
  const at = text.lastIndexOf(sign);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Exact to the cent: the digits are shifted as text, never multiplied as floats. */
function money(plain: string, factor: number): string {
  const [whole = '0', places = ''] = plain.split('.');
  const shift = factor === 1 ? 0 : Math.round(Math.log10(factor));
  const padded = places.padEnd(shift + 2, '0');
  const units = (whole + padded.slice(0, shift)).replace(/^0+(?=\d)/, '');
  return `${units}.${padded.slice(shift, shift + 2)}`;
}
