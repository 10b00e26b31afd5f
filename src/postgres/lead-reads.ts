import type { Assignment } from '../lead/assignment.ts';
import type { Resemblance } from '../lead/duplicates.ts';
import type { Lead } from '../lead/lead.ts';
import type { Offer } from '../lead/offer.ts';
import type { Asks } from './database.ts';
import {
  type AssignmentRow,
  assignmentColumns,
  assignmentOf,
  type LeadRow,
  leadColumns,
  leadOf,
  offerColumns,
} from './lead-rows.ts';

/** Names by which the outside world knows a partner and a contact. */
interface Named {
  readonly partner: string;
  readonly contact: string;
}

/** A claim with the distributor it came through. */
type Held = Named & { readonly via: string | null };

/** A lead with everything the API shows of it. */
export interface LeadRecord {
  readonly lead: Lead;
  readonly next_step: unknown;
  /** The later step where two work on a claim at once. */
  readonly other_step: unknown;
  readonly offers: readonly (Offer & Named)[];
  readonly assignment: (Assignment & Held) | null;
  readonly duplicates: readonly Resemblance[];
}

export interface LeadFilter {
  readonly state: string | null;
  readonly program: string | null;
  readonly partner: string | null;
  readonly q: string | null;
  /** Whether `q` looks into what may name the customer; else into reference and external id alone. */
  readonly names: boolean;
  readonly before: { readonly at: Date; readonly id: string } | null;
  readonly limit: number;
}

export async function findLead(db: Asks, reference: string): Promise<LeadRecord | undefined> {
  const rows = await db.query<LeadRow>(`select ${leadColumns} from leads l where l.reference = $1`, [
    reference,
  ]);
  return (await records(db, rows))[0];
}

export async function findLeadByExternalId(
  db: Asks,
  source: string | null,
  externalId: string,
): Promise<LeadRecord | undefined> {
  const rows = await db.query<LeadRow>(
    `select ${leadColumns} from leads l where coalesce(l.source, '') = coalesce($1, '') and l.external_id = $2`,
    [source, externalId],
  );
  return (await records(db, rows))[0];
}

/** Leads, newest first. `q` looks into reference, summary and the prospect's name, company, address and phone. */
export async function listLeads(db: Asks, f: LeadFilter): Promise<LeadRecord[]> {
  const rows = await db.query<LeadRow>(
    `select ${leadColumns} from leads l
     where ($1::text is null or l.state = $1) and ($2::text is null or l.program_key = $2)
       and ($3::text is null or exists (select from offers o join partners p on p.id = o.partner_id
            where o.lead_id = l.id and p.external_id = $3)
            or exists (select from assignments a join partners p on p.id = a.partner_id
            where a.lead_id = l.id and p.external_id = $3))
       and ($4::text is null or strpos(lower(concat_ws(' ', l.reference, l.external_id, case when $8 then
              concat_ws(' ', l.summary, l.prospect->>'name', l.prospect->>'company', l.prospect->>'email',
                l.prospect->>'phone') end)), lower($4)) > 0)
       and ($5::timestamptz is null or (l.created_at, l.id) < ($5, $6::uuid))
     order by l.created_at desc, l.id desc limit $7`,
    [f.state, f.program, f.partner, f.q, f.before?.at ?? null, f.before?.id ?? null, f.limit, f.names],
  );
  return records(db, rows);
}

async function records(db: Asks, rows: readonly LeadRow[]): Promise<LeadRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((r) => r.id);
  const named = `p.external_id as partner, c.external_id as contact`;
  const offers = await db.query<Offer & Named & { lead_id: string }>(
    `select o.lead_id, ${offerColumns}, ${named} from offers o join partners p on p.id = o.partner_id
     join people c on c.id = o.contact_id where o.lead_id = any($1::uuid[]) order by o.created_at, o.id`,
    [ids],
  );
  const assignments = await db.query<AssignmentRow & Held & { lead_id: string }>(
    `select distinct on (a.lead_id) a.lead_id, ${assignmentColumns}, ${named}, v.external_id as via from assignments a
     join partners p on p.id = a.partner_id join people c on c.id = a.contact_id
     left join partners v on v.id = a.via_partner_id
     where a.lead_id = any($1::uuid[]) order by a.lead_id, a.claimed_at desc, a.id desc`,
    [ids],
  );
  const alike = await db.query<{ lead_id: string; data: Resemblance }>(
    `select f.lead_id, f.data from facts f where f.lead_id = any($1::uuid[]) and f.what = 'duplicate.suspected'
     order by f.lead_id, f.seq`,
    [ids],
  );
  return rows.map((row) => {
    const held = assignments.find((a) => a.lead_id === row.id);
    return {
      lead: leadOf(row),
      next_step: row.next_step,
      other_step: row.other_step,
      offers: offers.filter((o) => o.lead_id === row.id),
      assignment: held
        ? { ...assignmentOf(held), partner: held.partner, contact: held.contact, via: held.via }
        : null,
      duplicates: alike.filter((a) => a.lead_id === row.id).map((a) => a.data),
    };
  });
}

/** An offer a contact can still answer, with its lead. */
export interface OpenOffer {
  readonly id: string;
  readonly lead: Lead;
  readonly expires_at: Date | null;
}

/** The open offers of a contact, the first to end first; without those of one lead. */
export async function openOffersOf(
  db: Asks,
  contactId: string,
  without: string,
  now: Date,
): Promise<OpenOffer[]> {
  const rows = await db.query<LeadRow & { offer_id: string; expires_at: Date | null }>(
    `select ${leadColumns}, o.id as offer_id, o.expires_at from offers o join leads l on l.id = o.lead_id
     where o.contact_id = $1 and o.state = 'sent' and o.expires_at > $3 and l.state = 'distributing' and l.id <> $2
     order by o.expires_at, o.id limit 3`,
    [contactId, without, now],
  );
  return rows.map((row) => ({ id: row.offer_id, lead: leadOf(row), expires_at: row.expires_at }));
}

/** The names of all fields of the installation's own that any lead has. */
export async function customFields(db: Asks): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select distinct k.name from leads l cross join jsonb_object_keys(l.custom) as k(name) order by k.name limit 100`,
  );
  return rows.map((row) => row.name);
}
