import { gatesOf, placesOf } from './match-columns.ts';
import { readyCriteria } from './match-criteria.ts';
import { explainMatch, type MatchExplanation } from './match-explanation.ts';
import { barrier, byTurn, type MatchInput, type MatchPartner } from './match-partner.ts';
import { waveSize } from './programme.ts';

export { explainMatch, type MatchExplanation, type PartnerExplanation, whyYou } from './match-explanation.ts';
export type { ExclusionCode, LeadHistory, MatchInput, MatchPartner, PartnerRecord } from './match-partner.ts';

export interface Ranked {
  readonly partner: MatchPartner;
  readonly score: number;
  /** Put into the first wave by the exploration share. */
  readonly explored: boolean;
}

export interface Match {
  readonly ranked: readonly Ranked[];
  /** Built anew each time it is asked for: a row for everybody costs far more than the ranking. */
  readonly explanation: MatchExplanation;
}

/**
 * Ranks the partners who may be offered a lead: score = Σ weight·score / Σ weight (1 when no criterion
 * weighs anything), ties to the least recently offered, then by id. Mode `direct` puts named accounts first. In the
 * exploration share of leads the best under-exposed partner (fewer offers in 90 days than the median eligible one)
 * takes the last place of the first wave, unless that wave has one already or takes everybody (`pool`, `direct`: none).
 * The order of `partners` makes no difference.
 */
export function matchLead(input: MatchInput): Match {
  const { partners, limit = Number.POSITIVE_INFINITY } = input;
  const scored = score(input);
  const mode = input.programme.distribution.mode;
  const named =
    mode === 'direct' ? readyCriteria(input).filter((r) => r.criterion.kind === 'named_account') : [];
  const first = (i: number) => Number(named.some((r) => r.raw(partners[i] as MatchPartner) === 1));
  const order = ranking(partners, scored, limit, named.length > 0 ? first : undefined);
  const ranked = order.map((k) => rankedAt(input, scored, k, false));
  const explores =
    mode !== 'direct' &&
    input.hash(`${input.lead.id} ${input.version}`) < input.programme.matching.exploration;
  return {
    ranked: explores ? explore(input, scored, ranked) : ranked,
    get explanation() {
      return explainMatch(input);
    },
  };
}

/** The eligible, as indices of partners, and their scores side by side with them. */
interface Scored {
  readonly eligible: Uint32Array;
  readonly scores: Float64Array;
}

function rankedAt({ partners }: MatchInput, scored: Scored, k: number, explored: boolean): Ranked {
  return {
    partner: partners[scored.eligible[k] as number] as MatchPartner,
    score: scored.scores[k] as number,
    explored,
  };
}

/** Required criteria first, because they leave few; then each criterion over those who are left, in its order. */
function score(input: MatchInput): Scored {
  const ready = readyCriteria(input);
  let eligible = withoutBarrier(input);
  const points = new Float64Array(eligible.length);
  for (const criterion of ready) {
    if (!criterion.criterion.required) continue;
    criterion.score(eligible, points);
    eligible = eligible.filter((_, k) => points[k] !== 0);
  }
  const scores = new Float64Array(eligible.length);
  let total = 0;
  for (const criterion of ready) {
    const { weight } = criterion.criterion;
    total += weight;
    criterion.score(eligible, points);
    for (let k = 0; k < scores.length; k += 1)
      scores[k] = (scores[k] as number) + weight * (points[k] as number);
  }
  for (let k = 0; k < scores.length; k += 1) scores[k] = total > 0 ? (scores[k] as number) / total : 1;
  return { eligible, scores };
}

function withoutBarrier({ partners, base = partners, history, at, lead }: MatchInput): Uint32Array {
  const gates = gatesOf(partners);
  const met = new Set<number>();
  for (const [id, past] of history ?? []) {
    const i = placesOf(base).get(id);
    if (i !== undefined && barrier(partners[i] as MatchPartner, past, at, lead)) met.add(i);
  }
  const open = new Uint32Array(partners.length);
  let count = 0;
  for (let i = 0; i < partners.length; i += 1) {
    if (gates[i] === 1 || (gates[i] === 2 && barrier(partners[i] as MatchPartner, undefined, at, lead)))
      continue;
    if (met.size > 0 && met.has(i)) continue;
    open[count] = i;
    count += 1;
  }
  return open.subarray(0, count);
}

/** Positions among the eligible, best first; with a limit only those that can reach it are sorted. */
function ranking(
  partners: readonly MatchPartner[],
  { eligible, scores }: Scored,
  limit: number,
  first?: (i: number) => number,
): number[] {
  let order = Array.from(eligible.keys());
  if (!first && limit < order.length) {
    const least = leastOfBest(scores, Math.max(1, limit));
    order = order.filter((k) => (scores[k] as number) >= least);
  }
  const lead = (k: number, l: number) =>
    first ? first(eligible[l] as number) - first(eligible[k] as number) : 0;
  const at = (k: number) => partners[eligible[k] as number] as MatchPartner;
  order.sort((k, l) => lead(k, l) || (scores[l] as number) - (scores[k] as number) || byTurn(at(k), at(l)));
  return order.slice(0, limit);
}

/** The n-th largest of many values, without sorting them all: the best so far are kept in order. */
function leastOfBest(values: Float64Array, n: number): number {
  const best = new Float64Array(Math.min(n, values.length)).fill(Number.NEGATIVE_INFINITY);
  for (const value of values) {
    if (value <= (best[best.length - 1] as number)) continue;
    let at = best.length - 1;
    for (; at > 0 && (best[at - 1] as number) < value; at -= 1) best[at] = best[at - 1] as number;
    best[at] = value;
  }
  return best[best.length - 1] as number;
}

function explore(input: MatchInput, scored: Scored, ranked: readonly Ranked[]): readonly Ranked[] {
  const width = waveSize(input.programme.distribution);
  const { eligible } = scored;
  if (eligible.length <= width) return ranked;
  const offered = (i: number) => (input.partners[i] as MatchPartner).record.offered90;
  const median = medianOf(Array.from(eligible, offered));
  if (ranked.slice(0, width).some((r) => r.partner.record.offered90 < median)) return ranked;
  const fresh = Array.from(eligible.keys()).filter((k) => offered(eligible[k] as number) < median);
  if (fresh.length === 0) return ranked;
  const some = {
    eligible: Uint32Array.from(fresh, (k) => eligible[k] as number),
    scores: Float64Array.from(fresh, (k) => scored.scores[k] as number),
  };
  const [best] = ranking(input.partners, some, 1) as [number];
  const chosen = rankedAt(input, some, best, true);
  const rest = ranked.filter((r) => r.partner !== chosen.partner);
  return [...rest.slice(0, width - 1), chosen, ...rest.slice(width - 1)].slice(0, input.limit);
}

function medianOf(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
