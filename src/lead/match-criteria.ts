import { type Answers, answersOf, kmTo, numbersOf, type Spots, spotsOf } from './match-columns.ts';
import type { MatchInput, MatchPartner } from './match-partner.ts';
import { leadSilent, nearnessOf, partnerSilent, scorers } from './match-scorers.ts';
import { ownAt, ownValue, placeOf, spotOf } from './match-values.ts';
import type { Partner } from './partner.ts';
import type { Criterion, CriterionKind } from './programme.ts';

/** A criterion made ready for one lead: its path on the lead's side is resolved, options are read. */
export interface ReadyCriterion {
  readonly criterion: Criterion;
  /** 0…1, or `leadSilent`, or `partnerSilent`. */
  readonly raw: (partner: MatchPartner) => number;
  readonly leadValue: unknown;
  readonly partnerValue: (partner: Partner) => unknown;
  /** The settled score of each of the partners at the indices `of`, written side by side. */
  readonly score: (of: Uint32Array, into: Float64Array) => void;
}

/** The programme's criteria, made ready for the lead of a match. */
export const readyCriteria = (input: MatchInput): ReadyCriterion[] =>
  input.programme.matching.criteria.map((c) => readyCriterion(c, input));

/** Compiles a criterion. Paths read own properties only; what is not there is missing. */
function readyCriterion(criterion: Criterion, input: MatchInput): ReadyCriterion {
  const { lead, programme, locate, partners, base = partners } = input;
  const { kind, required } = criterion;
  const [leadPath, partnerPath] = usualPaths[kind];
  const leadValue = ownValue(lead, criterion.lead ?? leadPath);
  const path = criterion.partner ?? partnerPath;
  const partnerValue = reader(path);
  const raw = scorers[kind]({ criterion, leadValue, partnerValue, rules: programme.matching, locate });
  const ready = { criterion, raw, leadValue, partnerValue };
  const score: ReadyCriterion['score'] = (of, into) => {
    const here = kind === 'distance' ? placeOf(leadValue, locate) : undefined;
    if (here) scoreNearness(criterion, here, spotsOf(base, path, partnerValue, locate), of, into);
    else if (ofRecord.has(kind)) {
      const rule = JSON.stringify([kind, criterion.options, programme.matching.prior]);
      const numbers = numbersOf(partners, rule, raw);
      for (let k = 0; k < of.length; k += 1) into[k] = settle(numbers[of[k] as number] as number, required);
    } else scoreAnswers(ready, answersOf(base, path, partnerValue), of, into);
  };
  return { ...ready, score };
}

/** Kinds that look at what a partner did, which differs from lead to lead, and not at what it says. */
const ofRecord: ReadonlySet<CriterionKind> = new Set(['track_record', 'load', 'promptness']);

/** Each distinct answer is scored once, then looked up. */
function scoreAnswers(
  { criterion, raw }: Pick<ReadyCriterion, 'criterion' | 'raw'>,
  { which, samples }: Answers,
  of: Uint32Array,
  into: Float64Array,
): void {
  // Fewer partners than answers: those of the others need no score.
  const scores = new Float64Array(samples.length).fill(Number.NaN);
  for (let k = 0; k < of.length; k += 1) {
    const answer = which[of[k] as number] as number;
    let score = scores[answer] as number;
    if (Number.isNaN(score)) {
      score = settle(raw(samples[answer] as MatchPartner), criterion.required);
      scores[answer] = score;
    }
    into[k] = score;
  }
}

function scoreNearness(
  criterion: Criterion,
  here: { readonly lat: number; readonly lon: number },
  spots: Spots,
  of: Uint32Array,
  into: Float64Array,
): void {
  const nearness = nearnessOf(criterion);
  const from = spotOf(here);
  const silent = settle(partnerSilent, criterion.required);
  for (let k = 0; k < of.length; k += 1) {
    const i = of[k] as number;
    into[k] = spots.there[i] === 1 ? nearness(kmTo(spots, from, i)) : silent;
  }
}

/** What a criterion adds: silence scores 0.5; in a required one 1 on the lead's side (nothing asked), else 0. */
export function settle(raw: number, required: boolean): number {
  if (raw >= 0) return raw;
  if (!required) return 0.5;
  return raw === leadSilent ? 1 : 0;
}

const usualPaths: Readonly<Record<CriterionKind, readonly [string, string]>> = {
  covers: ['products', 'products'],
  overlaps: ['products', 'products'],
  equals: ['', ''],
  at_least: ['', ''],
  territory: ['prospect', 'territories'],
  value_range: ['value', 'custom.value_range'],
  named_account: ['prospect.company', 'custom.named_accounts'],
  level: ['', 'level'],
  distance: ['prospect', 'location'],
  track_record: ['', ''],
  load: ['', ''],
  promptness: ['', ''],
};

/** Reads a path of a partner. The fields every partner has are read directly, the rest own property by own property. */
function reader(path: string): (partner: Partner) => unknown {
  const direct = Object.hasOwn(fields, path) ? fields[path] : undefined;
  if (direct) return direct;
  const keys = path.split('.');
  const [first, second] = keys;
  if (keys.length !== 2 || first !== 'custom' || second === undefined) return (p) => ownAt(p, keys);
  return ({ custom }) => (Object.hasOwn(custom, second) ? custom[second] : undefined);
}

const fields: Readonly<Record<string, (partner: Partner) => unknown>> = {
  products: (p) => p.products,
  certifications: (p) => p.certifications,
  industries: (p) => p.industries,
  languages: (p) => p.languages,
  territories: (p) => p.territories,
  level: (p) => p.level,
  location: (p) => p.location,
};
