import { addBusiness } from './calendar.ts';
import { uniqueEntry } from './duplicates.ts';
import type { Lead } from './lead.ts';
import { type Act, type Change, changeOf, type Draft, type LeadCase, note } from './lead-case.ts';

/**
 * A lead enters: one captured lead with its first fact, ready to be assessed; it does not lie still until it is.
 *
 * @param due when it is assessed, for one of many that come at once; else whoever takes it in does so in the same breath
 */
export function capture(empty: LeadCase, act: Act, due?: Date): Change {
  const lead = { ...empty.lead, due_at: due ?? addBusiness(empty.vendor, act.at, 'P1D') };
  const d: Draft = { lead, offers: [], assignments: [], facts: [], base: empty, act };
  note(d, 'lead.captured', { thing: 'lead', id: empty.lead.id, to: 'captured' });
  return changeOf(d);
}

/**
 * What the programme demands and the lead lacks. Each entry of `required` is a dotted path, alternatives separated
 * by `|`; `consent.<scope>` means given, and the scope is listed. `unique` is no field: `assess` sees to it.
 */
export function missingInformation(lead: Lead, required: readonly string[]): string[] {
  return required.filter(
    (entry) => entry !== uniqueEntry && !entry.split('|').some((path) => present(lead, path.trim())),
  );
}

function present(lead: Lead, path: string): boolean {
  const [head, scope] = path.split('.');
  if (head === 'consent') {
    const consent = lead.consent;
    return Boolean(consent?.given) && (!scope || (consent?.scope ?? []).some((s) => s === scope));
  }
  return filled(valueAt(lead, path));
}

/** Own properties only: a path comes from a document somebody wrote, and must not reach into prototypes. */
function valueAt(from: unknown, path: string): unknown {
  let value: unknown = from;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function filled(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'string') return value.trim() !== '';
  return Array.isArray(value) ? value.length > 0 : true;
}
