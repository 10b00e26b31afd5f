import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredFact } from '../../src/lead/facts.ts';
import { firstContact, type KpiClaim, type KpiOffer, kpis } from '../../src/lead/kpi.ts';
import { assignmentStates, offerStates } from '../../src/lead/tables.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { figuresOf, wonByCurrency } from '../../src/postgres/weekly-figures.ts';
import { freshDatabase, type TestDatabase } from '../harness/database.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 2, 2);
const at = new Date(start + 40 * 24 * hour);
const id = (group: number, n: number): string =>
  `0193a1b2-c3d4-7e5f-8a9b-${group}${String(n).padStart(11, '0')}`;
const partnerIds = [0, 1, 2, 3].map((n) => id(1, n));
const currency = 'EUR';
/** Two weeks side by side, the span of both and more, and one in which nothing happens. */
const weeks = [7, 14].map((day) => ({
  from: new Date(start + day * 24 * hour),
  until: new Date(start + (day + 7) * 24 * hour),
}));
const periods = [
  ...weeks,
  { from: new Date(start), until: new Date(start + 30 * 24 * hour) },
  { from: new Date(0), until: new Date(hour) },
];

let home: TestDatabase;
let db: Database;
let asked = 0;
beforeAll(async () => {
  home = await freshDatabase();
  db = openDatabase(home.connection);
  await db.query(
    `insert into programs (key, version, name, is_default, document, author, created_at) values ('p', 1, 'P', true, '{}', 'test', $1)`,
    [at],
  );
  await db.query(
    `insert into partners (id, external_id, name, kind, calendar, timezone, created_at, updated_at)
     select x, x::text, 'Partner', 'reseller', '{}', 'UTC', $2, $2 from unnest($1::uuid[]) x`,
    [partnerIds, at],
  );
  await db.query(
    `insert into people (id, kind, partner_id, external_id, email, name, role, language, timezone, created_at, updated_at)
     values ($1, 'contact', $2, 'c', 'c@c.example', 'C', 'owner', 'en', 'UTC', $3, $3)`,
    [id(2, 0), partnerIds[0], at],
  );
});
afterAll(async () => {
  await db.close();
  await home.drop();
});

/** Instants in whole hours, and often the very bounds of a period or the instant of the report. */
const bounds = [...periods.slice(0, 3).flatMap((p) => [p.from, p.until]), at];
const hours = fc.integer({ min: 0, max: 40 * 24 }).map((h) => new Date(start + h * hour));
const instant = fc.oneof(
  { weight: 4, arbitrary: hours },
  { weight: 1, arbitrary: fc.constantFrom(...bounds) },
);
const partner = fc.constantFrom(...partnerIds.slice(0, 3));
const offer = fc.record({
  partner,
  state: fc.constantFrom(...offerStates.filter((s) => s !== 'sent')),
  sent_at: fc.option(instant),
  answered_at: fc.option(instant),
});
const money = fc.record({ minor: fc.nat(9_000_000), currency: fc.constantFrom('EUR', 'EUR', 'GBP') });
const report = fc.record({
  what: fc.constantFrom('status.reported', 'status.reported', 'assignment.won', 'assignment.extended'),
  verb: fc.constantFrom('contacted', 'meeting', 'quoted', 'not-reached', 'unchanged', 'won'),
  at: instant,
  undone: fc.boolean(),
  /** A report about another claim of the same lead. */
  elsewhere: fc.boolean(),
});
const claim = fc.record({
  partner,
  state: fc.constantFrom(...assignmentStates),
  claimed_at: instant,
  promise_at: fc.option(instant),
  deadline: instant,
  closed_at: instant,
  money: fc.option(money),
  reports: fc.array(report, { maxLength: 3 }),
});
type Offer = typeof offer extends fc.Arbitrary<infer T> ? T : never;
type Claim = typeof claim extends fc.Arbitrary<infer T> ? T : never;

