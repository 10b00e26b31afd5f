import { count, type Kpi, type Period, ratio } from '../lead/kpi.ts';
import type { Figures } from '../lead/report.ts';
import type { Asks } from './database.ts';

/** Whose figures, of which periods. */
export interface FigureScope {
  /** Null: every partner. */
  readonly partners: readonly string[] | null;
  readonly periods: readonly Period[];
  /** The periods (by index) whose figures are wanted by partner (or by `by`) too. */
  readonly byPartner: readonly number[];
  /** What figures are told apart by; partners unless given. A claim counts for whoever holds it now. */
  readonly by?: Apart;
  /** What counts as past. */
  readonly at: Date;
  /** Deals in other currencies count as won, without a value. */
  readonly currency: string;
}

type Apart = 'partner' | 'contact';

/** The figures of a period, of one partner or (null) of the whole scope. */
export interface FigureTable {
  of(period: number, partnerId: string | null): Figures;
  /** Partners (or contacts) with anything to tell in a period asked for by partner, or with a claim open now. */
  readonly partners: readonly string[];
}

/** Won value of one currency: no rates are known, so sums never mix. */
export interface WonRow {
  readonly period: number;
  readonly partner_id: string | null;
  readonly currency: string;
  readonly minor: number;
  readonly n: number;
}

/**
 * The figures of `kpis` (src/lead/kpi.ts) for any number of partners in four statements; a test holds the two equal
 * on random histories. Counts, sums and medians come from here, the divisions are those of the pure room.
 */
export async function figuresOf(db: Asks, scope: FigureScope): Promise<FigureTable> {
  const values = periodValues(scope);
  const sql = statements[scope.by ?? 'partner'];
  const [offers, cohorts, deals, open] = await Promise.all([
    db.query<OfferRow>(sql.offers, values),
    db.query<CohortRow>(sql.cohorts, [...values, scope.at]),
    db.query<DealRow>(sql.deals, [...values, scope.currency]),
    db.query<OpenRow>(sql.open, [scope.partners, scope.at]),
  ]);
  const [o, c, d] = [keyed(offers), keyed(cohorts), keyed(deals)];
  const active = new Map(open.map((row) => [row.partner_id, row]));
  const named = [...offers, ...cohorts, ...deals, ...open].flatMap((row) => row.partner_id ?? []);
  return {
    of: (period, partner) => {
      const key = `${period} ${partner}`;
      return figures(o.get(key), c.get(key), d.get(key), active.get(partner));
    },
    partners: [...new Set(named)],
  };
}

/** Sums of won value, by currency; most deals first. */
export async function wonByCurrency(
  db: Asks,
  scope: Omit<FigureScope, 'at' | 'currency'>,
): Promise<WonRow[]> {
  return db.query<WonRow>(statements[scope.by ?? 'partner'].won, periodValues(scope));
}

const periodValues = (scope: Omit<FigureScope, 'at' | 'currency'>): unknown[] => [
  scope.partners,
  scope.periods.map((p) => p.from),
  scope.periods.map((p) => p.until),
  // The end of a claim is kept as an ISO text: as texts they compare like instants, and an index finds them.
  scope.periods.map((p) => p.from.toISOString()),
  scope.periods.map((p) => p.until.toISOString()),
  scope.byPartner,
];

const periods = `(select x.from_at, x.until_at, x.from_text, x.until_text, (x.n - 1)::int as period
  from unnest($2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[])
    with ordinality as x(from_at, until_at, from_text, until_text, n)) p`;

/** Within the first and the last of the periods: which period it is comes after, and alone leads to no index. */
const during = (at: string): string =>
  `${at} >= (select min(x) from unnest($2::timestamptz[]) x) and ${at} < (select max(x) from unnest($3::timestamptz[]) x)`;
/** The same of an ISO text. */
const duringText = (at: string): string =>
  `${at} >= (select min(x collate "C") from unnest($4::text[]) x) and ${at} < (select max(x collate "C") from unnest($5::text[]) x)`;

type Column = 'partner_id' | 'contact_id';

