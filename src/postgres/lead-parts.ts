import type { Assignment } from '../lead/assignment.ts';
import type { StoredFact } from '../lead/facts.ts';
import type { Offer } from '../lead/offer.ts';
import type { Wait } from '../lead/waits.ts';
import type { Asks, Question, Tx } from './database.ts';
import { type FactRow, factColumns, factOf } from './facts.ts';
import { type AssignmentRow, assignmentColumns, assignmentOf, offerColumns } from './lead-rows.ts';
import { waitColumns } from './offer-waits.ts';

export interface LeadParts {
  readonly offers: Offer[];
  readonly assignments: Assignment[];
  readonly facts: StoredFact[];
  readonly waits: Wait[];
}

/**
 * Offers, assignments and the youngest facts of a lead, in one round trip; instants travel as text.
 *
 * @param lead SQL that finds the lead's id from $1
 */
export const partsQuestion = (lead: string, key: string, facts: number): Question => ({
  text: `select
       (select coalesce(json_agg(x), '[]') from (select ${offerColumns} from offers o where o.lead_id = l.id
          order by o.created_at, o.id) x) as offers,
       (select coalesce(json_agg(x), '[]') from (select ${assignmentColumns} from assignments a where a.lead_id = l.id
          order by a.claimed_at, a.id) x) as assignments,
       (select coalesce(json_agg(x), '[]') from (select ${factColumns} from facts f left join notes n on n.id = f.note_id
          where f.lead_id = l.id order by f.seq desc limit $2) x) as facts,
       (select coalesce(json_agg(x), '[]') from (select ${waitColumns} from offer_waits w where w.lead_id = l.id) x) as waits
     from (select ${lead} as id) l`,
  values: [key, facts],
});

export async function loadParts(db: Asks, { text, values }: Question): Promise<LeadParts> {
  const rows = await db.query<{
    offers: Offer[];
    assignments: AssignmentRow[];
    facts: FactRow[];
    waits: Wait[];
  }>(text, values);
  const found = rows[0] as { offers: Offer[]; assignments: AssignmentRow[]; facts: FactRow[]; waits: Wait[] };
  return {
    offers: found.offers.map((o) =>
      revived(o, [
        'sent_at',
        'expires_at',
        'answered_at',
        'created_at',
        'wished_at',
        'chance_at',
        'opens_at',
      ]),
    ),
    assignments: found.assignments.map((a) =>
      assignmentOf(revived(a, ['claimed_at', 'promise_at', 'deadline', 'quiet_until', 'vendor_deadline'])),
    ),
    facts: found.facts.reverse().map((f) => factOf(revived(f, ['at']))),
    waits: found.waits.map((w) => revived(w, ['hold_until', 'queued_at'])),
  };
}

function revived<T>(row: T, instants: readonly (keyof T)[]): T {
  const copy = { ...row };
  for (const name of instants) {
    const text = row[name];
    if (text !== null) copy[name] = new Date(text as string) as T[keyof T];
  }
  return copy;
}

export function insertOffers(tx: Tx, leadId: string, offers: readonly Offer[]): void {
  if (offers.length === 0) return;
  tx.send(
    `insert into offers (id, lead_id, partner_id, contact_id, wave, round, state, score, sent_at, expires_at,
       answered_at, late, reason, created_at, via_partner_id, opens_at)
     select o.id, $1, o.partner_id, o.contact_id, o.wave, o.round, o.state, o.score, o.sent_at, o.expires_at,
       o.answered_at, o.late, o.reason, o.created_at, o.via_partner_id, o.opens_at
     from jsonb_to_recordset($2::jsonb) as o(id uuid, partner_id uuid, contact_id uuid, wave int, round int,
       state text, score double precision, sent_at timestamptz, expires_at timestamptz, answered_at timestamptz,
       late boolean, reason text, created_at timestamptz, via_partner_id uuid, opens_at timestamptz)`,
    [leadId, JSON.stringify(offers)],
  );
}

/**
 * An offer keeps its lead, partner and contact for ever; only what happened to it changes. The lead is named besides:
 * by their ids alone PostgreSQL reads the whole table, as long as it has no fresh statistics of it.
 */
export function updateOffers(tx: Tx, leadId: string, offers: readonly Offer[]): void {
  if (offers.length === 0) return;
  tx.send(
    `update offers o set state = n.state, round = n.round, wave = n.wave, sent_at = n.sent_at, expires_at = n.expires_at,
       answered_at = n.answered_at, late = n.late, reason = n.reason, wished_at = n.wished_at,
       wished_promise = n.wished_promise, chance_at = n.chance_at, opens_at = n.opens_at,
       answer_ms = n.answer_ms
     from jsonb_to_recordset($1::jsonb) as n(id uuid, state text, round int, wave int, wished_at timestamptz,
       wished_promise text, chance_at timestamptz, sent_at timestamptz,
       expires_at timestamptz, answered_at timestamptz, late boolean, reason text, opens_at timestamptz,
       answer_ms bigint)
     where o.lead_id = $2 and o.id = n.id`,
    [JSON.stringify(offers), leadId],
  );
}

export function saveAssignments(tx: Tx, leadId: string, assignments: readonly Assignment[]): void {
  if (assignments.length === 0) return;
  tx.send(
    `insert into assignments (id, lead_id, offer_id, partner_id, contact_id, state, stage, phase, claimed_at,
       promise_at, owes, deadline, rung, quiet_until, attempts, unchanged, escalated, vendor_owes, vendor_deadline,
       vendor_chased, outcome, via_partner_id)
     select a.id, $1, a.offer_id, a.partner_id, a.contact_id, a.state, a.stage, a.phase, a.claimed_at, a.promise_at,
       a.owes, a.deadline, a.rung, a.quiet_until, a.attempts, a.unchanged, a.escalated,
       a.vendor_owes, a.vendor_deadline, a.vendor_chased, nullif(a.outcome, 'null'::jsonb),
       a.via_partner_id
     from jsonb_to_recordset($2::jsonb) as a(id uuid, offer_id uuid, partner_id uuid, contact_id uuid, state text,
       stage text, phase text, claimed_at timestamptz, promise_at timestamptz, owes text, deadline timestamptz,
       rung int, quiet_until timestamptz, attempts int, unchanged int, escalated boolean, vendor_owes text,
       vendor_deadline timestamptz, vendor_chased int, outcome jsonb,
       via_partner_id uuid)
     on conflict (id) do update set partner_id = excluded.partner_id, contact_id = excluded.contact_id,
       via_partner_id = excluded.via_partner_id, state = excluded.state,
       stage = excluded.stage, phase = excluded.phase, promise_at = excluded.promise_at, owes = excluded.owes,
       deadline = excluded.deadline, rung = excluded.rung, quiet_until = excluded.quiet_until,
       attempts = excluded.attempts, unchanged = excluded.unchanged, escalated = excluded.escalated,
       vendor_owes = excluded.vendor_owes, vendor_deadline = excluded.vendor_deadline, vendor_chased = excluded.vendor_chased,
       outcome = excluded.outcome`,
    [leadId, JSON.stringify(assignments)],
  );
}
