import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainMatch, type MatchInput, matchLead, whyYou } from '../../src/lead/match.ts';
import type { CriterionKind } from '../../src/lead/programme.ts';
import {
  at,
  blank,
  calendar,
  criterion,
  fresh,
  input,
  lead,
  partner,
  programme,
  type SamplePartner,
} from './match-sample.ts';

describe('who is out', () => {
  const out = (over: Partial<SamplePartner>) => {
    const given = input([partner('a', over)], [criterion('load')]);
    expect(matchLead(given).ranked).toEqual([]);
    const [row] = explainMatch(given).partners;
    expect([row?.score, row?.excluded.length]).toEqual([0, 1]);
    return row?.excluded[0]?.code;
  };
  test('with a code of the contract', () => {
    expect(out({ suspended: true })).toBe('suspended');
    expect(out({ history: { ...blank, declined: true } })).toBe('declined');
    expect(out({ history: { ...blank, undone: true } })).toBe('declined');
    expect(out({ history: { ...blank, recalled: true } })).toBe('recalled');
    expect(out({ history: { ...blank, offeredThisLead: true } })).toBe('conflict');
    expect(out({ contacts: [] })).toBe('conflict');
    expect(out({ capacity: { open: 2, week: null }, record: { ...fresh, open: 2 } })).toBe('capacity');
    expect(out({ capacity: { open: null, week: 1 }, record: { ...fresh, week: 1 } })).toBe('capacity');
    expect(
      out({ calendar: { ...calendar, absences: [{ from: at, until: new Date(at.getTime() + 1) }] } }),
    ).toBe('away');
  });
  test('absence ends with its last instant', () => {
    const away = { ...calendar, absences: [{ from: new Date(0), until: at }] };
    expect(matchLead(input([partner('a', { calendar: away })], [])).ranked).toHaveLength(1);
  });
});

describe('the ranking', () => {
  const offered = (iso: string) => ({ ...fresh, lastOfferedAt: new Date(iso) });
  const ids = (given: MatchInput) => matchLead(given).ranked.map((r) => r.partner.id);
  test('ties go to the least recently offered, then by id', () => {
    const crowd = [
      partner('d', { record: offered('2026-02-01') }),
      partner('c', { record: offered('2026-01-01') }),
      partner('b'),
      partner('a'),
    ];
    expect(ids(input(crowd, [criterion('covers')]))).toEqual(['a', 'b', 'c', 'd']);
    expect(ids(input(crowd, [criterion('covers')], { limit: 2 }))).toEqual(['a', 'b']);
  });
  test('weights count, those of required criteria too', () => {
    const given = input(
      [partner('a', { products: ['pump', 'tank'], territories: ['FR'] })],
      [criterion('covers', { weight: 3, required: true }), criterion('territory')],
    );
    expect(matchLead(given).ranked[0]?.score).toBe(0.75);
  });
  test('a direct offer goes to the named account, whatever its score', () => {
    const crowd = [
      partner('a', { products: ['pump', 'tank'] }),
      partner('b', { products: ['x'], custom: { named_accounts: ['Müller GmbH'] } }),
    ];
    const criteria = [criterion('covers', { weight: 9 }), criterion('named_account')];
    expect(ids(input(crowd, criteria))).toEqual(['a', 'b']);
    expect(ids(input(crowd, criteria, { programme: programme(criteria, { mode: 'direct' }) }))).toEqual([
      'b',
      'a',
    ]);
  });
  test('exploration puts the best under-exposed partner into the first wave', () => {
    const seen = { ...fresh, offered90: 5 };
    const level = criterion('level', { options: { order: ['a', 'b', 'c'] } });
    const crowd = [
      partner('1', { level: 'c', record: seen }),
      partner('2', { level: 'c', record: seen }),
      partner('3', { level: 'b', record: seen }),
      partner('4', { level: 'a', record: seen }),
      partner('5', { level: 'a', record: { ...fresh, offered90: 1 } }),
    ];
    const rules = programme([level], { size: 2 }, 0.1);
    const asked: string[] = [];
    const with_ = (share: number) =>
      input(crowd, [], {
        programme: rules,
        hash: (s) => {
          asked.push(s);
          return share;
        },
      });
    expect(ids(with_(0.1))).toEqual(['1', '2', '3', '4', '5']);
    expect(ids(with_(0.09))).toEqual(['1', '5', '2', '3', '4']);
    expect(matchLead(with_(0.09)).ranked.map((r) => r.explored)).toEqual([false, true, false, false, false]);
    expect(new Set(asked)).toEqual(new Set(['l1 1']));
    expect(ids({ ...with_(0), programme: programme([level], { mode: 'pool' }, 1) })).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
    expect(ids({ ...with_(0), limit: 2 })).toEqual(['1', '5']);
  });
});

test('the offer tells the two reasons that weigh most', () => {
  const given = input(
    [
      partner('a', {
        products: ['pump', 'tank'],
        location: { country: null, postal_code: null, lat: 48.4, lon: 10.2 },
      }),
    ],
    [
      criterion('load'),
      criterion('distance', { weight: 2 }),
      criterion('covers', { weight: 3 }),
      criterion('promptness', { weight: 9 }),
    ],
  );
  const { explanation } = matchLead(given);
  expect(whyYou(explanation.partners[0] as (typeof explanation.partners)[number])).toEqual([
    { code: 'covers', values: { hits: 2, asked: 2, items: 'pump, tank' } },
    { code: 'distance', values: { km: 15 } },
  ]);
  expect(explanation.partners[0]?.criteria.map((c) => c.why)).toEqual([
    'no limit set',
    '15 km away',
    'covers pump, tank',
    'the partner does not say',
  ]);
});

