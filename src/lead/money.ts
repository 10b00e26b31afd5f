/** An amount in the smallest unit of its currency (cents), so that sums stay exact. */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}

/** ISO 4217. Not asked of Intl: its figures are those of cash, and change with the release of Node. */
const unlikeTwo: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};
const digits = new Map(
  Object.entries(unlikeTwo).flatMap(([places, list]) =>
    list.split(' ').map((code) => [code, Number(places)] as const),
  ),
);

/** Decimal places of an ISO 4217 currency (EUR 2, JPY 0, KWD 3). */
export const minorDigits = (currency: string): number => digits.get(currency) ?? 2;

/** `"28000.00"` and `EUR` to minor units; undefined when it is no non-negative decimal number that fits, to the last digit. */
export function parseMoney(amount: string, currency: string): Money | undefined {
  const found = /^(\d{1,12})(?:\.(\d{1,4}))?$/.exec(amount);
  if (!found || !/^[A-Z]{3}$/.test(currency)) return undefined;
  const places = minorDigits(currency);
  const fraction = (found[2] ?? '').padEnd(places, '0');
  if (/[1-9]/.test(fraction.slice(places))) return undefined;
  const minor = Number(`${found[1]}${fraction.slice(0, places)}`);
  return Number.isSafeInteger(minor) ? { minor, currency } : undefined;
}

/** The decimal string of the public contract: `{minor: 2800000, currency: 'EUR'}` is `"28000.00"`. */
export function decimal({ minor, currency }: Money): string {
  const places = minorDigits(currency);
  const figures = String(Math.abs(minor)).padStart(places + 1, '0');
  const point = figures.length - places;
  const sign = minor < 0 ? '-' : '';
  return places === 0 ? `${sign}${figures}` : `${sign}${figures.slice(0, point)}.${figures.slice(point)}`;
}
