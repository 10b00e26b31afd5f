import type { Asks, Question, Tx } from './database.ts';

/** What a partner's standing rests on: claims in force, recalls, suspensions. */

export interface ClaimRow {
  readonly id: string;
  readonly lead_id: string;
  readonly reference: string;
  readonly program_key: string;
  readonly program_version: number;
  readonly contact_id: string;
  readonly owes: 'contact' | 'update' | null;
  readonly deadline: Date | null;
  readonly rung: number;
  readonly reminded_at: Date | null;
}

/** The claims in force of a partner, each with when the first reminder of its present deadline was sent, by itself or with others. */
const claimsSql = (partner: string, now: string): string => `
  select a.id, a.lead_id, l.reference, l.program_key, l.program_version, a.contact_id, a.owes, a.deadline, a.rung,
    case when a.deadline < ${now} then least(
      (select min(m.sent_at) from letters m
       where m.lead_id = a.lead_id and m.kind in ('reminder', 'warning') and m.state = 'sent'
         and m.key like m.kind || ':' || a.id || ':' || (extract(epoch from a.deadline) * 1000)::bigint || ':%'),
      (select min(m.sent_at) from bundled_reminders b join letters m on m.key = b.letter_key
       where b.lead_id = a.lead_id and m.state = 'sent'
         and b.key like 'reminder:' || a.id || ':' || (extract(epoch from a.deadline) * 1000)::bigint || ':%'))
    end as reminded_at
  from assignments a join leads l on l.id = a.lead_id
  where a.partner_id = ${partner} and a.state = 'active' order by a.deadline, a.id`;

export const claimsOfPartner = (partnerId: string, now: Date): Question => ({
  text: claimsSql('$1', '$2'),
  values: [partnerId, now],
});

/** The same as a part of another statement, for the partner of an offer. @param wanted SQL that says whether to look at all */
export const claimsOfOffer = (offer: string, wanted: string, now: string): string =>
  claimsSql(`(select f.partner_id from offers f where f.id = ${offer} and ${wanted})`, now);

/** Instants within JSON travel as text. */
export const claimsRevived = (rows: readonly ClaimRow[] | null): ClaimRow[] =>
  (rows ?? []).map((row) => ({
    ...row,
    deadline: row.deadline && new Date(row.deadline),
    reminded_at: row.reminded_at && new Date(row.reminded_at),
  }));

export const claimsHeld = (db: Asks, { text, values }: Question): Promise<ClaimRow[]> =>
  db.query<ClaimRow>(text, values);

export interface RecallRow {
  readonly lead_id: string;
  readonly reference: string;
  readonly at: Date;
}

/**
 * Recalls by the ladder since an instant, and since the last suspension was lifted; oldest first. `offset 0` has the facts
 * looked up claim by claim, however few recalls PostgreSQL expects among all facts there are.
 */
export const recallsSince = (db: Asks, partnerId: string, since: Date): Promise<RecallRow[]> =>
  db.query<RecallRow>(
    `select f.lead_id, l.reference, f.at
     from assignments a join leads l on l.id = a.lead_id
       cross join lateral (select r.at, r.lead_id from facts r where r.lead_id = a.lead_id and r.thing_id = a.id
         and r.what = 'assignment.recalled' and r.channel = 'timer' offset 0) f
     where a.partner_id = $1 and a.state = 'recalled' and f.at >= $2
       and f.at > coalesce((select max(s.lifted_at) from suspensions s where s.partner_id = $1), '-infinity')
     order by f.at, f.lead_id`,
    [partnerId, since],
  );

export interface Suspension {
  readonly id: string;
  readonly partner_id: string;
  readonly lead_id: string;
  readonly assignment_id: string;
  readonly reason: 'recalls' | 'ladder';
  readonly at: Date;
}

/** Suspends a partner; one that is suspended already stays as it is. */
export function beginSuspension(tx: Tx, s: Suspension): void {
  tx.send(
    `insert into suspensions (id, partner_id, lead_id, assignment_id, reason, at) values ($1, $2, $3, $4, $5, $6)
     on conflict (partner_id) where lifted_at is null do nothing`,
    [s.id, s.partner_id, s.lead_id, s.assignment_id, s.reason, s.at],
  );
  markSuspended(tx, s.partner_id, true);
}

export async function openSuspension(db: Asks, partnerId: string): Promise<Suspension | undefined> {
  const rows = await db.query<Suspension>(
    `select s.id, s.partner_id, s.lead_id, s.assignment_id, s.reason, s.at from suspensions s
     where s.partner_id = $1 and s.lifted_at is null`,
    [partnerId],
  );
  return rows[0];
}

/** @returns false when nothing was left to lift */
export async function endSuspension(tx: Tx, partnerId: string): Promise<boolean> {
  const rows = await tx.query(
    'update suspensions set lifted_at = $2 where partner_id = $1 and lifted_at is null returning id',
    [partnerId, tx.now],
  );
  if (rows.length > 0) markSuspended(tx, partnerId, false);
  return rows.length > 0;
}

function markSuspended(tx: Tx, partnerId: string, suspended: boolean): void {
  tx.send('update partners set suspended = $2 where id = $1', [partnerId, suspended]);
  tx.send('update installation set partners_version = partners_version + 1');
}
