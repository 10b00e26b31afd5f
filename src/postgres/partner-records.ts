import type { Asks, Question, Tx } from './database.ts';

/** What matching wants to know of a partner's past, and of its past with this lead. */
export interface PartnerRecordRow {
  readonly partner_id: string;
  readonly claimed: number;
  readonly won: number;
  readonly last_offered_at: Date | null;
  /** The local week of its latest claim (`weekOf`) and the claims of that week. */
  readonly claim_week?: string | null;
  readonly week_claims?: number;
  /** Claims of the seven days before, where a past lead is looked at. */
  readonly claimed_week?: number;
  readonly open_claims: number;
  readonly offered: boolean;
  readonly declined: boolean;
  readonly recalled: boolean;
  readonly undone: boolean;
}

/**
 * Counts for every partner. An offer that lost its race or was withdrawn does not count as "already offered": when
 * the lead becomes free again, whoever was too late is the first to be asked. A decline or a recall of this lead is
 * never forgotten for this lead.
 *
 * @param since the programme's decay: claims before it say nothing about a partner any more
 */
export const recordsQuestion = (leadId: string, since: Date): Question => ({
  text: `select p.id as partner_id, coalesce(a.claimed, 0)::int as claimed, coalesce(a.won, 0)::int as won,
       p.claim_week, p.week_claims, p.open_claims, last.at as last_offered_at,
       coalesce(o.offered, false) as offered, coalesce(o.declined, false) as declined,
       coalesce(h.recalled, false) as recalled, coalesce(h.undone, false) as undone
     from partners p
     left join lateral (select o.created_at as at from offers o where o.partner_id = p.id
                        order by o.created_at desc limit 1) last on true
     left join (select x.partner_id, count(*) as claimed, count(*) filter (where x.state = 'won') as won
                from assignments x where x.claimed_at >= $2 group by x.partner_id) a on a.partner_id = p.id
     left join (select x.partner_id, bool_or(x.state not in ('lost_race', 'withdrawn')) as offered,
                  bool_or(x.state = 'declined') as declined
                from offers x where x.lead_id = $1 group by x.partner_id) o on o.partner_id = p.id
     left join (select x.partner_id, bool_or(x.state = 'recalled') as recalled,
                  bool_or(x.state = 'returned' and not exists (select from facts f where f.lead_id = $1
                    and ((f.what = 'automation.suspected' and f.data ->> 'claim' = x.id::text)
                      or (f.what = 'act.undone' and f.thing_id = x.id
                        and f.data ->> 'did' = 'assignment.assigned')))) as undone
                from assignments x where x.lead_id = $1 group by x.partner_id) h on h.partner_id = p.id`,
  values: [leadId, since],
});

export async function partnerRecords(
  db: Asks,
  { text, values }: Question,
): Promise<Map<string, PartnerRecordRow>> {
  const rows = await db.query<PartnerRecordRow>(text, values);
  return new Map(rows.map((r) => [r.partner_id, r]));
}

/** Median business hours from offer to answer by partner, of answers from one instant until another. */
export async function medianAnswers(db: Asks, since: Date, until: Date): Promise<Map<string, number>> {
  const rows = await db.query<{ partner_id: string; hours: number }>(
    `select o.partner_id, percentile_cont(0.5) within group (order by o.answer_ms) / 3600000.0 as hours
     from offers o where o.answer_ms is not null and o.answered_at >= $1 and o.answered_at <= $2
     group by o.partner_id`,
    [since, until],
  );
  return new Map(rows.map((r) => [r.partner_id, r.hours]));
}

/** Offers of the last 90 days by partner; only the exploration share asks for them. */
export async function offersSince(db: Asks, since: Date): Promise<Map<string, number>> {
  const rows = await db.query<{ partner_id: string; n: number }>(
    'select o.partner_id, count(*)::int as n from offers o where o.created_at >= $1 group by o.partner_id',
    [since],
  );
  return new Map(rows.map((r) => [r.partner_id, r.n]));
}

/** The company of a person, until the end of the transaction: what is counted over all its leads is counted by one at a time. */
export async function lockCompanyOf(tx: Tx, personId: string): Promise<void> {
  await tx.query(
    'select p.id from partners p where p.id = (select x.partner_id from people x where x.id = $1) for update',
    [personId],
  );
}

/** Accepts a partner's people have undone since an instant, and claims they have passed on and taken back. */
export async function undoneAccepts(db: Asks, personId: string, since: Date): Promise<number> {
  const rows = await db.query<{ n: string }>(
    `select count(*) as n from facts f where f.what in ('claim.undone', 'pass_on.undone') and f.thing = 'assignment' and f.at >= $2
       and f.data ->> 'automation' is null
       and f.who_id in (select c.id::text from people c
                        where c.partner_id = (select x.partner_id from people x where x.id = $1))`,
    [personId, since],
  );
  return Number(rows[0]?.n);
}
