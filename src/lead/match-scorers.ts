import { foldChar } from './fold.ts';
import type { MatchPartner } from './match-partner.ts';
import { haversineKm, type Locate, listOf, numberOf, ownValue, placeOf, spotOf } from './match-values.ts';
import type { Partner } from './partner.ts';
import type { Criterion, CriterionKind, Programme } from './programme.ts';

/** Raw scores that are none: a side says nothing (absent, null or an empty list). */
export const leadSilent = -1;
export const partnerSilent = -2;

export interface Parts {
  readonly criterion: Criterion;
  readonly leadValue: unknown;
  readonly partnerValue: (partner: Partner) => unknown;
  readonly rules: Programme['matching'];
  readonly locate: Locate | undefined;
}

export type Scorer = (parts: Parts) => (partner: MatchPartner) => number;

const shared: (count: (hits: number, asked: number) => number) => Scorer =
  (count) =>
  ({ leadValue, partnerValue }) => {
    const asked = [...new Set(listOf(leadValue))];
    if (asked.length === 0) return () => leadSilent;
    return (partner) => {
      const has = listOf(partnerValue(partner));
      if (has.length === 0) return partnerSilent;
      let hits = 0;
      for (const item of asked) if (has.includes(item)) hits += 1;
      return count(hits, asked.length);
    };
  };

/** Both sides as sets: a lone value equals a list of that one value. */
const equals: Scorer = ({ leadValue, partnerValue }) => {
  const asked = [...new Set(listOf(leadValue))];
  if (asked.length === 0) return () => leadSilent;
  return (partner) => {
    const has = listOf(partnerValue(partner));
    if (has.length === 0) return partnerSilent;
    return asked.every((item) => has.includes(item)) && has.every((item) => asked.includes(item)) ? 1 : 0;
  };
};

/** The partner's number is at least the lead's. */
const atLeast: Scorer = ({ leadValue, partnerValue }) => {
  const asked = numberOf(leadValue);
  if (asked === undefined) return () => leadSilent;
  return (partner) => {
    const has = numberOf(partnerValue(partner));
    return has === undefined ? partnerSilent : Number(has >= asked);
  };
};

/** `DE`, or `DE-89` for postal codes that begin with 89; an empty list means everywhere. */
const territory: Scorer = ({ leadValue, partnerValue }) => {
  const country = text(ownValue(leadValue, 'country'));
  const code = text(ownValue(leadValue, 'postal_code')).replaceAll(' ', '');
  if (country === '') return () => leadSilent;
  const whole = `${country}-${code}`;
  return (partner) => {
    const areas = partnerValue(partner);
    if (!Array.isArray(areas)) return partnerSilent;
    if (areas.length === 0) return 1;
    let inCountry = false;
    for (const area of areas as string[]) {
      if (area === country) return 1;
      const wanted = area.toUpperCase();
      if (wanted === country || (code !== '' && wanted.length > 3 && whole.startsWith(wanted))) return 1;
      inCountry ||= wanted.startsWith(`${country}-`);
    }
    return inCountry && code === '' ? leadSilent : 0;
  };
};

const text = (value: unknown): string => (typeof value === 'string' ? value.trim().toUpperCase() : '');

/** The lead's number lies in the partner's `{min, max}` (either may be absent), or in that of `options`. */
const valueRange: Scorer = ({ criterion, leadValue, partnerValue }) => {
  const asked = numberOf(leadValue);
  if (asked === undefined) return () => leadSilent;
  return (partner) => {
    const range = partnerValue(partner) ?? criterion.options;
    const [min, max] = [numberOf(ownValue(range, 'min')), numberOf(ownValue(range, 'max'))];
    if (min === undefined && max === undefined) return partnerSilent;
    return Number(asked >= (min ?? Number.NEGATIVE_INFINITY) && asked <= (max ?? Number.POSITIVE_INFINITY));
  };
};

/** One of the lead's names is among the partner's accounts; case, accents and punctuation make no difference. */
const namedAccount: Scorer = ({ leadValue, partnerValue }) => {
  const asked = listOf(leadValue).map(bare).filter(Boolean);
  if (asked.length === 0) return () => leadSilent;
  return (partner) => {
    const has = listOf(partnerValue(partner));
    if (has.length === 0) return partnerSilent;
    return Number(has.some((name) => asked.includes(bare(name))));
  };
};

const bare = (value: unknown): string =>
  [...String(value)]
    .map(foldChar)
    .join('')
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Rank in `options.order`, lowest first; a level that is not in it counts as missing. */
const level: Scorer = ({ criterion, partnerValue }) => {
  const order = listOf(ownValue(criterion.options, 'order'));
  const ranks = new Map(order.map((name, rank) => [name, order.length > 1 ? rank / (order.length - 1) : 1]));
  return (partner) => ranks.get(partnerValue(partner)) ?? partnerSilent;
};

/** 0.5^(km / half): half as good at `options.half_km`. */
const distance: Scorer = ({ criterion, leadValue, partnerValue, locate }) => {
  const here = placeOf(leadValue, locate);
  if (!here) return () => leadSilent;
  const nearness = nearnessOf(criterion);
  const from = spotOf(here);
  return (partner) => {
    const there = placeOf(partnerValue(partner), locate);
    return there ? nearness(haversineKm(from, spotOf(there))) : partnerSilent;
  };
};

/** What a distance in km scores. */
export function nearnessOf(criterion: Criterion): (km: number) => number {
  const rate = Math.LN2 / positive(criterion, 'half_km', 50);
  return (km) => Math.exp(-km * rate);
}

const trackRecord: Scorer = ({ rules }) => {
  const { rate, strength } = rules.prior;
  return ({ record }) =>
    record.claimed + strength > 0
      ? (record.won + rate * strength) / (record.claimed + strength)
      : partnerSilent;
};

/** Free share of the tighter of the two capacities (open leads, leads a week); 1 when none is set. */
const load: Scorer =
  () =>
  ({ capacity, record }) =>
    Math.min(free(capacity.open, record.open), free(capacity.week, record.week));

const free = (capacity: number | null, used: number): number => {
  if (capacity === null) return 1;
  return capacity > 0 ? Math.max(0, capacity - used) / capacity : 0;
};

const promptness: Scorer = ({ criterion }) => {
  const halfHours = positive(criterion, 'half_hours', 4);
  return ({ record }) =>
    record.medianAnswerBusinessHours === null
      ? partnerSilent
      : 0.5 ** (record.medianAnswerBusinessHours / halfHours);
};

function positive(criterion: Criterion, option: string, usual: number): number {
  const value = numberOf(ownValue(criterion.options, option));
  return value !== undefined && value > 0 ? value : usual;
}

/** One scorer per kind of criterion. */
export const scorers: Readonly<Record<CriterionKind, Scorer>> = {
  covers: shared((hits, asked) => Number(hits === asked)),
  overlaps: shared((hits, asked) => hits / asked),
  equals,
  at_least: atLeast,
  territory,
  value_range: valueRange,
  named_account: namedAccount,
  level,
  distance,
  load,
  promptness,
  track_record: trackRecord,
};
