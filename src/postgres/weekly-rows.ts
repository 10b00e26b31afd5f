import type { Lead } from '../lead/lead.ts';
import type { PartnerKind } from '../lead/partner.ts';
import type { OpenItem } from '../lead/report.ts';
import type { Asks } from './database.ts';
import { type LeadRow, leadColumns, leadOf } from './lead-rows.ts';

/** Open things as a list that may be cut, and how many there are in all. */
export interface CutList {
  readonly items: readonly OpenItem[];
  readonly total: number;
}

type ItemRow = OpenItem & { readonly total: number };

const cut = (rows: readonly ItemRow[]): CutList => ({
  items: rows.map(({ total: _, ...item }) => item),
  total: rows[0]?.total ?? 0,
});

/** Everything a partner's people hold or could answer now. */
export async function partnerItems(db: Asks, partnerId: string, at: Date): Promise<OpenItem[]> {
  return db.query<OpenItem>(
    `select a.id, a.lead_id, coalesce(a.owes, 'update') as what, a.deadline as due_at, a.partner_id, a.contact_id
     from assignments a where a.partner_id = $1 and a.state = 'active' and a.deadline is not null
     union all
     select o.id, o.lead_id, 'offer', o.expires_at, o.partner_id, o.contact_id
     from offers o join leads l on l.id = o.lead_id
     where o.partner_id = $1 and o.state = 'sent' and o.expires_at > $2 and l.state in ('distributing', 'unplaced')`,
    [partnerId, at],
  );
}

/**
 * Claims that are late, on whichever side, or wait for a decision, the most urgent ones.
 *
 * @param partners null: all
 */
export async function lateClaims(
  db: Asks,
  partners: readonly string[] | null,
  at: Date,
  limit: number,
): Promise<CutList> {
  const rows = await db.query<ItemRow>(
    `select a.id, a.lead_id, a.what, a.due_at, a.partner_id, a.contact_id, (count(*) over ())::int as total
     from (select a.id, a.lead_id, case when a.escalated then 'decide' else coalesce(a.owes, 'update') end as what,
             a.deadline as due_at, a.partner_id, a.contact_id
           from assignments a where a.state = 'active' and (a.escalated or a.deadline < $2)
           union all
           select a.id, a.lead_id, a.vendor_owes, a.vendor_deadline, a.partner_id, a.contact_id
           from assignments a where a.state = 'active' and a.vendor_deadline < $2
             and not (a.escalated or coalesce(a.deadline < $2, false))) a
     where ($1::uuid[] is null or a.partner_id = any($1::uuid[]))
     order by a.what <> 'decide', a.what, a.due_at, a.id limit $3`,
    [partners, at, limit],
  );
  return cut(rows);
}

/** Leads nobody holds that wait for the vendor: to be placed, or to be qualified and late. */
export async function waitingLeads(db: Asks, at: Date, limit: number): Promise<CutList> {
  const rows = await db.query<ItemRow>(
    `select l.id, l.id as lead_id, case when l.state in ('unplaced', 'qualified') then 'place' else 'qualify' end as what,
       l.due_at, null::uuid as partner_id, null::uuid as contact_id, (count(*) over ())::int as total
     from leads l where l.state in ('unplaced', 'qualified')
       or (l.state in ('captured', 'qualifying') and l.due_at < $1)
     order by what, l.due_at, l.id limit $2`,
    [at, limit],
  );
  return cut(rows);
}

export async function leadsById(db: Asks, ids: readonly string[]): Promise<Map<string, Lead>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query<LeadRow>(`select ${leadColumns} from leads l where l.id = any($1::uuid[])`, [
    ids,
  ]);
  return new Map(rows.map((row) => [row.id, leadOf(row)]));
}

export interface PartnerName {
  readonly id: string;
  readonly name: string;
}

export async function partnerNames(db: Asks, ids: readonly string[]): Promise<PartnerName[]> {
  if (ids.length === 0) return [];
  return db.query<PartnerName>('select p.id, p.name from partners p where p.id = any($1::uuid[])', [ids]);
}

/** The partners an account manager looks after. */
export async function partnersOfCam(db: Asks, email: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'select p.id from partners p where lower(p.cam) = lower($1) order by p.id',
    [email],
  );
  return rows.map((row) => row.id);
}

/** A distributor's partners: those right below it. */
export async function partnersBelow(db: Asks, partnerId: string): Promise<PartnerName[]> {
  return db.query<PartnerName>('select p.id, p.name from partners p where p.parent_id = $1 order by p.id', [
    partnerId,
  ]);
}

export interface OfferedPlaces {
  readonly kind: PartnerKind;
  readonly name: string;
  readonly limit: number | null;
  readonly taken: number;
}

/** A partner's name and how full its desk is. */
export async function partnerDesk(db: Asks, id: string): Promise<OfferedPlaces | undefined> {
  const rows = await db.query<OfferedPlaces>(
    `select p.kind, p.name, p.open_limit as "limit", p.open_claims as taken from partners p where p.id = $1`,
    [id],
  );
  return rows[0];
}

/** The currency of the default programme. */
export async function houseCurrency(db: Asks): Promise<string> {
  const rows = await db.query<{ currency: string }>(
    `select p.document ->> 'currency' as currency from programs p where p.is_default
     order by p.created_at desc, p.version desc limit 1`,
  );
  return rows[0]?.currency ?? 'EUR';
}
