import { clockSql } from './clock.ts';
import type { Asks } from './database.ts';

export interface Counts {
  readonly leads: readonly StateCount[];
  readonly letters: readonly (StateCount & { readonly kind: string })[];
  readonly inbound: readonly StateCount[];
  /** Seconds since the oldest waiting thing of each queue fell due; 0 when nothing waits. */
  readonly lag: { readonly letters: number; readonly inbound: number; readonly leads: number };
}

interface StateCount {
  readonly state: string;
  readonly count: number;
}

export async function countsOf(db: Asks): Promise<Counts> {
  const leads = await db.query<StateCount>(
    'select l.state, count(*)::int as count from leads l group by l.state',
  );
  const letters = await db.query<StateCount & { kind: string }>(
    'select l.kind, l.state, count(*)::int as count from letters l group by l.kind, l.state',
  );
  const inbound = await db.query<StateCount>(
    'select i.state, count(*)::int as count from inbound i group by i.state',
  );
  const lag = await db.query<Counts['lag']>(
    `select ${late("select min(l.due_at) from letters l where l.state = 'due'")} as letters,
       ${late("select min(i.due_at) from inbound i where i.state = 'received'")} as inbound,
       ${late('select min(l.wake_at) from leads l where l.wake_at is not null')} as leads
     from (${clockSql}) c`,
  );
  return { leads, letters, inbound, lag: lag[0] as Counts['lag'] };
}

const late = (oldest: string): string =>
  `greatest(0, coalesce(extract(epoch from c.now - (${oldest})), 0))::float8`;