/** A row for the whole scope, and one a partner (or contact) where they are asked for. */
const grouped = (
  row: string,
  by: Column,
): string => `group by grouping sets ((p.period), (p.period, ${row}.${by}))
  having grouping(${row}.${by}) = 1 or p.period = any($6::int[])`;

const span = (from: string, until: string): string =>
  `(extract(epoch from ${until} - ${from}) * 1000)::double precision`;

const median = (ms: string, where: string): string =>
  `percentile_cont(0.5) within group (order by ${ms}) filter (where ${where})`;

interface Grouped {
  readonly period: number;
  readonly partner_id: string | null;
}

interface OfferRow extends Grouped {
  readonly sent: number;
  readonly accepted: number;
  readonly declined: number;
  readonly expired: number;
  readonly answered: number;
  readonly answer_ms: number | null;
}

const answered = `o.state in ('accepted', 'declined') and o.answered_at is not null`;
const offersSql = (by: Column): string => `select p.period, o.${by} as partner_id,
    (count(*) filter (where o.state <> 'void'))::int as sent,
    (count(*) filter (where o.state = 'accepted'))::int as accepted,
    (count(*) filter (where o.state = 'declined'))::int as declined,
    (count(*) filter (where o.state = 'expired'))::int as expired,
    (count(*) filter (where ${answered}))::int as answered,
    ${median(span('o.sent_at', 'o.answered_at'), answered)} as answer_ms
  from ${periods} join offers o on o.sent_at >= p.from_at and o.sent_at < p.until_at
    and ${during('o.sent_at')}
    and ($1::uuid[] is null or o.partner_id = any($1::uuid[]))
  ${grouped('o', by)}`;

interface CohortRow extends Grouped {
  readonly n: number;
  readonly won: number;
  readonly lost: number;
  readonly active: number;
  readonly recalled: number;
  readonly returned: number;
  readonly due: number;
  readonly kept: number;
  readonly contacted: number;
  readonly contact_ms: number | null;
}

/** The first contact reported, by the rule of `firstContact`. */
const firstContact = `(select min(f.at) as at from facts f
    where f.lead_id = a.lead_id and f.thing_id = a.id
      and (f.what = 'assignment.won'
        or (f.what = 'status.reported' and f.data ->> 'verb' in ('contacted', 'meeting', 'quoted')))
      and not exists (select from facts u where u.lead_id = f.lead_id and u.thing_id = f.thing_id
        and u.what = 'status.reverted' and u.data ->> 'undoes' = f.seq::text))`;

const cohortsSql = (by: Column): string => `select p.period, a.${by} as partner_id, count(*)::int as n,
    (count(*) filter (where a.state = 'won'))::int as won,
    (count(*) filter (where a.state = 'lost'))::int as lost,
    (count(*) filter (where a.state = 'active'))::int as active,
    (count(*) filter (where a.state = 'recalled'))::int as recalled,
    (count(*) filter (where a.state = 'returned'))::int as returned,
    (count(*) filter (where a.promise_at <= $7))::int as due,
    (count(*) filter (where a.promise_at <= $7 and c.at <= a.promise_at))::int as kept,
    count(c.at)::int as contacted,
    ${median(span('a.claimed_at', 'c.at'), 'c.at is not null')} as contact_ms
  from ${periods} join assignments a on a.claimed_at >= p.from_at and a.claimed_at < p.until_at
    and ${during('a.claimed_at')}
    and ($1::uuid[] is null or a.partner_id = any($1::uuid[]))
    left join lateral ${firstContact} c on true
  ${grouped('a', by)}`;

interface DealRow extends Grouped {
  readonly won: number;
  readonly lost: number;
  readonly valued: number;
  readonly minor: number | null;
  readonly mean_ms: number | null;
  readonly median_ms: number | null;
}

const closed = `assignments a on a.state in ('won', 'lost')
    and (a.outcome ->> 'at') collate "C" >= p.from_text and (a.outcome ->> 'at') collate "C" < p.until_text
    and ${duringText(`(a.outcome ->> 'at') collate "C"`)}
    and ($1::uuid[] is null or a.partner_id = any($1::uuid[]))`;
