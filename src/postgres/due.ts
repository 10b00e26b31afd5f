import { clockSql } from './clock.ts';
import type { Asks } from './database.ts';
import { trouble } from './troubles.ts';
import { digestReaders, unplanned } from './weekly-readers.ts';

/** The earliest due instant of each queue, and the present one; all in one look. */
export interface DueTimes {
  readonly now: Date;
  readonly inbound: Date | null;
  readonly leads: Date | null;
  /** Leads that are due by now, as far as they were counted. */
  readonly waking: number;
  readonly letters: Date | null;
  /** Weekly reports; now, when a reader has no slot yet. */
  readonly digests: Date | null;
  /** Something whoever runs the installation is to be told of, and has not been for a day. */
  readonly operator: Date | null;
  /** Letters another worker has in hand. */
  readonly sending: number;
}

/** More than one look's work is counted again at the next. */
const mostCounted = 50;

export async function dueTimes(db: Asks): Promise<DueTimes> {
  const rows = await db.query<DueTimes>(
    `select c.now,
       (select min(i.due_at) from inbound i where i.state = 'received') as inbound,
       (select min(l.wake_at) from leads l where l.wake_at is not null) as leads,
       (select count(*)::int from (select from leads l where l.wake_at <= c.now limit ${mostCounted}) w) as waking,
       (select min(m.due_at) from letters m where m.state = 'due') as letters,
       case when exists (select from people p where ${digestReaders} and ${unplanned}) then c.now
         else (select min(p.next_digest_at) from people p where ${digestReaders}) end as digests,
       (select greatest(i.operator_at, c.now) from installation i where ${trouble}) as operator,
       (select count(*)::int from letters m where m.state = 'sending') as sending
     from (${clockSql}) c`,
  );
  return rows[0] as DueTimes;
}