test('nothing about the customer stands in a reason, whatever a rule compares', () => {
  const accounts = partner('a', { custom: { accounts: ['Secret GmbH'] } });
  const rule = criterion('covers', { lead: 'prospect.company', partner: 'custom.accounts', weight: 5 });
  const given = input([accounts, partner('b')], [rule]);
  const lead = { ...given.lead, prospect: { ...given.lead.prospect, company: 'Secret GmbH' } };
  const { explanation } = matchLead({ ...given, lead });
  expect(explanation.partners[0]).toMatchObject({ partner: 'x-a', score: 1 });
  expect(JSON.stringify(explanation)).not.toContain('Secret');
});

const few = fc.subarray(['pump', 'tank', 'roof']);
const people = fc
  .uniqueArray(
    fc.record({
      id: fc.stringMatching(/^[a-z]{1,3}$/),
      products: few,
      territories: fc.subarray(['DE', 'DE-8', 'FR']),
      level: fc.constantFrom(null, 'silver', 'gold'),
      suspended: fc.boolean(),
      capacity: fc.record({ open: fc.option(fc.nat(3)), week: fc.option(fc.nat(3)) }),
      record: fc.record({
        claimed: fc.nat(9),
        won: fc.nat(9),
        offered90: fc.nat(4),
        open: fc.nat(3),
        week: fc.nat(3),
        medianAnswerBusinessHours: fc.option(fc.nat(9)),
        lastOfferedAt: fc.option(fc.constantFrom(new Date(1e12), new Date(2e12))),
      }),
    }),
    { selector: (p) => p.id, maxLength: 30 },
  )
  .map((list) => list.map((p) => partner(p.id, p)));
const rules = fc
  .array(
    fc.record({
      kind: fc.constantFrom<CriterionKind>(
        'covers',
        'overlaps',
        'territory',
        'level',
        'track_record',
        'load',
        'promptness',
        'distance',
      ),
      weight: fc.nat(5),
      required: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    list.map((c, i) => criterion(c.kind, { ...c, id: `c${i}`, options: { order: ['silver', 'gold'] } })),
  );

test('same input, same result, in whatever order the partners come; the explanation recomputes it', () => {
  fc.assert(
    fc.property(
      people,
      rules,
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      few,
      fc.nat(),
      (crowd, criteria, share, products, seed) => {
        const given = input(crowd, criteria, {
          programme: programme(criteria, { size: 2 }, 0.5),
          hash: () => share,
          lead: lead({ products }),
        });
        const told = explainMatch(given);
        const { ranked } = matchLead(given);
        const shuffled = crowd
          .map((p, i) => ({ p, key: (i * 7919 + seed) % 101 }))
          .sort((a, b) => a.key - b.key)
          .map((x) => x.p);
        expect(matchLead({ ...given, partners: shuffled }).ranked).toEqual(ranked);
        expect(explainMatch({ ...given, partners: shuffled })).toEqual(told);
        expect(matchLead({ ...given, limit: 3 }).ranked).toEqual(ranked.slice(0, 3));
        expect(told.partners.map((r) => r.partner).sort()).toEqual(crowd.map((p) => p.external_id).sort());
        const eligible = told.partners.filter((r) => r.excluded.length === 0);
        expect(new Set(eligible.map((r) => r.partner))).toEqual(
          new Set(ranked.map((r) => r.partner.external_id)),
        );
        for (const row of told.partners) {
          const weights = row.criteria.reduce((s, c) => s + c.weight, 0);
          const score = weights > 0 ? row.criteria.reduce((s, c) => s + c.points, 0) / weights : 1;
          for (const c of row.criteria) expect(c.points).toBe(c.weight * c.score);
          expect(row.score).toBe(row.excluded.length > 0 ? 0 : score);
          const found = ranked.find((r) => r.partner.external_id === row.partner);
          if (found) expect(found.score).toBe(score);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('the best fifty of a large field are the first fifty of the whole ranking', () => {
  const order = ['registered', 'silver', 'gold'];
  const crowd = Array.from({ length: 5_000 }, (_, i) =>
    partner(`p${i}`, {
      products: ['pump', 'tank', `x${i % 9}`],
      territories: [`DE-${i % 10}`],
      level: order[i % 3] as string,
      location: { country: 'DE', postal_code: null, lat: 47 + (i % 80) / 10, lon: 9 },
      custom: { branch: i % 5 },
      record: { ...fresh, claimed: i % 40, won: i % 7, medianAnswerBusinessHours: i % 12 },
    }),
  );
  const kinds: CriterionKind[] = [
    'covers',
    'overlaps',
    'territory',
    'level',
    'distance',
    'track_record',
    'load',
    'promptness',
  ];
  const criteria = [
    ...kinds.map((k) => criterion(k, { options: { order } })),
    criterion('equals', { lead: 'custom.branch', partner: 'custom.branch' }),
    criterion('at_least', { lead: 'value', partner: 'custom.up_to' }),
  ];
  const given = input(crowd, criteria, { lead: lead({ custom: { branch: 3 } }) });
  const whole = matchLead(given).ranked.map((r) => r.partner.id);
  expect(matchLead({ ...given, limit: 50 }).ranked.map((r) => r.partner.id)).toEqual(whole.slice(0, 50));
});
