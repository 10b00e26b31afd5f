import { type CoverageGap, rankGaps } from '../lead/coverage.ts';
import { gapRows } from '../postgres/coverage.ts';
import type { Deps } from './deps.ts';
import { moneyView } from './lead-view.ts';

const ninetyDays = 90 * 24 * 3_600_000;

/** Whom to recruit, in the shape of the public contract. */
export interface CoverageView {
  readonly from: Date;
  readonly to: Date;
  readonly items: readonly object[];
}

/**
 * Products and regions in which leads found no taker, the most valuable first.
 *
 * @param from, to half open; the last ninety days unless told otherwise
 */
export async function readCoverage(
  deps: Pick<Deps, 'db'>,
  period: { readonly from: Date | null; readonly to: Date | null },
): Promise<CoverageView> {
  const to = period.to ?? new Date((await deps.db.now()).getTime() + 1);
  const from = period.from ?? new Date(to.getTime() - ninetyDays);
  const gaps = rankGaps(await gapRows(deps.db, from, to));
  return { from, to, items: gaps.map(gapView) };
}

const gapView = (gap: CoverageGap): object => ({ ...gap, values: gap.values.map(moneyView) });
