import type { Assignment } from '../lead/assignment.ts';
import type { Offer } from '../lead/offer.ts';
import type { Tx } from './database.ts';

export async function insertOffers(tx: Tx, leadId: string, offers: readonly Offer[]): Promise<void> {
  if (offers.length === 0) return;
  await tx.query(
    `insert into offers (id, lead_id, partner_id, contact_id, wave, round, state, score, sent_at, expires_at,
       answered_at, late, reason, created_at)
     select o.id, $1, o.partner_id, o.contact_id, o.wave, o.round, o.state, o.score, o.sent_at, o.expires_at,
       o.answered_at, o.late, o.reason, o.created_at
     from jsonb_to_recordset($2::jsonb) as o(id uuid, partner_id uuid, contact_id uuid, wave int, round int,
       state text, score double precision, sent_at timestamptz, expires_at timestamptz, answered_at timestamptz,
       late boolean, reason text, created_at timestamptz)`,
    [leadId, JSON.stringify(offers)],
  );
}

/** An offer keeps its lead, partner and contact for ever; only what happened to it changes. */
export async function updateOffers(tx: Tx, offers: readonly Offer[]): Promise<void> {
  if (offers.length === 0) return;
  await tx.query(
    `update offers o set state = n.state, round = n.round, sent_at = n.sent_at, expires_at = n.expires_at,
       answered_at = n.answered_at, late = n.late, reason = n.reason
     from jsonb_to_recordset($1::jsonb) as n(id uuid, state text, round int, sent_at timestamptz,
       expires_at timestamptz, answered_at timestamptz, late boolean, reason text)
     where o.id = n.id`,
    [JSON.stringify(offers)],
  );
}

export async function saveAssignments(tx: Tx, leadId: string, assignments: readonly Assignment[]): Promise<void> {
  if (assignments.length === 0) return;
  await tx.query(
    `insert into assignments (id, lead_id, offer_id, partner_id, contact_id, state, stage, phase, claimed_at,
       promise_at, owes, deadline, rung, quiet_until, attempts, unchanged, escalated, outcome)
     select a.id, $1, a.offer_id, a.partner_id, a.contact_id, a.state, a.stage, a.phase, a.claimed_at, a.promise_at,
       a.owes, a.deadline, a.rung, a.quiet_until, a.attempts, a.unchanged, a.escalated,
       nullif(a.outcome, 'null'::jsonb)
     from jsonb_to_recordset($2::jsonb) as a(id uuid, offer_id uuid, partner_id uuid, contact_id uuid, state text,
       stage text, phase text, claimed_at timestamptz, promise_at timestamptz, owes text, deadline timestamptz,
       rung int, quiet_until timestamptz, attempts int, unchanged int, escalated boolean, outcome jsonb)
     on conflict (id) do update set contact_id = excluded.contact_id, state = excluded.state,
       stage = excluded.stage, phase = excluded.phase, promise_at = excluded.promise_at, owes = excluded.owes,
       deadline = excluded.deadline, rung = excluded.rung, quiet_until = excluded.quiet_until,
       attempts = excluded.attempts, unchanged = excluded.unchanged, escalated = excluded.escalated,
       outcome = excluded.outcome`,
    [leadId, JSON.stringify(assignments)],
  );
}
