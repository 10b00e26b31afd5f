import { describe, expect, test } from 'vitest';
import { normaliseLead } from '../../src/dispatch/normalise-lead.ts';
import { isDoubtful, leadLookups, likeness, resemblances } from '../../src/lead/duplicates.ts';
import { companyWords, mailForm, phoneForm, samePhone } from '../../src/lead/normal-forms.ts';
import { different, type Pair, type Short, same } from './duplicate-pairs.ts';

/** As it lies in the database: through the door that every inquiry passes. */
const known = ({ c, z, n, m, p, s, l = 'DE' }: Short, products: string[] = []) =>
  normaliseLead({
    summary: 'x',
    products,
    prospect: { company: c, postal_code: z, name: n, email: m, phone: p, street: s, country: l },
  });
const found = ([, one, other]: Pair) => likeness(known(one), known(other));
/** Two leads are only ever compared when they share a key to look them up by. */
const meet = ([, one, other]: Pair): boolean => {
  const keys = (s: Short): string[] => leadLookups(known(s)).map((k) => `${k.kind} ${k.value}`);
  return keys(one).some((key) => keys(other).includes(key));
};

describe('two hundred pairs judged by eye', () => {
  test('are a hundred of each, none of them twice', () => {
    expect([same.length, different.length]).toEqual([100, 100]);
    const pairs = [...same, ...different].map(([, a, b]) => JSON.stringify([a, b]));
    expect(new Set(pairs).size).toBe(200);
  });

  test('are told apart with a precision and a recall of 95 % at least', () => {
    const right = same.filter((pair) => found(pair) && meet(pair)).length;
    const wrong = different.filter((pair) => found(pair) && meet(pair)).length;
    expect(right / (right + wrong)).toBeGreaterThanOrEqual(0.95);
    expect(right / same.length).toBeGreaterThanOrEqual(0.95);
  });

  test('come out the same whichever lead was first', () => {
    for (const [about, one, other] of [...same, ...different]) {
      expect([about, found([about, other, one])]).toEqual([about, found([about, one, other])]);
    }
  });

  test('that are alike can always be looked up by a key they share', () => {
    expect(same.filter((pair) => found(pair) && !meet(pair)).map(([about]) => about)).toEqual([]);
  });
});

describe('a lead that looks like others', () => {
  const lead = known({ m: 'anna@kern.example', c: 'Kern GmbH', z: '89073' }, ['solar']);
  const earlier = (reference: string, short: Short, products = ['solar']) => ({
    ...known(short, products),
    reference,
  });

  test('names the three likeliest with their reasons, the likeliest first', () => {
    const others = [
      earlier('L-1', { c: 'Kerm GmbH', z: '89073' }),
      earlier('L-2', { c: 'Kern', z: '89073' }),
      earlier('L-3', { m: 'someone@else.example' }),
      earlier('L-4', { m: 'ANNA@kern.example' }),
      earlier('L-5', { c: 'Kern AG', z: '89073' }),
    ];
    expect(resemblances(lead, others)).toEqual([
      { of: 'L-4', reason: 'email', score: 1, same_product: true },
      { of: 'L-2', reason: 'company', score: 0.9, same_product: true },
      { of: 'L-5', reason: 'company', score: 0.9, same_product: true },
    ]);
  });

  test('is doubtful when it wants the same thing, and no doubt when it wants another one', () => {
    const same = { m: 'anna@kern.example' };
    expect(isDoubtful(resemblances(lead, [earlier('L-1', same)]))).toBe(true);
    expect(isDoubtful(resemblances(lead, [earlier('L-1', same, [])]))).toBe(true);
    expect(isDoubtful(resemblances(lead, [earlier('L-1', same, ['wallbox'])]))).toBe(false);
  });

  test('is looked up by at most one key of a kind, and by nothing when it tells nothing', () => {
    expect(leadLookups(known({}))).toEqual([]);
    const kinds = leadLookups(known({ m: 'a@b.example', p: '0731 5557788', c: 'Kern', z: '89073' }));
    expect(kinds.map((k) => k.kind)).toEqual(['email', 'phone', 'company', 'place']);
  });
});

describe('normal forms', () => {
  test('leave of a company what tells it from another', () => {
    expect(companyWords('Firma Huber & Söhne GmbH & Co. KG, Inh. Karl Huber')).toEqual(['huber', 'sohne']);
    expect(companyWords('AG')).toEqual(['ag']);
    expect(companyWords('  ')).toEqual([]);
  });

  test('do not take for an address or a number what is none', () => {
    expect([mailForm('a@b@c'), mailForm('nobody'), mailForm(null)]).toEqual([null, null, null]);
    expect([phoneForm('112'), phoneForm('call me'), phoneForm(null)]).toEqual([null, null, null]);
    expect(samePhone(null, null)).toBe(false);
  });
});
