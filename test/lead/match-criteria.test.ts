import { describe, expect, test } from 'vitest';
import type { Lead } from '../../src/lead/lead.ts';
import { explainMatch, type MatchPartner, matchLead } from '../../src/lead/match.ts';
import type { Criterion } from '../../src/lead/programme.ts';
import { criterion, fresh, input, lead, partner, prospect } from './match-sample.ts';

/** Score of a lone partner, or `out:` and the codes. */
function scoreOf(p: Partial<MatchPartner>, c: Criterion, l: Partial<Lead> = {}): number | string {
  const given = input([partner('a', p)], [c], { lead: lead(l) });
  const [row] = explainMatch(given).partners;
  const [ranked] = matchLead(given).ranked;
  expect(ranked?.score ?? 0).toBe(row?.score);
  return row && row.excluded.length > 0 ? `out:${row.excluded.map((e) => e.code)}` : (row?.score as number);
}

describe('each kind of criterion scores as published', () => {
  test('covers', () => {
    expect(scoreOf({ products: ['tank', 'pump', 'x'] }, criterion('covers'))).toBe(1);
    expect(scoreOf({ products: ['tank'] }, criterion('covers'))).toBe(0);
    expect(scoreOf({ products: ['tank'] }, criterion('covers', { required: true }))).toBe('out:uncertified');
    expect(
      scoreOf(
        { languages: ['fr'] },
        criterion('covers', { lead: 'languages', partner: 'languages', required: true }),
        { languages: ['de'] },
      ),
    ).toBe('out:conflict');
  });
  test('overlaps', () => expect(scoreOf({ products: ['tank'] }, criterion('overlaps'))).toBe(0.5));
  test('equals', () => {
    const c = criterion('equals', { lead: 'custom.branch', partner: 'custom.branch' });
    expect(scoreOf({ custom: { branch: 'a' } }, c, { custom: { branch: 'a' } })).toBe(1);
    expect(scoreOf({ custom: { branch: 'b' } }, c, { custom: { branch: 'a' } })).toBe(0);
  });
  test('at_least', () => {
    const c = criterion('at_least', { lead: 'value', partner: 'custom.up_to' });
    expect(scoreOf({ custom: { up_to: 28000 } }, c)).toBe(1);
    expect(scoreOf({ custom: { up_to: '27999.99' } }, c)).toBe(0);
  });
  test('territory', () => {
    const c = criterion('territory');
    expect([[], ['DE'], ['DE-89'], ['FR', 'de-8']].map((territories) => scoreOf({ territories }, c))).toEqual(
      [1, 1, 1, 1],
    );
    expect([['DE-7'], ['D'], ['FR'], ['DE-']].map((territories) => scoreOf({ territories }, c))).toEqual([
      0, 0, 0, 0,
    ]);
    expect(scoreOf({ territories: ['AT'] }, criterion('territory', { required: true }))).toBe(
      'out:territory',
    );
    expect(scoreOf({ territories: ['DE-7'] }, c, { prospect: { ...prospect, postal_code: null } })).toBe(0.5);
  });
  test('value_range', () => {
    const c = criterion('value_range');
    expect(scoreOf({ custom: { value_range: { min: 1000, max: 28000 } } }, c)).toBe(1);
    expect(scoreOf({ custom: { value_range: { min: 30000 } } }, c)).toBe(0);
  });
  test('named_account', () => {
    expect(scoreOf({ custom: { named_accounts: ['MÜLLER GMBH'] } }, criterion('named_account'))).toBe(1);
    expect(
      scoreOf({ custom: { named_accounts: ['Meier'] } }, criterion('named_account', { required: true })),
    ).toBe('out:conflict');
  });
  test('level', () => {
    const c = criterion('level', { options: { order: ['registered', 'silver', 'gold'] } });
    expect(['registered', 'silver', 'gold', 'unheard'].map((level) => scoreOf({ level }, c))).toEqual([
      0, 0.5, 1, 0.5,
    ]);
  });
  test('distance halves every 50 km', () => {
    const km111 = { country: null, postal_code: null, lat: 49.4, lon: 10 };
    expect(scoreOf({ location: km111 }, criterion('distance'))).toBeCloseTo(0.5 ** (111.195 / 50), 4);
    expect(
      scoreOf({ location: km111 }, criterion('distance', { options: { half_km: 111.1949 } })),
    ).toBeCloseTo(0.5, 5);
  });
  test('distance by postal code needs a list of places', () => {
    const location = { country: 'DE', postal_code: '10115', lat: null, lon: null };
    const given = input([partner('a', { location })], [criterion('distance')]);
    expect(matchLead(given).ranked[0]?.score).toBe(0.5);
    expect(matchLead({ ...given, locate: () => ({ lat: 48.4, lon: 10 }) }).ranked[0]?.score).toBe(1);
  });
  test('track_record is shrunk towards the prior', () => {
    expect(scoreOf({ record: { ...fresh, claimed: 1, won: 1 } }, criterion('track_record'))).toBeCloseTo(
      3 / 11,
    );
    expect(scoreOf({ record: { ...fresh, claimed: 100, won: 40 } }, criterion('track_record'))).toBeCloseTo(
      42 / 110,
    );
  });
  test('load and promptness', () => {
    expect(
      scoreOf({ capacity: { open: 4, week: null }, record: { ...fresh, open: 1 } }, criterion('load')),
    ).toBe(0.75);
    expect(scoreOf({}, criterion('load'))).toBe(1);
    expect(scoreOf({ record: { ...fresh, medianAnswerBusinessHours: 8 } }, criterion('promptness'))).toBe(
      0.25,
    );
  });
});

describe('what is missing', () => {
  test('scores a half when weighted, on either side', () => {
    expect(scoreOf({}, criterion('covers'))).toBe(0.5);
    expect(scoreOf({ products: ['x'] }, criterion('covers'), { products: [] })).toBe(0.5);
    expect(scoreOf({}, criterion('promptness'))).toBe(0.5);
  });
  test('scores 1 when required and the lead is silent, and excludes when the partner is', () => {
    expect(scoreOf({}, criterion('covers', { required: true }), { products: [] })).toBe(1);
    expect(scoreOf({}, criterion('covers', { required: true }))).toBe('out:uncertified');
  });
  test('paths see own properties only', () => {
    for (const path of [
      'custom.constructor',
      'custom.__proto__',
      'constructor.name',
      'products.map',
      'toString',
    ]) {
      const c = criterion('equals', { lead: path, partner: path });
      expect(scoreOf({}, c), path).toBe(0.5);
    }
  });
});