const hasEnded = (c: Claim): boolean => c.state === 'won' || c.state === 'lost';
const outcomeOf = (c: Claim) =>
  hasEnded(c) ? { result: c.state, money: c.money, reason: null, at: c.closed_at } : null;

function factsOf(c: Claim, own: string): StoredFact[] {
  const fact = (seq: number, more: Partial<StoredFact>): StoredFact => ({
    seq,
    what: 'status.reported',
    thing: 'assignment',
    id: own,
    from: null,
    to: null,
    at,
    who: { kind: 'contact', id: id(2, 0) },
    channel: 'link',
    evidence: {},
    data: {},
    words: null,
    ...more,
  });
  return c.reports.flatMap((r, i) => {
    const seq = 2 * i + 1;
    const about = r.elsewhere ? id(9, 9) : own;
    const told = fact(seq, {
      what: r.what as StoredFact['what'],
      id: about,
      at: r.at,
      data: { verb: r.verb },
    });
    return r.undone
      ? [told, fact(seq + 1, { what: 'status.reverted', id: about, data: { undoes: seq } })]
      : [told];
  });
}

async function write(offers: readonly Offer[], claims: readonly Claim[]): Promise<void> {
  await db.query('truncate facts, assignments, offers, leads cascade');
  const count = Math.max(offers.length, claims.length);
  await db.query(
    `insert into leads (id, reference, program_key, program_version, state, temperature, quality, summary, products,
       industries, languages, prospect, custom, created_at)
     select x, x::text, 'p', 1, 'claimed', 'hot', 'inquiry', 's', '{}', '{}', '{}', '{}', '{}', $2 from unnest($1::uuid[]) x`,
    [Array.from({ length: count }, (_, i) => id(3, i)), at],
  );
  const rows = offers.map((o, i) => ({ id: id(4, i), lead: id(3, i), ...o }));
  await db.query(
    `insert into offers (id, lead_id, partner_id, contact_id, wave, round, state, score, sent_at, answered_at, created_at)
     select o.id, o.lead, o.partner, $2, 1, 1, o.state, 1, o.sent_at, o.answered_at, $3
     from jsonb_to_recordset($1::jsonb) as o(id uuid, lead uuid, partner uuid, state text, sent_at timestamptz, answered_at timestamptz)`,
    [JSON.stringify(rows), id(2, 0), at],
  );
  const held = claims.map((c, i) => ({ ...c, id: id(5, i), lead: id(3, i), outcome: outcomeOf(c) }));
  await db.query(
    `insert into assignments (id, lead_id, partner_id, contact_id, state, stage, phase, claimed_at, promise_at, deadline, outcome)
     select a.id, a.lead, a.partner, $2, a.state, 's', 'claimed', a.claimed_at, a.promise_at, a.deadline, nullif(a.outcome, 'null'::jsonb)
     from jsonb_to_recordset($1::jsonb) as a(id uuid, lead uuid, partner uuid, state text, claimed_at timestamptz,
       promise_at timestamptz, deadline timestamptz, outcome jsonb)`,
    [JSON.stringify(held), id(2, 0)],
  );
  const facts = claims.flatMap((c, i) => factsOf(c, id(5, i)).map((f) => ({ ...f, lead: id(3, i) })));
  await db.query(
    `insert into facts (lead_id, seq, at, what, thing, thing_id, who_kind, channel, evidence, data, hash)
     select f.lead, f.seq, f.at, f.what, f.thing, f.id, 'contact', f.channel, '{}', f.data, '\\x00'
     from jsonb_to_recordset($1::jsonb) as f(lead uuid, seq int, at timestamptz, what text, thing text, id uuid, channel text, data jsonb)`,
    [JSON.stringify(facts)],
  );
}

