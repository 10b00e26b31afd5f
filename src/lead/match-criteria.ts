import type { LeadBrief } from './lead.ts';
import type { MatchInput, MatchPartner } from './match-partner.ts';
import { leadSilent, scorers } from './match-scorers.ts';
import { type Locate, ownAt, ownValue } from './match-values.ts';
import type { Criterion, CriterionKind, Programme } from './programme.ts';

/** A criterion made ready for one lead: its path on the lead's side is resolved, options are read. */
export interface ReadyCriterion {
  readonly criterion: Criterion;
  /** 0…1, or `leadSilent`, or `partnerSilent`. */
  readonly raw: (partner: MatchPartner) => number;
  readonly leadValue: unknown;
  readonly partnerValue: (partner: MatchPartner) => unknown;
}

/** The programme's criteria, made ready for the lead of a match. */
export const readyCriteria = ({ lead, programme, locate }: MatchInput): ReadyCriterion[] =>
  programme.matching.criteria.map((c) => readyCriterion(c, lead, programme.matching, locate));

/** Compiles a criterion. Paths read own properties only; what is not there is missing. */
function readyCriterion(
  criterion: Criterion,
  lead: LeadBrief,
  rules: Programme['matching'],
  locate?: Locate,
): ReadyCriterion {
  const [leadPath, partnerPath] = usualPaths[criterion.kind];
  const leadValue = ownValue(lead, criterion.lead ?? leadPath);
  const partnerValue = reader(criterion.partner ?? partnerPath);
  const raw = scorers[criterion.kind]({ criterion, leadValue, partnerValue, rules, locate });
  return { criterion, raw, leadValue, partnerValue };
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
function reader(path: string): (partner: MatchPartner) => unknown {
  const direct = Object.hasOwn(fields, path) ? fields[path] : undefined;
  if (direct) return direct;
  const keys = path.split('.');
  const [first, second] = keys;
  if (keys.length !== 2 || first !== 'custom' || second === undefined) return (p) => ownAt(p, keys);
  return ({ custom }) => (Object.hasOwn(custom, second) ? custom[second] : undefined);
}

const fields: Readonly<Record<string, (partner: MatchPartner) => unknown>> = {
  products: (p) => p.products,
  certifications: (p) => p.certifications,
  industries: (p) => p.industries,
  languages: (p) => p.languages,
  territories: (p) => p.territories,
  level: (p) => p.level,
  location: (p) => p.location,
};
