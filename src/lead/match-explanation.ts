import { type ReadyCriterion, readyCriteria, settle } from './match-criteria.ts';
import { barrier, byTurn, type ExclusionCode, type MatchInput, type MatchPartner } from './match-partner.ts';
import { leadSilent } from './match-scorers.ts';
import { haversineKm, listOf, placeOf, spotOf } from './match-values.ts';
import type { Criterion } from './programme.ts';

export interface ExplainedCriterion {
  readonly id: string;
  readonly score: number;
  readonly weight: number;
  /** weight · score; the partner's score is Σ points / Σ weight. */
  readonly points: number;
  /** In plain English. */
  readonly why: string;
  /** The kind, or `silent` when a side says nothing; with `values` the reason in a form that can be translated. */
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface PartnerExplanation {
  /** The partner's external id. */
  readonly partner: string;
  /** 0 when excluded. */
  readonly score: number;
  /** False here; set by who makes the offers. */
  readonly offered: boolean;
  readonly criteria: readonly ExplainedCriterion[];
  readonly excluded: readonly { readonly code: ExclusionCode; readonly why: string }[];
}

export interface MatchExplanation {
  readonly partners: readonly PartnerExplanation[];
}

/** Why each partner stands where it stands: everyone considered, best first, the excluded at the end. */
export function explainMatch(input: MatchInput): MatchExplanation {
  const ready = readyCriteria(input);
  const rows = input.partners.map((partner) => ({ partner, row: explainPartner(input, ready, partner) }));
  rows.sort(
    (a, b) =>
      Number(a.row.excluded.length > 0) - Number(b.row.excluded.length > 0) ||
      b.row.score - a.row.score ||
      byTurn(a.partner, b.partner),
  );
  return { partners: rows.map((r) => r.row) };
}

/** The two reasons that weigh most for a partner, as codes and values for the offer mail; silence is no reason. */
export function whyYou(
  row: PartnerExplanation,
): readonly { readonly code: string; readonly values: ExplainedCriterion['values'] }[] {
  return row.criteria
    .filter((c) => c.code !== 'silent' && c.score > 0 && c.weight > 0)
    .sort((a, b) => b.points - a.points)
    .slice(0, 2)
    .map(({ code, values }) => ({ code, values }));
}

function explainPartner(
  input: MatchInput,
  ready: readonly ReadyCriterion[],
  partner: MatchPartner,
): PartnerExplanation {
  const criteria = ready.map((r) => explainCriterion(r, partner, input));
  const barred = barrier(partner, input.history?.get(partner.id), input.at, input.lead);
  const failed = ready.flatMap(({ criterion }, i) => {
    const told = criteria[i] as ExplainedCriterion;
    return criterion.required && told.score === 0 ? [{ code: codeOf(criterion), why: told.why }] : [];
  });
  const excluded = [...(barred ? [{ code: barred[0], why: barred[1] }] : []), ...failed];
  const total = criteria.reduce((sum, c) => sum + c.weight, 0);
  const score = total > 0 ? criteria.reduce((sum, c) => sum + c.points, 0) / total : 1;
  return {
    partner: partner.external_id,
    score: excluded.length > 0 ? 0 : score,
    offered: false,
    criteria,
    excluded,
  };
}

/** A required criterion that fails excludes under the nearest code of the contract. */
function codeOf({ kind, partner }: Criterion): ExclusionCode {
  if (kind === 'territory' || kind === 'distance') return 'territory';
  if (kind === 'load') return 'capacity';
  const skill =
    (kind === 'covers' || kind === 'overlaps') && /^(?:products|certifications)$/.test(partner ?? 'products');
  return skill || kind === 'level' ? 'uncertified' : 'conflict';
}

function explainCriterion(
  ready: ReadyCriterion,
  partner: MatchPartner,
  input: MatchInput,
): ExplainedCriterion {
  const { id, weight, required, kind } = ready.criterion;
  const raw = ready.raw(partner);
  const score = settle(raw, required);
  const shown = { id, score, weight, points: weight * score };
  if (raw < 0) {
    const side = raw === leadSilent ? 'lead' : 'partner';
    return {
      ...shown,
      code: 'silent',
      values: { side },
      why: side === 'lead' ? 'the lead does not say' : 'the partner does not say',
    };
  }
  return { ...shown, code: kind, ...reason(ready, partner, raw, input) };
}

type Reason = Pick<ExplainedCriterion, 'why' | 'values'>;

function reason(ready: ReadyCriterion, partner: MatchPartner, raw: number, input: MatchInput): Reason {
  const { kind } = ready.criterion;
  if (kind === 'covers' || kind === 'overlaps') return listReason(ready, partner);
  if (kind === 'territory') return territoryReason(ready, partner, raw);
  if (kind === 'level')
    return {
      why: `level ${ready.partnerValue(partner)}`,
      values: { level: String(ready.partnerValue(partner)) },
    };
  if (kind === 'distance') return distanceReason(ready, partner, input);
  if (kind === 'track_record' || kind === 'load' || kind === 'promptness')
    return recordReason(kind, partner, raw);
  const words = {
    equals: 'the same',
    at_least: 'enough',
    value_range: 'within the range',
    named_account: 'a named account',
  }[kind];
  return { why: `${raw === 1 ? '' : 'not '}${words}`, values: { met: raw } };
}

/** Whatever else the lead says of its prospect stays out of words that others read before the claim. */
const openPaths: ReadonlySet<string | undefined> = new Set([
  'prospect.country',
  'prospect.postal_code',
  'prospect.city',
  'prospect.language',
]);
const isOpenPath = (path: string | undefined): boolean =>
  !path?.startsWith('prospect') || openPaths.has(path);

function listReason({ criterion, leadValue, partnerValue }: ReadyCriterion, partner: MatchPartner): Reason {
  const has = listOf(partnerValue(partner));
  const asked = [...new Set(listOf(leadValue))];
  const hits = asked.filter((item) => has.includes(item));
  const lacks = asked.filter((item) => !has.includes(item));
  if (!isOpenPath(criterion.lead)) {
    const why = `covers ${hits.length} of ${asked.length}`;
    return { why, values: { hits: hits.length, asked: asked.length, items: '' } };
  }
  const why =
    lacks.length === 0
      ? `covers ${hits.join(', ')}`
      : `covers ${hits.length} of ${asked.length}, lacks ${lacks.join(', ')}`;
  return { why, values: { hits: hits.length, asked: asked.length, items: hits.join(', ') } };
}

function territoryReason({ partnerValue }: ReadyCriterion, partner: MatchPartner, raw: number): Reason {
  const areas = listOf(partnerValue(partner)).map(String);
  if (areas.length === 0) return { why: 'works everywhere', values: { areas: '' } };
  const shown = areas.slice(0, 5).join(', ') + (areas.length > 5 ? ' …' : '');
  return {
    why: raw === 1 ? `in the territory (${shown})` : `outside the territory (${shown})`,
    values: { areas: shown },
  };
}

function distanceReason(
  { leadValue, partnerValue }: ReadyCriterion,
  partner: MatchPartner,
  input: MatchInput,
): Reason {
  const [here, there] = [placeOf(leadValue, input.locate), placeOf(partnerValue(partner), input.locate)];
  const km = here && there ? Math.round(haversineKm(spotOf(here), spotOf(there))) : 0;
  return { why: `${km} km away`, values: { km } };
}

function recordReason(
  kind: 'track_record' | 'load' | 'promptness',
  { record, capacity }: MatchPartner,
  raw: number,
): Reason {
  const { won, claimed } = record;
  if (kind === 'track_record') return { why: `won ${won} of ${claimed} leads`, values: { won, claimed } };
  if (kind === 'load') {
    const percent = Math.round(raw * 100);
    const free = capacity.open === null && capacity.week === null;
    return { why: free ? 'no limit set' : `${percent} % of its capacity free`, values: { percent } };
  }
  const hours = Math.round((record.medianAnswerBusinessHours ?? 0) * 10) / 10;
  return { why: `answers within ${hours} business hours (median)`, values: { hours } };
}
