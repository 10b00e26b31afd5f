import type { Asks, Tx } from './database.ts';
import type { Person } from './people.ts';

/**
 * Whoever gets a weekly report: all contacts of partners, account and program managers, admins; unless no mail
 * reaches them.
 */
export const digestReaders = `p.active and p.bounced_at is null and (p.kind = 'contact'
  or (p.kind = 'user' and p.role in ('cam', 'program_manager', 'admin')))`;

/** No slot yet, or one reckoned in a zone the reader has left. */
export const unplanned = '(p.next_digest_at is null or p.digest_zone is distinct from p.timezone)';

const columns = `p.id, p.kind, p.partner_id, p.email, p.name, p.phone, p.role, p.territory, p.language, p.timezone,
  p.epoch, p.active`;

/** Readers whose slot has to be reckoned, locked; nobody waits for a row another process has in hand. */
export function takeUnplanned(tx: Tx, limit: number): Promise<{ id: string; timezone: string }[]> {
  return tx.query(
    `select p.id, p.timezone from people p where ${digestReaders} and ${unplanned}
     order by p.id limit $1 for no key update skip locked`,
    [limit],
  );
}

/** One reader whose digest is due, locked; undefined when none is. */
export async function takeDueReader(tx: Tx): Promise<Person | undefined> {
  const rows = await tx.query<Person>(
    `select ${columns} from people p where ${digestReaders} and p.next_digest_at <= $1
     order by p.next_digest_at, p.id limit 1 for no key update skip locked`,
    [tx.now],
  );
  return rows[0];
}

export interface NextDigest {
  readonly id: string;
  readonly zone: string;
  readonly at: Date;
}

/** Moves slots; the zone is kept beside each, so that a reader who moves is reckoned anew. */
export async function setNextDigests(db: Asks, next: readonly NextDigest[]): Promise<void> {
  if (next.length === 0) return;
  await db.query(
    `update people p set next_digest_at = n.at, digest_zone = n.zone
     from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as n(id, zone, at) where p.id = n.id`,
    [next.map((n) => n.id), next.map((n) => n.zone), next.map((n) => n.at)],
  );
}

/** A digest that could not be written is tried again later, however long it has been due. */
export async function pushDigest(db: Asks, personId: string, at: Date): Promise<void> {
  await db.query('update people p set next_digest_at = $2 where p.id = $1', [personId, at]);
}

/** Whom an address belongs to: a user of the vendor, else the contacts who read it. */
export function readersAt(db: Asks, email: string): Promise<Person[]> {
  return db.query<Person>(
    `select ${columns} from people p where lower(p.email) = lower($1) and p.active and p.kind in ('contact', 'user')
     order by p.kind desc, p.id`,
    [email],
  );
}

/** Whether somebody gets weekly reports, and when the next one is due; null while that has not been reckoned. */
export async function digestSlot(
  db: Asks,
  personId: string,
): Promise<{ readonly reads: boolean; readonly at: Date | null }> {
  const rows = await db.query<{ reads: boolean; at: Date | null }>(
    `select ${digestReaders} as reads, p.next_digest_at as at from people p where p.id = $1`,
    [personId],
  );
  return rows[0] ?? { reads: false, at: null };
}
