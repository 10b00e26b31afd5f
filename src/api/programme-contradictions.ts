import type { z } from 'zod';
import type { Criterion, CriterionKind } from '../lead/programme.ts';
import { twice } from './list-contradictions.ts';
import { hint } from './nearest.ts';

/** Rules that cannot work, judged from the document alone. Each fault says why, and what would work. */

type Ctx = z.RefinementCtx;
type Told = Pick<Criterion, 'id' | 'kind' | 'weight' | 'options'> & {
  readonly lead?: string | undefined;
  readonly partner?: string | undefined;
};

const fault = (ctx: Ctx, path: PropertyKey[], message: string): void =>
  ctx.addIssue({ code: 'custom', path, message });

export function matchingFaults(matching: { readonly criteria: readonly Told[] }, ctx: Ctx): void {
  const { criteria } = matching;
  if (!criteria.some((c) => c.weight > 0)) {
    fault(
      ctx,
      ['criteria'],
      'no criterion has a weight, so every partner would score the same; give at least one a weight above 0',
    );
  }
  twice('id', ['criteria'])(criteria, ctx);
  for (const [n, c] of criteria.entries()) criterionFaults(c, ['criteria', n], ctx);
}

const leadFields = [
  'summary',
  'brief',
  'products',
  'industries',
  'languages',
  'value',
  'cost',
  'temperature',
  'quality',
  'source',
  'campaign',
  'external_id',
  'expected_close',
  'prospect',
  'consent',
  'custom',
];
const prospectFields = [
  'name',
  'company',
  'email',
  'phone',
  'street',
  'postal_code',
  'city',
  'country',
  'language',
  'lat',
  'lon',
];
const partnerFields = [
  'external_id',
  'name',
  'kind',
  'level',
  'territories',
  'location',
  'products',
  'certifications',
  'industries',
  'languages',
  'capacity',
  'cam',
  'custom',
];
const options: Readonly<Record<CriterionKind, readonly string[]>> = {
  covers: [],
  overlaps: [],
  equals: [],
  at_least: [],
  territory: [],
  value_range: ['min', 'max'],
  named_account: [],
  level: ['order'],
  distance: ['half_km'],
  track_record: [],
  load: [],
  promptness: ['half_hours'],
};

function criterionFaults(c: Told, at: PropertyKey[], ctx: Ctx): void {
  const lost = c.lead ? unknownLeadPath(c.lead) : undefined;
  if (lost) fault(ctx, [...at, 'lead'], lost);
  const head = c.partner?.split('.')[0] ?? '';
  if (c.partner && !partnerFields.includes(head)) {
    fault(ctx, [...at, 'partner'], `a partner has no field "${head}"; ${hint(head, partnerFields)}`);
  }
  if (c.kind === 'equals' || c.kind === 'at_least') {
    for (const side of ['lead', 'partner'] as const) {
      if (!c[side])
        fault(
          ctx,
          [...at, side],
          `is required: ${c.kind} compares a field of the lead with one of the partner`,
        );
    }
  }
  optionFaults(c, at, ctx);
}

function optionFaults(c: Told, at: PropertyKey[], ctx: Ctx): void {
  const known = options[c.kind];
  for (const name of Object.keys(c.options).filter((o) => !known.includes(o))) {
    const has = known.length > 0 ? hint(name, known) : 'it takes none';
    fault(ctx, [...at, 'options', name], `${c.kind} has no option "${name}"; ${has}`);
  }
  for (const name of ['half_km', 'half_hours', 'min', 'max'].filter(
    (o) => known.includes(o) && Object.hasOwn(c.options, o),
  )) {
    const value = c.options[name];
    const halves = name.startsWith('half');
    if (typeof value !== 'number' || value < 0 || (halves && value === 0)) {
      fault(ctx, [...at, 'options', name], `must be a number${halves ? ' above 0' : ', 0 or more'}`);
    }
  }
  if (c.kind === 'level') orderFaults(c.options.order, [...at, 'options', 'order'], ctx);
}

function orderFaults(order: unknown, at: PropertyKey[], ctx: Ctx): void {
  const names =
    Array.isArray(order) && order.length > 0 && order.every((l) => typeof l === 'string' && l.trim() !== '');
  if (!names)
    fault(
      ctx,
      at,
      'is required: the levels from lowest to highest, for example ["registered","silver","gold"]',
    );
  else if (new Set(order).size < order.length) fault(ctx, at, 'names a level twice; each has one rank');
}

/** A dotted path into a lead; alternatives are separated before. */
function unknownLeadPath(path: string): string | undefined {
  const [head = '', second] = path.split('.');
  if (!leadFields.includes(head)) return `a lead has no field "${head}"; ${hint(head, leadFields)}`;
  if (head !== 'prospect' || second === undefined || prospectFields.includes(second)) return undefined;
  return `a prospect has no field "${second}"; ${hint(second, prospectFields)}`;
}

const scopes = ['share', 'mail', 'phone'];

export function requiredFaults(required: readonly string[], ctx: Ctx): void {
  for (const [n, entry] of required.entries()) {
    for (const path of entry.split('|').map((p) => p.trim())) {
      const scope = path.startsWith('consent.') ? path.slice('consent.'.length) : undefined;
      const wrong =
        scope !== undefined && !scopes.includes(scope)
          ? `there is no consent scope "${scope}"; ${hint(scope, scopes)}`
          : unknownLeadPath(path);
      if (wrong) fault(ctx, [n], `${wrong}; no lead could ever meet this`);
    }
  }
}
