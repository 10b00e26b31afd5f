import type { Lead } from '../src/lead/lead.ts';
import type { MatchPartner } from '../src/lead/match.ts';
import { type Criterion, defaultProgramme, type Programme } from '../src/lead/programme.ts';

/** Partners and leads by the dozen, the same ones for the same seed. */

const products = words('product', 20);
const skills = words('skill', 8);
const industries = words('industry', 6);
const languages = ['de', 'en', 'fr', 'it', 'nl'];
const levels = ['registered', 'silver', 'gold'];

/** Ten criteria, as a programme for a complex product may have them; one is required. */
const criteria: readonly Criterion[] = [
  { id: 'products', kind: 'covers', weight: 3, required: true, options: {} },
  {
    id: 'skills',
    kind: 'overlaps',
    lead: 'custom.skills',
    partner: 'certifications',
    weight: 2,
    required: false,
    options: {},
  },
  { id: 'territory', kind: 'territory', weight: 3, required: false, options: {} },
  {
    id: 'languages',
    kind: 'overlaps',
    lead: 'languages',
    partner: 'languages',
    weight: 1,
    required: false,
    options: {},
  },
  {
    id: 'industry',
    kind: 'equals',
    lead: 'industries',
    partner: 'industries',
    weight: 1,
    required: false,
    options: {},
  },
  {
    id: 'size',
    kind: 'at_least',
    lead: 'custom.size',
    partner: 'custom.up_to',
    weight: 1,
    required: false,
    options: {},
  },
  { id: 'level', kind: 'level', weight: 2, required: false, options: { order: levels } },
  { id: 'distance', kind: 'distance', weight: 4, required: false, options: { half_km: 50 } },
  { id: 'record', kind: 'track_record', weight: 2, required: false, options: {} },
  { id: 'load', kind: 'load', weight: 1, required: false, options: {} },
];

export const crowdProgramme: Programme = {
  ...defaultProgramme,
  matching: { ...defaultProgramme.matching, criteria, exploration: 0 },
};

/** Numbers in [0, 1), the same row for the same seed (mulberry32, public domain). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function crowd(count: number, seed = 1): MatchPartner[] {
  const roll = dice(seed);
  return Array.from({ length: count }, (_, i) => somePartner(`p${String(i).padStart(6, '0')}`, roll));
}

function somePartner(id: string, roll: () => number): MatchPartner {
  const claimed = Math.floor(roll() * 30);
  return {
    id,
    external_id: id,
    name: id,
    kind: 'reseller',
    level: one([...levels, null], roll),
    territories: some(
      words('DE-', 90).map((w) => w.replace(/-(\d)$/, '-0$1')),
      3,
      roll,
    ),
    location: { country: 'DE', postal_code: null, lat: 47 + roll() * 8, lon: 6 + roll() * 9 },
    products: some(products, 4, roll),
    certifications: some(skills, 3, roll),
    industries: some(industries, 2, roll),
    languages: some(languages, 3, roll),
    capacity: { open: roll() < 0.5 ? null : 1 + Math.floor(roll() * 20), week: null },
    calendar: { zone: 'UTC', days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00', holidays: [], absences: [] },
    cam: null,
    suspended: roll() < 0.02,
    contacts: [
      {
        id,
        external_id: id,
        name: id,
        email: `${id}@partners.example`,
        phone: null,
        role: 'owner',
        language: 'en',
        timezone: 'UTC',
        epoch: 1,
      },
    ],
    custom: roll() < 0.8 ? { up_to: Math.floor(roll() * 100_000) } : {},
    record: {
      claimed,
      won: Math.floor(roll() * claimed),
      offered90: Math.floor(roll() * 40),
      lastOfferedAt: roll() < 0.2 ? null : new Date(1.7e12 + Math.floor(roll() * 1e9)),
      open: Math.floor(roll() * 12),
      week: 0,
      medianAnswerBusinessHours: null,
    },
  };
}

export function someLead(seed: number): Lead {
  const roll = dice(seed);
  return {
    id: `lead-${seed}`,
    reference: `L-${seed}`,
    program: { key: 'default', version: 1 },
    state: 'distributing',
    wave: 0,
    due_at: null,
    chased: 0,
    created_at: new Date(1.75e12),
    external_id: null,
    source: null,
    campaign: null,
    cost: null,
    temperature: 'warm',
    quality: 'inquiry',
    summary: '',
    brief: null,
    products: some(products, 1, roll),
    industries: some(industries, 1, roll),
    languages: some(languages, 2, roll),
    value: null,
    expected_close: null,
    prospect: {
      name: null,
      company: null,
      email: null,
      phone: null,
      street: null,
      postal_code: String(10_000 + Math.floor(roll() * 80_000)),
      city: null,
      country: 'DE',
      language: null,
      lat: 47 + roll() * 8,
      lon: 6 + roll() * 9,
    },
    consent: null,
    custom: { skills: some(skills, 2, roll), size: Math.floor(roll() * 90_000) },
  };
}

function words(stem: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${stem}${stem.endsWith('-') ? '' : '-'}${i}`);
}

const one = <T>(list: readonly T[], roll: () => number): T => list[Math.floor(roll() * list.length)] as T;

/** At least one and at most `most` different ones, in the order of the list; sometimes none. */
function some(list: readonly string[], most: number, roll: () => number): string[] {
  if (roll() < 0.05) return [];
  const chosen = new Set(Array.from({ length: 1 + Math.floor(roll() * most) }, () => one(list, roll)));
  return list.filter((item) => chosen.has(item));
}
