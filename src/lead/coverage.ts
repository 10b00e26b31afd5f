import type { Money } from './money.ts';

/** Leads of one product in one region, in one currency, that no partner took. */
export interface GapRow {
  readonly product: string | null;
  readonly country: string | null;
  /** The first two characters of the postal code. */
  readonly area: string | null;
  readonly currency: string | null;
  readonly leads: number;
  /** Leads for which nobody could be asked at all. */
  readonly unmatched: number;
  readonly minor: number;
}

/** A product and a region in which partners are missing. */
export interface CoverageGap {
  readonly product: string | null;
  /** `DE-89`, `DE` where no postal code is known, or null. */
  readonly region: string | null;
  readonly leads: number;
  readonly unmatched: number;
  /** What the leads were worth together, the currency of the most leads first; empty where none said. */
  readonly values: readonly Money[];
}

/**
 * Whom to recruit: gaps by what was lost in them, the most valuable first. Values are compared in the currency that
 * most leads have, because sums of several currencies mean nothing; then the number of leads decides, then the name.
 */
export function rankGaps(rows: readonly GapRow[]): CoverageGap[] {
  const main = mainCurrency(rows);
  const gaps = new Map<string, GapRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.product, regionOf(row)]);
    gaps.set(key, [...(gaps.get(key) ?? []), row]);
  }
  const worth = (gap: CoverageGap): number => gap.values.find((v) => v.currency === main)?.minor ?? 0;
  return [...gaps.values()]
    .map(gapOf)
    .sort(
      (a, b) =>
        worth(b) - worth(a) ||
        b.leads - a.leads ||
        byName(a.product, b.product) ||
        byName(a.region, b.region),
    );
}

const regionOf = ({ country, area }: GapRow): string | null =>
  country && (area ? `${country}-${area}` : country);

function gapOf(rows: readonly GapRow[]): CoverageGap {
  const first = rows[0] as GapRow;
  const valued = rows
    .filter((r): r is GapRow & { currency: string } => r.currency !== null)
    .sort((a, b) => b.leads - a.leads || byName(a.currency, b.currency));
  return {
    product: first.product,
    region: regionOf(first),
    leads: rows.reduce((sum, r) => sum + r.leads, 0),
    unmatched: rows.reduce((sum, r) => sum + r.unmatched, 0),
    values: valued.map(({ minor, currency }) => ({ minor, currency })),
  };
}

function mainCurrency(rows: readonly GapRow[]): string | null {
  const leads = new Map<string, number>();
  for (const { currency, leads: n } of rows)
    if (currency) leads.set(currency, (leads.get(currency) ?? 0) + n);
  return [...leads].sort((a, b) => b[1] - a[1] || byName(a[0], b[0]))[0]?.[0] ?? null;
}

function byName(a: string | null, b: string | null): number {
  if (a === b) return 0;
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