const kpiOffer = (o: Offer): KpiOffer => ({ ...o, answer_business_ms: null });
const kpiClaim = (c: Claim, i: number): KpiClaim => ({
  ...c,
  contacted_at: firstContact(factsOf(c, id(5, i)), id(5, i)),
  closed_at: hasEnded(c) ? c.closed_at : null,
  value: c.money?.currency === currency ? c.money : null,
});

/** Everything that can happen exactly on a bound: of a period, of a promise, of a deadline. */
const onTheBounds = {
  offers: bounds.flatMap((sent_at): Offer[] =>
    (['accepted', 'expired'] as const).map((state) => ({
      partner: id(1, 0),
      state,
      sent_at,
      answered_at: sent_at,
    })),
  ),
  claims: bounds.flatMap((on): Claim[] =>
    assignmentStates.map((state) => ({
      partner: id(1, 0),
      state,
      claimed_at: on,
      promise_at: on,
      deadline: on,
      closed_at: on,
      money: { minor: 100, currency },
      reports: [{ what: 'status.reported', verb: 'contacted', at: on, undone: false, elsewhere: false }],
    })),
  ),
};

/** The pool with its statements counted. */
const counting: Pick<Database, 'query'> = {
  query: (text, values) => {
    asked += 1;
    return db.query(text, values);
  },
};

test('the figures of the database are those of the pure functions, for every partner, period and total', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(offer, { maxLength: 25 }),
      fc.array(claim, { maxLength: 25 }),
      fc.constantFrom(null, partnerIds, partnerIds.slice(0, 2)),
      async (offers, claims, partners) => {
        await write(offers, claims);
        const table = await figuresOf(db, { partners, periods, byPartner: [0, 2], at, currency });
        const inScope = (p: string): boolean => partners === null || partners.includes(p);
        for (const [n, period] of periods.entries()) {
          for (const who of [null, ...(n % 2 === 0 ? partnerIds.filter(inScope) : [])]) {
            const theirs = (x: { partner: string }): boolean =>
              who === null ? inScope(x.partner) : x.partner === who;
            const { time_to_answer_business: _, ...pure } = kpis(
              offers.filter(theirs).map(kpiOffer),
              claims.map((c, i) => [c, i] as const).flatMap(([c, i]) => (theirs(c) ? [kpiClaim(c, i)] : [])),
              period,
              at,
            );
            expect(table.of(n, who), `period ${n} of ${who}`).toEqual(pure);
          }
        }
      },
    ),
    { numRuns: 60, examples: [[onTheBounds.offers, onTheBounds.claims, null]] },
  );
});

test('won value never mixes currencies, and the currency of most deals comes first', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(claim, { maxLength: 25 }), async (claims) => {
      await write([], claims);
      const rows = await wonByCurrency(db, { partners: null, periods, byPartner: [0] });
      for (const [n, period] of periods.entries()) {
        for (const currency of ['EUR', 'GBP']) {
          const won = claims.filter(
            (c) =>
              c.state === 'won' &&
              period.from <= c.closed_at &&
              c.closed_at < period.until &&
              c.money?.currency === currency,
          );
          const told = rows.find((r) => r.period === n && r.partner_id === null && r.currency === currency);
          expect(told ? { n: told.n, minor: told.minor } : { n: 0, minor: 0 }).toEqual({
            n: won.length,
            minor: won.reduce((sum, c) => sum + (c.money?.minor ?? 0), 0),
          });
        }
      }
      expect(rows.map((r) => r.n)).toEqual(rows.map((r) => r.n).sort((a, b) => b - a));
    }),
    { numRuns: 25 },
  );
});

test('two partners cost as many statements as none', async () => {
  const cost = async (partners: string[] | null): Promise<number> => {
    asked = 0;
    await figuresOf(counting as Database, { partners, periods, byPartner: [0], at, currency });
    return asked;
  };
  expect(await cost(null)).toBe(4);
  expect([await cost([]), await cost(partnerIds)]).toEqual([4, 4]);
});
