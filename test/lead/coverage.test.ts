import { expect, test } from 'vitest';
import { type GapRow, rankGaps } from '../../src/lead/coverage.ts';

const row = (product: string | null, region: string, set: Partial<GapRow> = {}): GapRow => ({
  product,
  country: region.slice(0, 2) || null,
  area: region.slice(3) || null,
  currency: 'EUR',
  leads: 1,
  unmatched: 0,
  minor: 100,
  ...set,
});

test('gaps are ranked by value, then by leads, then by name; regions and currencies of a gap are put together', () => {
  const ranked = rankGaps([
    row('solar', 'DE-89', { minor: 500, leads: 2, unmatched: 1 }),
    row('solar', 'DE-89', { currency: 'CHF', minor: 9_000, leads: 1, unmatched: 1 }),
    row('wallbox', 'DE', { minor: 700 }),
    row('solar', 'FR-75', { currency: null, minor: 0, leads: 8 }),
    row(null, '', { currency: null, minor: 0, leads: 9 }),
    row('heat', 'AT-10', { currency: null, minor: 0, leads: 8 }),
  ]);
  expect(ranked.map((g) => [g.product, g.region, g.leads, g.unmatched])).toEqual([
    ['wallbox', 'DE', 1, 0],
    ['solar', 'DE-89', 3, 2],
    [null, null, 9, 0],
    ['heat', 'AT-10', 8, 0],
    ['solar', 'FR-75', 8, 0],
  ]);
  expect(ranked[1]?.values).toEqual([
    { minor: 500, currency: 'EUR' },
    { minor: 9_000, currency: 'CHF' },
  ]);
  expect(rankGaps([])).toEqual([]);
});
