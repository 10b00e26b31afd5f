import { readCoverage } from '../dispatch/read-coverage.ts';
import { type Doing, json, UsageError } from './command.ts';

interface Gap {
  readonly product: string | null;
  readonly region: string | null;
  readonly leads: number;
  readonly unmatched: number;
  readonly values: readonly { readonly amount: string; readonly currency: string }[];
}

export const gaps: Doing = {
  more: 'A lead of several products counts in each. "nobody fits" are leads for which no partner could be asked at all.',
  options: {
    since: { value: 'DATE', help: 'first day, for example 2026-09-01; 90 days ago unless given' },
    ...json,
  },
  run: async ({ room, print, value, on }) => {
    const since = value('since');
    if (since !== null && !/^\d{4}-\d\d-\d\d$/.test(since))
      throw new UsageError('--since is a day, for example 2026-09-01');
    const from = since === null ? null : new Date(`${since}T00:00:00Z`);
    const found = await room.withHouse((deps) => readCoverage(deps, { from, to: null }));
    if (on('json')) print.json(found);
    else if (found.items.length === 0) print.line('Every lead of this time found a partner.');
    else print.table([head, ...(found.items as readonly Gap[]).map(row)]);
    return 0;
  },
};

const head = ['product', 'region', 'leads', 'nobody fits', 'worth'];

const row = (gap: Gap): string[] => [
  gap.product ?? '–',
  gap.region ?? '–',
  String(gap.leads),
  String(gap.unmatched),
  gap.values.map((v) => `${v.amount} ${v.currency}`).join(', ') || '–',
];
