import { personChanged } from './absences.ts';
import type { Asks, Tx } from './database.ts';

/** A letter as whoever reads a report about it needs to know it. */
export interface ReturnedLetter {
  readonly id: string;
  readonly kind: string;
  readonly lead_id: string | null;
  readonly offer_id: string | null;
  readonly person_id: string | null;
  readonly thread_id: string | null;
  readonly to_address: string;
  /** When the relay took it; when it was posted, while it has not. */
  readonly sent_at: Date;
  /** It is known already that its address does not exist. */
  readonly returned: boolean;
}

const select = `select l.id, l.kind, l.lead_id, l.offer_id, l.person_id, l.thread_id, l.to_address,
    coalesce(l.sent_at, l.created_at) as sent_at,
    exists (select from bounces b where b.letter_id = l.id and b.kind = 'hard') as returned
  from letters l`;

export async function returnedLetter(db: Asks, id: string): Promise<ReturnedLetter | undefined> {
  return (await db.query<ReturnedLetter>(`${select} where l.id = $1`, [id]))[0];
}

export async function letterByMessageId(db: Asks, messageId: string): Promise<ReturnedLetter | undefined> {
  return (await db.query<ReturnedLetter>(`${select} where l.message_id = $1`, [messageId]))[0];
}

export interface NewBounce {
  readonly id: string;
  readonly letter_id: string;
  readonly person_id: string | null;
  /** The mail that told it; null for an answer of the relay. */
  readonly inbound_id: string | null;
  readonly kind: 'hard' | 'soft' | 'policy' | 'complaint';
  readonly status: string | null;
}

export function keepBounce(tx: Tx, b: NewBounce): void {
  tx.send(
    `insert into bounces (id, letter_id, person_id, inbound_id, kind, status, at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [b.id, b.letter_id, b.person_id, b.inbound_id, b.kind, b.status, tx.now],
  );
}

/**
 * Taken before any lead's lock by whoever will mark an address: marking wakes all leads of its reader, and two reports
 * that each held one of them would wait for each other.
 */
export async function oneAddressAtATime(tx: Tx): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(5323786004)');
}

/**
 * No mail reaches this address any more: whoever of the partners' people has it is left out until it is changed, and
 * what they have is looked at now.
 *
 * @returns the people this is news of
 */
export async function markUnreachable(tx: Tx, address: string): Promise<{ readonly id: string }[]> {
  const rows = await tx.query<{ id: string }>(
    `update people p set bounced_at = $2
     where lower(p.email) = lower($1) and p.kind = 'contact' and p.bounced_at is null returning p.id`,
    [address, tx.now],
  );
  for (const { id } of rows) await personChanged(tx, id);
  return rows;
}

/** A mail of theirs has come, so there is somebody at the address after all. */
export async function markReachable(db: Asks, personId: string): Promise<void> {
  await db.query(
    `with back as (update people p set bounced_at = null where p.id = $1 and p.bounced_at is not null returning p.id)
     update installation set partners_version = partners_version + 1 where exists (select from back)`,
    [personId],
  );
}
