import { describe, expect, test } from 'vitest';
import { dice } from '../../bench/match-crowd.ts';
import { type MatchPartner, matchLead } from '../../src/lead/match.ts';
import { criterion, fresh, lead, partner, programme } from './match-sample.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 5);
const leadsADay = 4;
const partners = 20;

interface Past {
  readonly partner: number;
  readonly at: number;
  /** When a claim was closed, and how. */
  readonly claim?: { readonly until: number; readonly won: boolean };
}

/**
 * A year of leads among twenty partners who all sell everything: each wave of three is claimed by one of them at
 * random, is in work for three weeks, and is won with the claimer's own skill.
 *
 * @param skills chance to win, by partner
 * @returns offers, by partner, from the second quarter on
 */
function year(skills: readonly number[], seed: number): number[] {
  const roll = dice(seed);
  const rules = programme(
    [
      criterion('covers', { weight: 3, required: true }),
      criterion('track_record', { weight: 2 }),
      criterion('load', { weight: 2 }),
    ],
    { size: 3 },
    0.1,
  );
  const past: Past[] = [];
  for (let n = 0; n < 365 * leadsADay; n += 1) {
    const at = start + (n * day) / leadsADay;
    const given = Array.from({ length: partners }, (_, i) => somebody(i, at, past));
    const { ranked } = matchLead({
      lead: lead({ id: `l${n}`, products: ['pump'] }),
      programme: rules,
      version: 1,
      partners: given,
      at: new Date(at),
      hash: () => roll(),
      limit: 3,
    });
    const wave = ranked.map((r) => given.indexOf(r.partner));
    const winner = Math.floor(roll() * wave.length);
    wave.forEach((i, place) => {
      const claim = { until: at + 21 * day, won: roll() < (skills[i] as number) };
      past.push(place === winner ? { partner: i, at, claim } : { partner: i, at });
    });
  }
  return skills.map((_, i) => past.filter((p) => p.partner === i && p.at > start + 91 * day).length);
}

function somebody(i: number, at: number, past: readonly Past[]): MatchPartner {
  const mine = past.filter((p) => p.partner === i && p.at > at - 90 * day);
  const claims = mine.flatMap((p) => p.claim ?? []);
  const last = mine.at(-1);
  return partner(`p${String(i).padStart(2, '0')}`, {
    products: ['pump'],
    capacity: { open: 12, week: null },
    record: {
      ...fresh,
      claimed: claims.length,
      won: claims.filter((c) => c.won && c.until <= at).length,
      offered90: mine.length,
      open: claims.filter((c) => c.until > at).length,
      lastOfferedAt: last ? new Date(last.at) : null,
    },
  });
}

/** Gini coefficient: 0 when all have the same, towards 1 when one has everything. */
function gini(values: readonly number[]): number {
  const sum = values.reduce((a, b) => a + b, 0);
  const apart = values.flatMap((a) => values.map((b) => Math.abs(a - b))).reduce((a, b) => a + b, 0);
  return apart / (2 * values.length * sum);
}

describe('a year of leads among twenty partners', () => {
  for (const seed of [1, 2, 3]) {
    test(`equal skill ends in near-equal exposure (${seed})`, () => {
      const offers = year(Array(partners).fill(0.25), seed);
      expect(gini(offers)).toBeLessThan(0.1);
    });
    test(`the better half is asked more, and nobody starves (${seed})`, () => {
      const skills = Array.from({ length: partners }, (_, i) => (i < partners / 2 ? 0.45 : 0.1));
      const offers = year(skills, seed);
      const half = (from: number) => offers.slice(from, from + partners / 2).reduce((a, b) => a + b, 0);
      expect(half(0)).toBeGreaterThan(half(partners / 2) * 1.2);
      expect(Math.min(...offers)).toBeGreaterThan(0);
    });
  }
});
