import type { Lead } from '../lead/lead.ts';
import type { Asks } from './database.ts';
import { type LeadRow, leadColumns, leadOf } from './lead-rows.ts';
import type { PartnerRecordRow } from './partner-records.ts';

/** A partner's record of an earlier time, with its offers of the 90 days before. */
type PastRecord = PartnerRecordRow & { readonly offered90: number };

/** A lead that was offered: when first, to whom, and how that was explained. */
export interface OfferedLead {
  readonly lead: Lead;
  readonly at: Date;
  readonly was: readonly string[];
  readonly explained: unknown;
}

/** The newest leads of a programme that were ever offered, or found nobody to be offered to. */
export async function offeredLeads(db: Asks, programme: string, limit: number): Promise<OfferedLead[]> {
  const rows = await db.query<LeadRow & { at: Date; partners: unknown; was: string[] }>(
    `select ${leadColumns}, e.at, e.partners, coalesce((
       select array_agg(p.external_id order by o.score desc, o.id) from offers o join partners p on p.id = o.partner_id
       where o.lead_id = l.id and o.created_at = e.at), '{}') as was
     from leads l
     join lateral (select x.at, x.partners from explanations x where x.lead_id = l.id order by x.at limit 1) e on true
     where l.program_key = $1 and l.state <> 'erased'
     order by l.created_at desc, l.id desc limit $2`,
    [programme, limit],
  );
  return rows.map((row) => ({ lead: leadOf(row), at: row.at, was: row.was, explained: row.partners }));
}

/**
 * What `partnerRecords` would have said of every partner at an instant, of a lead nobody had seen yet.
 *
 * @param from.week claims of the week count from here on
 * @param from.decay claims before it say nothing about a partner any more
 */
export async function recordsAsOf(
  db: Asks,
  at: Date,
  from: { readonly week: Date; readonly decay: Date },
): Promise<Map<string, PastRecord>> {
  const rows = await db.query<PastRecord>(
    `select p.id as partner_id, coalesce(a.claimed, 0)::int as claimed, coalesce(a.won, 0)::int as won,
       coalesce(a.week, 0)::int as claimed_week, coalesce(a.open, 0)::int as open_claims, last.at as last_offered_at,
       (select count(*)::int from offers o where o.partner_id = p.id and o.created_at < $1
          and o.created_at >= $1::timestamptz - interval '90 days') as offered90,
       false as offered, false as declined, false as recalled, false as undone
     from partners p
     left join lateral (select o.created_at as at from offers o where o.partner_id = p.id and o.created_at < $1
                        order by o.created_at desc limit 1) last on true
     left join (select x.partner_id, count(*) filter (where x.claimed_at >= $3) as claimed,
                  count(*) filter (where x.state = 'won' and (x.outcome ->> 'at')::timestamptz < $1
                    and x.claimed_at >= $3) as won,
                  count(*) filter (where x.claimed_at >= $2) as week,
                  count(*) filter (where not exists (select from facts f where f.lead_id = x.lead_id
                    and f.thing_id = x.id and f.at < $1 and f.what in ('assignment.won', 'assignment.lost',
                    'assignment.returned', 'assignment.recalled', 'claim.undone'))) as open
                from assignments x where x.claimed_at < $1 group by x.partner_id) a on a.partner_id = p.id`,
    [at, from.week, from.decay],
  );
  return new Map(rows.map((r) => [r.partner_id, r]));
}