const dealMs = span('a.claimed_at', `(a.outcome ->> 'at')::timestamptz`);
const valued = `a.state = 'won' and a.outcome #>> '{money,currency}' = $7`;
const dealsSql = (by: Column): string => `select p.period, a.${by} as partner_id,
    (count(*) filter (where a.state = 'won'))::int as won,
    (count(*) filter (where a.state = 'lost'))::int as lost,
    (count(*) filter (where ${valued}))::int as valued,
    (sum((a.outcome #>> '{money,minor}')::bigint) filter (where ${valued}))::double precision as minor,
    avg(${dealMs}) filter (where a.state = 'won') as mean_ms,
    ${median(dealMs, `a.state = 'won'`)} as median_ms
  from ${periods} join ${closed}
  ${grouped('a', by)}`;

const wonSql = (
  by: Column,
): string => `select p.period, a.${by} as partner_id, a.outcome #>> '{money,currency}' as currency, count(*)::int as n,
    sum((a.outcome #>> '{money,minor}')::bigint)::double precision as minor
  from ${periods} join ${closed} and a.state = 'won' and a.outcome #>> '{money,minor}' is not null
  group by grouping sets ((p.period, a.outcome #>> '{money,currency}'),
    (p.period, a.outcome #>> '{money,currency}', a.${by}))
  having grouping(a.${by}) = 1 or p.period = any($6::int[])
  order by n desc, currency, p.period, a.${by}`;

interface OpenRow {
  readonly partner_id: string | null;
  readonly active: number;
  readonly late: number;
}

const openSql = (by: Column): string => `select a.${by} as partner_id, count(*)::int as active,
    (count(*) filter (where a.deadline < $2))::int as late
  from assignments a where a.state = 'active' and ($1::uuid[] is null or a.partner_id = any($1::uuid[]))
  group by grouping sets ((), (a.${by}))`;

const statementsBy = (by: Column) => ({
  offers: offersSql(by),
  cohorts: cohortsSql(by),
  deals: dealsSql(by),
  won: wonSql(by),
  open: openSql(by),
});
const statements = { partner: statementsBy('partner_id'), contact: statementsBy('contact_id') } as const;

const keyed = <R extends Grouped>(rows: readonly R[]): Map<string, R> =>
  new Map(rows.map((row) => [`${row.period} ${row.partner_id}`, row]));

function figures(o?: OfferRow, c?: CohortRow, d?: DealRow, a?: OpenRow): Figures {
  return { ...answers(o), ...work(c), ...deals(d), overdue: count(a?.late ?? 0, a?.active ?? 0) };
}

function answers(o: OfferRow | undefined) {
  const { sent = 0, accepted = 0, declined = 0, expired = 0 } = o ?? {};
  const all = accepted + declined + expired;
  return {
    offers_sent: count(sent, sent),
    offers_accepted: count(accepted, sent),
    offer_acceptance_rate: ratio(accepted, all),
    response_rate: ratio(accepted + declined, all),
    decline_rate: ratio(declined, all),
    time_to_answer: told(o?.answer_ms, o?.answered),
  };
}

function work(c: CohortRow | undefined) {
  const { n = 0, won = 0, lost = 0, active = 0, recalled = 0, returned = 0, due = 0, kept = 0 } = c ?? {};
  return {
    time_to_first_contact: told(c?.contact_ms, c?.contacted),
    contact_rate: ratio(kept, due),
    conversion_rate: ratio(won, n),
    claims_won: count(won, n),
    claims_lost: count(lost, n),
    claims_open: count(active, n),
    recall_rate: ratio(recalled, n),
    return_rate: ratio(returned, n),
  };
}

function deals(d: DealRow | undefined) {
  const { won = 0, lost = 0, valued: n = 0, minor } = d ?? {};
  const sum = minor ?? 0;
  return {
    win_rate: ratio(won, won + lost),
    average_deal_time: told(d?.mean_ms, won),
    median_deal_time: told(d?.median_ms, won),
    average_deal_size: ratio(sum, n),
    won_value: count(sum, n),
    won_without_value: ratio(won - n, won),
  };
}

const told = (value: number | null | undefined, n: number | undefined): Kpi => ({
  value: value ?? null,
  n: n ?? 0,
});
