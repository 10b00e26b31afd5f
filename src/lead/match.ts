import { readyCriteria, settle } from './match-criteria.ts';
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
  const order = named.length > 0 ? ranking(partners, scored, limit, first) : ranking(partners, scored, limit);
  const ranked = order.map((i) => ({
    partner: partners[i] as MatchPartner,
    score: scored.scores[i] as number,
    explored: false,
  }));
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

/** Scores by the index of the partner, and who is out (1). */
interface Scored {
  readonly scores: Float64Array;
  readonly out: Uint8Array;
}

/** Criterion by criterion over all partners: nothing is allocated per partner. */
function score(input: MatchInput): Scored {
  const { partners, at } = input;
  const scores = new Float64Array(partners.length);
  const out = new Uint8Array(partners.length);
  for (let i = 0; i < partners.length; i += 1) out[i] = barrier(partners[i] as MatchPartner, at) ? 1 : 0;
  let total = 0;
  for (const { criterion, raw } of readyCriteria(input)) {
    const { weight, required } = criterion;
    total += weight;
    for (let i = 0; i < partners.length; i += 1) {
      if (out[i] === 1) continue;
      const points = settle(raw(partners[i] as MatchPartner), required);
      if (required && points === 0) out[i] = 1;
      scores[i] = (scores[i] as number) + weight * points;
    }
  }
  for (let i = 0; i < scores.length; i += 1) scores[i] = total > 0 ? (scores[i] as number) / total : 1;
  return { scores, out };
}

/** Indices of the eligible, best first; with a limit only those that can reach it are sorted. */
function ranking(
  partners: readonly MatchPartner[],
  { scores, out }: Scored,
  limit: number,
  first?: (i: number) => number,
): number[] {
  let eligible: number[] = [];
  for (let i = 0; i < partners.length; i += 1) if (out[i] === 0) eligible.push(i);
  if (!first && limit < eligible.length) {
    const sorted = new Float64Array(eligible.length);
    for (let n = 0; n < sorted.length; n += 1) sorted[n] = scores[eligible[n] as number] as number;
    const least = sorted.sort().at(-Math.max(1, limit)) as number;
    eligible = eligible.filter((i) => (scores[i] as number) >= least);
  }
  const lead = (i: number, j: number) => (first ? first(j) - first(i) : 0);
  eligible.sort(
    (i, j) =>
      lead(i, j) ||
      (scores[j] as number) - (scores[i] as number) ||
      byTurn(partners[i] as MatchPartner, partners[j] as MatchPartner),
  );
  return eligible.slice(0, limit);
}

function explore(input: MatchInput, scored: Scored, ranked: readonly Ranked[]): readonly Ranked[] {
  const width = waveSize(input.programme.distribution);
  const eligible = input.partners.filter((_, i) => scored.out[i] === 0);
  if (eligible.length <= width) return ranked;
  const median = medianOf(eligible.map((p) => p.record.offered90));
  const isFresh = (p: MatchPartner) => p.record.offered90 < median;
  if (ranked.slice(0, width).some((r) => isFresh(r.partner))) return ranked;
  const fresh = new Set(eligible.filter(isFresh));
  if (fresh.size === 0) return ranked;
  const open = Uint8Array.from(scored.out, (o, i) =>
    o === 0 && fresh.has(input.partners[i] as MatchPartner) ? 0 : 1,
  );
  const [best] = ranking(input.partners, { scores: scored.scores, out: open }, 1) as [number];
  const chosen = {
    partner: input.partners[best] as MatchPartner,
    score: scored.scores[best] as number,
    explored: true,
  };
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
