import type { Database } from '../../../src/postgres/database.ts';
import type { Told } from './time.ts';
import { type Claim, type Lead, type LeadState, type Offer, saysYes, type World } from './world.ts';

/** What the database has, in the words of the model. */

export interface LeadRow {
  readonly id: string;
  readonly state: LeadState;
  readonly wave: number;
  readonly facts: number;
  readonly wake: number | null;
  readonly step: boolean;
  readonly errors: number;
  readonly offers: readonly OfferRow[] | null;
  readonly claims: readonly ClaimRow[] | null;
}
type OfferRow = Pick<Offer, 'id' | 'partner' | 'contact' | 'wave' | 'round' | 'state' | 'expires'> & {
  asked: boolean;
  yes: boolean;
};
type ClaimRow = Pick<Claim, 'id' | 'partner' | 'contact' | 'state' | 'owes' | 'deadline'>;

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

/** The place of what begins in its lead's chain: two houses may make things in the same millisecond. */
const begun = (thing: string): string =>
  `(select min(f.seq) from facts f where f.lead_id = l.id and f.thing_id = ${thing}.id
    and f.what in ('offer.scheduled', 'assignment.started'))`;

export const readLeads = (db: Database, ids: readonly string[]): Promise<LeadRow[]> =>
  db.query<LeadRow>(
    `select l.id, l.state, l.wave, l.fact_seq as facts, ${ms('l.wake_at')} as wake, l.next_step <> 'null' as step,
       l.wake_errors as errors,
       (select json_agg(json_build_object('id', o.id, 'partner', p.external_id, 'contact', c.external_id,
          'wave', o.wave, 'round', o.round, 'state', o.state, 'asked', o.chance_at is not null,
          'yes', o.state = 'sent' and o.wished_at is not null,
          'expires', ${ms('o.expires_at')}) order by ${begun('o')})
        from offers o join partners p on p.id = o.partner_id join people c on c.id = o.contact_id
        where o.lead_id = l.id) as offers,
       (select json_agg(json_build_object('id', a.id, 'partner', p.external_id, 'contact', c.external_id,
          'state', a.state, 'owes', a.owes, 'deadline', ${ms('a.deadline')}) order by ${begun('a')})
        from assignments a join partners p on p.id = a.partner_id join people c on c.id = a.contact_id
        where a.lead_id = l.id) as claims
     from leads l where l.id = any($1::uuid[])`,
    [ids],
  );

/** The facts that came since the model last looked. */
export async function readNews(
  db: Database,
  leads: readonly Lead[],
  names: ReadonlyMap<string, string>,
): Promise<Told[]> {
  const rows = await db.query<Omit<Told, 'at'> & { at: Date }>(
    `select f.lead_id as lead, f.seq, f.at, f.what, f.thing_id as id, f.who_id as who, f.channel, f.data
     from unnest($1::uuid[], $2::int[]) as k(id, seq) join facts f on f.lead_id = k.id and f.seq > k.seq
     order by f.lead_id, f.seq`,
    [leads.map((l) => l.id), leads.map((l) => l.facts)],
  );
  return rows.map((f) => ({ ...f, at: f.at.getTime(), who: names.get(f.who ?? '') ?? null }));
}

export interface CountRow {
  readonly partner: string;
  readonly open: number;
  readonly week: string | null;
  readonly n: number;
  readonly active: number;
}

export const readCounts = (db: Database): Promise<CountRow[]> =>
  db.query<CountRow>(
    `select p.external_id as partner, p.open_claims as open, p.claim_week as week, p.week_claims as n,
       (select count(*)::int from assignments a where a.partner_id = p.id and a.state = 'active') as active
     from partners p`,
  );

/** What is new to the model gets its id and times from the rows; what is made by nobody stays a difference. */
export function learn(w: World, rows: readonly LeadRow[]): void {
  for (const row of rows) {
    const l = w.leads[row.id];
    l?.offers.forEach((o, i) => {
      const known = row.offers?.[i];
      if (!known) return;
      o.id = known.id;
      // Made again since: the end of the earlier window is no longer on file.
      if (known.round === o.round) o.expires = known.expires;
    });
    l?.claims.forEach((c, i) => {
      const { id = '', deadline = null } = row.claims?.[i] ?? {};
      // A claim that has ended has no deadline any more; when it ended, the last one known counts.
      Object.assign(c, { id, deadline: deadline ?? c.deadline });
    });
  }
}

/** Where model and database are not of one mind. */
export function differences(w: World, rows: readonly LeadRow[], counts: readonly CountRow[]): string[] {
  const leads = rows.flatMap((row) => {
    const l = w.leads[row.id] as Lead;
    return [
      ...differ('the lead', `${l.state} in wave ${l.wave}`, `${row.state} in wave ${row.wave}`),
      ...differ(
        'offers',
        l.offers.map((o) => offerWords(o, o.asked !== null, saysYes(o))),
        (row.offers ?? []).map((o) => offerWords(o, o.asked, o.yes)),
      ),
      ...differ('claims', l.claims.map(claimWords), (row.claims ?? []).map(claimWords)),
    ];
  });
  const places = counts.flatMap((row) => {
    const p = w.partners.find((one) => one.key === row.partner);
    const model = `${p?.open} open, ${p?.weeks[p.lastWeek ?? ''] ?? 0} in ${p?.lastWeek}`;
    return differ(`the places of ${row.partner}`, model, `${row.open} open, ${row.n} in ${row.week}`);
  });
  return [...leads, ...places];
}

type Shown = Pick<Offer, 'partner' | 'contact' | 'state' | 'wave' | 'round'>;
const offerWords = (o: Shown, asks: boolean, yes: boolean): string =>
  `${o.contact} of ${o.partner}: ${o.state}, wave ${o.wave}, round ${o.round}${asks ? ', asks again' : ''}${yes ? ', says yes' : ''}`;
const claimWords = (c: ClaimRow | Claim): string =>
  `${c.contact} of ${c.partner}: ${c.state}${c.state === 'active' ? ` owes ${c.owes}` : ''}`;

function differ(
  what: string,
  model: string | readonly string[],
  database: string | readonly string[],
): string[] {
  const [ours, theirs] = [JSON.stringify(model), JSON.stringify(database)];
  return ours === theirs ? [] : [`${what}: the model has ${ours}, the database ${theirs}`];
}
