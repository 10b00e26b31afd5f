import type { PointEntry, PointEvent, Reversal } from '../lead/points.ts';
import type { Asks, Tx } from './database.ts';

/** The ledger of points and what is redeemed of them. An entry counts from `booked_at` on, unless it was reversed. */

/** Once per claim, event and occurrence: a second report earns nothing more, one after an undo earns it again. */
export function bookPoints(
  tx: Tx,
  leadId: string,
  entries: readonly (PointEntry & { readonly id: string })[],
): void {
  if (entries.length === 0) return;
  tx.send(
    `insert into point_entries (id, partner_id, lead_id, assignment_id, event, occurrence, points, fact_seq, booked_at)
     select e.id, e.partner_id, $1, e.assignment_id, e.event, e.occurrence, e.points, e.fact_seq, e.booked_at
     from jsonb_to_recordset($2::jsonb) as e(id uuid, partner_id uuid, assignment_id uuid, event text, occurrence int,
       points int, fact_seq int, booked_at timestamptz)
     on conflict (assignment_id, event, occurrence) do update set partner_id = excluded.partner_id, points = excluded.points,
       fact_seq = excluded.fact_seq, booked_at = excluded.booked_at, reversed_at = null, reversed_why = null
     where point_entries.reversed_at is not null`,
    [leadId, JSON.stringify(entries)],
  );
}

export function reversePoints(tx: Tx, leadId: string, reversals: readonly Reversal[]): void {
  for (const r of reversals) {
    tx.send(
      `update point_entries e set reversed_at = $2, reversed_why = $3
       where e.lead_id = $1 and e.reversed_at is null and (e.fact_seq = $4 or e.assignment_id = $5::uuid)`,
      [
        leadId,
        tx.now,
        r.why,
        r.why === 'undo' ? r.fact_seq : null,
        r.why === 'return' ? r.assignment_id : null,
      ],
    );
  }
}

/** What the return of a claim took counts again; what an undo took does not. */
export function reinstatePoints(tx: Tx, leadId: string, assignmentIds: readonly string[]): void {
  if (assignmentIds.length === 0) return;
  tx.send(
    `update point_entries e set reversed_at = null, reversed_why = null
     where e.lead_id = $1 and e.assignment_id = any($2::uuid[]) and e.reversed_why = 'return'`,
    [leadId, assignmentIds],
  );
}

export interface LedgerRow {
  readonly lead: string;
  readonly event: PointEvent;
  readonly points: number;
  readonly booked_at: Date;
  readonly reversed_at: Date | null;
  readonly reversed_why: string | null;
}

/** The newest entries of a partner, with those that are not booked yet. */
export const ledgerOf = (db: Asks, partnerId: string, limit: number): Promise<LedgerRow[]> =>
  db.query<LedgerRow>(
    `select l.reference as lead, e.event, e.points, e.booked_at, e.reversed_at, e.reversed_why
     from point_entries e join leads l on l.id = e.lead_id
     where e.partner_id = $1 order by e.booked_at desc, e.id desc limit $2`,
    [partnerId, limit],
  );

/** Points a partner can redeem: booked, not reversed, and not set aside or spent. Less than zero after late reversals. */
export async function pointsLeft(db: Asks, partnerId: string, now: Date): Promise<number> {
  const rows = await db.query<{ points: number }>(
    `select (coalesce((select sum(e.points) from point_entries e
         where e.partner_id = $1 and e.booked_at <= $2 and e.reversed_at is null), 0)
       - coalesce((select sum(r.points) from redemptions r
         where r.partner_id = $1 and r.state <> 'rejected'), 0))::int as points`,
    [partnerId, now],
  );
  return rows[0]?.points ?? 0;
}

export interface Redemption {
  readonly id: string;
  readonly partner_id: string;
  readonly reward: string;
  readonly name: string;
  readonly points: number;
  readonly state: 'requested' | 'approved' | 'rejected';
  readonly requested_at: Date;
  readonly requested_by: string;
  readonly decided_at: Date | null;
  readonly decided_by: string | null;
}

const columns = `r.id, r.partner_id, r.reward, r.name, r.points, r.state, r.requested_at, r.requested_by,
  r.decided_at, r.decided_by`;

/** One redemption after the other for each partner: what is left is counted while nobody else spends it. */
export async function lockLedger(tx: Tx, partnerId: string): Promise<void> {
  await tx.query('select p.id from partners p where p.id = $1 for update', [partnerId]);
}

export async function addRedemption(tx: Tx, r: Redemption): Promise<void> {
  await tx.query(
    `insert into redemptions (id, partner_id, reward, name, points, state, requested_at, requested_by)
     values ($1, $2, $3, $4, $5, 'requested', $6, $7)`,
    [r.id, r.partner_id, r.reward, r.name, r.points, r.requested_at, r.requested_by],
  );
}

export async function findRedemption(db: Asks, id: string): Promise<Redemption | undefined> {
  return (await db.query<Redemption>(`select ${columns} from redemptions r where r.id = $1`, [id]))[0];
}

export const redemptionsOf = (db: Asks, partnerId: string, limit: number): Promise<Redemption[]> =>
  db.query<Redemption>(
    `select ${columns} from redemptions r where r.partner_id = $1 order by r.requested_at desc, r.id desc limit $2`,
    [partnerId, limit],
  );

/** @returns false when it was decided before */
export async function decideRedemption(
  tx: Tx,
  id: string,
  state: 'approved' | 'rejected',
  by: string,
): Promise<boolean> {
  const rows = await tx.query(
    `update redemptions set state = $2, decided_at = $3, decided_by = $4 where id = $1 and state = 'requested' returning id`,
    [id, state, tx.now, by],
  );
  return rows.length === 1;
}
