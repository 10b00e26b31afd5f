import type { Assignment } from '../lead/assignment.ts';
import type { Lead } from '../lead/lead.ts';
import type { Asks } from './database.ts';
import type { OpenOffer } from './lead-reads.ts';
import {
  type AssignmentRow,
  assignmentColumns,
  assignmentOf,
  type LeadRow,
  leadColumns,
  leadOf,
} from './lead-rows.ts';

/** What one contact has in hand: offers to answer and claims in force, a part of each at a time. */

/** Where a part of a list begins and how long it is. */
export interface Part {
  readonly skip: number;
  readonly limit: number;
}

/** A list that may be cut, and how many there are in all. */
export interface Own<T> {
  readonly items: readonly T[];
  readonly total: number;
}

export interface OwnClaim {
  readonly lead: Lead;
  readonly claim: Assignment;
}

type Counted = { readonly total: number };

/** Offers a contact can answer now, the first to end first. */
export async function offersToAnswer(
  db: Asks,
  contactId: string,
  now: Date,
  part: Part,
): Promise<Own<OpenOffer>> {
  const rows = await db.query<LeadRow & Counted & { offer_id: string; expires_at: Date | null }>(
    `select ${leadColumns}, o.id as offer_id, o.expires_at, (count(*) over ())::int as total
     from offers o join leads l on l.id = o.lead_id
     where o.contact_id = $1 and o.state = 'sent' and o.expires_at > $2 and o.wished_at is null
       and l.state in ('distributing', 'unplaced')
     order by o.expires_at, o.id limit $3 offset $4`,
    [contactId, now, part.limit, part.skip],
  );
  const items = rows.map((row) => ({ id: row.offer_id, lead: leadOf(row), expires_at: row.expires_at }));
  return { items, total: await totalOf(rows, part, (first) => offersToAnswer(db, contactId, now, first)) };
}

/** How many there are in all; a part behind the end of the list does not know. */
async function totalOf(
  rows: readonly Counted[],
  { skip }: Part,
  read: (first: Part) => Promise<Own<unknown>>,
): Promise<number> {
  if (rows[0]) return rows[0].total;
  return skip > 0 ? (await read({ skip: 0, limit: 1 })).total : 0;
}

/** Claims a contact holds, the first to fall due first. */
export async function claimsInHand(db: Asks, contactId: string, part: Part): Promise<Own<OwnClaim>> {
  const rows = await db.query<AssignmentRow & Counted & { lead: string }>(
    `select ${assignmentColumns}, a.lead_id as lead, (count(*) over ())::int as total from assignments a
     where a.contact_id = $1 and a.state = 'active' order by a.deadline, a.id limit $2 offset $3`,
    [contactId, part.limit, part.skip],
  );
  const leads = await db.query<LeadRow>(`select ${leadColumns} from leads l where l.id = any($1::uuid[])`, [
    rows.map((row) => row.lead),
  ]);
  const byId = new Map(leads.map((row) => [row.id, leadOf(row)]));
  const items = rows.flatMap(({ lead: id, total: _, ...row }) => {
    const lead = byId.get(id);
    return lead ? [{ lead, claim: assignmentOf(row) }] : [];
  });
  return { items, total: await totalOf(rows, part, (first) => claimsInHand(db, contactId, first)) };
}
