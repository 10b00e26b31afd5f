import { uniqueEntry } from './duplicates.ts';
import { type PartFault, twice } from './list-faults.ts';
import { hint } from './nearest.ts';
import type { Criterion, CriterionKind } from './programme.ts';

/** Rules that cannot work, judged from the document alone. Each fault says why, and what would work. */

type Told = Pick<Criterion, 'id' | 'kind' | 'weight' | 'options'> & {
  readonly lead?: string | undefined;
  readonly partner?: string | undefined;
};

export function matchingFaults({ criteria }: { readonly criteria: readonly Told[] }): PartFault[] {
  const faults = [
    ...twice('id')(criteria),
    ...criteria.flatMap((c, n) => criterionFaults(c).map((f) => ({ ...f, path: [n, ...f.path] }))),
  ].map((f) => ({ ...f, path: ['criteria', ...f.path] }));
  if (criteria.some((c) => c.weight > 0)) return faults;
  const message =
    'no criterion has a weight, so every partner would score the same; give at least one a weight above 0';
  return [{ path: ['criteria'], message }, ...faults];
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

function criterionFaults(c: Told): PartFault[] {
  const faults: PartFault[] = [];
  const lost = c.lead ? unknownLeadPath(c.lead) : undefined;
  if (lost) faults.push({ path: ['lead'], message: lost });
  const head = c.partner?.split('.')[0] ?? '';
  if (c.partner && !partnerFields.includes(head)) {
    const message = `a partner has no field "${head}"; ${hint(head, partnerFields)}`;
    faults.push({ path: ['partner'], message });
  }
  if (c.kind === 'equals' || c.kind === 'at_least') {
    const message = `is required: ${c.kind} compares a field of the lead with one of the partner`;
    for (const side of ['lead', 'partner'] as const) if (!c[side]) faults.push({ path: [side], message });
  }
  return [...faults, ...optionFaults(c).map((f) => ({ ...f, path: ['options', ...f.path] }))];
}

function optionFaults(c: Told): PartFault[] {
  const known = options[c.kind];
  const faults: PartFault[] = [];
  for (const name of Object.keys(c.options).filter((o) => !known.includes(o))) {
    const has = known.length > 0 ? hint(name, known) : 'it takes none';
    faults.push({ path: [name], message: `${c.kind} has no option "${name}"; ${has}` });
  }
  for (const name of ['half_km', 'half_hours', 'min', 'max'].filter(
    (o) => known.includes(o) && Object.hasOwn(c.options, o),
  )) {
    const value = c.options[name];
    const halves = name.startsWith('half');
    if (typeof value !== 'number' || value < 0 || (halves && value === 0)) {
      faults.push({ path: [name], message: `must be a number${halves ? ' above 0' : ', 0 or more'}` });
    }
  }
  const { min, max } = c.options;
  if (c.kind === 'value_range' && typeof min === 'number' && typeof max === 'number' && min > max) {
    faults.push({
      path: ['max'],
      message: `is below min (${min}), so no lead could ever match; swap the two`,
    });
  }
  return c.kind === 'level' ? [...faults, ...orderFaults(c.options.order)] : faults;
}

function orderFaults(order: unknown): PartFault[] {
  const names =
    Array.isArray(order) && order.length > 0 && order.every((l) => typeof l === 'string' && l.trim() !== '');
  const message = names
    ? 'names a level twice; each has one rank'
    : 'is required: the levels from lowest to highest, for example ["registered","silver","gold"]';
  return names && new Set(order).size === order.length ? [] : [{ path: ['order'], message }];
}

/** A dotted path into a lead; alternatives are separated before. */
function unknownLeadPath(path: string): string | undefined {
  const [head = '', second] = path.split('.');
  if (!leadFields.includes(head)) return `a lead has no field "${head}"; ${hint(head, leadFields)}`;
  if (head !== 'prospect' || second === undefined || prospectFields.includes(second)) return undefined;
  return `a prospect has no field "${second}"; ${hint(second, prospectFields)}`;
}

const scopes = ['share', 'mail', 'phone'];

/** Paths of mandatory information that no lead has; `unique` is no path. */
export const requiredFaults = (required: readonly string[]): PartFault[] =>
  required.flatMap((entry, n) =>
    (entry === uniqueEntry ? [] : entry.split('|'))
      .map((path) => unmeetable(path.trim()))
      .filter((wrong) => wrong !== undefined)
      .map((wrong) => ({ path: [n], message: `${wrong}; no lead could ever meet this` })),
  );

function unmeetable(path: string): string | undefined {
  const scope = path.startsWith('consent.') ? path.slice('consent.'.length) : undefined;
  return scope !== undefined && !scopes.includes(scope)
    ? `there is no consent scope "${scope}"; ${hint(scope, scopes)}`
    : unknownLeadPath(path);
}
