import type { StoredFact } from '../lead/facts.ts';
import type { PartnerExplanation } from '../lead/match.ts';
import { latestExplanation } from '../postgres/explanations.ts';
import { factsOf } from '../postgres/facts.ts';
import { findLead, type LeadFilter, listLeads } from '../postgres/lead-reads.ts';
import { namesOf } from '../postgres/people.ts';
import type { Deps } from './deps.ts';
import { discloseFact, discloseLead, disclosuresOf } from './disclose.ts';
import { type LeadView, leadView } from './lead-view.ts';

/** Questions about leads; none of them changes anything. */
type Asking = Pick<Deps, 'db'>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

export async function readLead(
  deps: Asking,
  reference: string,
  withProspect: boolean,
): Promise<LeadView | undefined> {
  const record = await findLead(deps.db, reference);
  if (!record) return undefined;
  return leadView(discloseLead(record, await disclosuresOf(deps.db, [record.lead.id])), withProspect);
}

export async function readLeads(
  deps: Asking,
  filter: Omit<LeadFilter, 'before' | 'names'> & { readonly cursor: string | null },
  withProspect: boolean,
): Promise<Page<LeadView>> {
  const records = await listLeads(deps.db, {
    ...filter,
    names: withProspect,
    before: readCursor(filter.cursor),
  });
  const rules = await disclosuresOf(
    deps.db,
    records.map((r) => r.lead.id),
  );
  const last = records.length === filter.limit ? records.at(-1) : undefined;
  return {
    items: records.map((r) => leadView(discloseLead(r, rules), withProspect)),
    next_cursor: last ? cursorOf(last.lead.created_at, last.lead.id) : null,
  };
}

/** Everything that happened to a lead, oldest first. */
export async function readTimeline(deps: Asking, reference: string): Promise<readonly object[] | undefined> {
  const record = await findLead(deps.db, reference);
  if (!record) return undefined;
  const facts = await factsOf(deps.db, record.lead.id);
  const people = facts.flatMap((f) =>
    f.who.id && f.who.kind !== 'key' && f.who.kind !== 'system' ? [f.who.id] : [],
  );
  const names = await namesOf(deps.db, [...new Set(people)]);
  const rules = await disclosuresOf(deps.db, [record.lead.id]);
  const partnerOf = (fact: StoredFact): string | null =>
    (fact.who.id && names.get(fact.who.id)?.partner) || null;
  return facts.map((fact) => timelineItem(discloseFact(fact, record.lead.id, partnerOf(fact), rules), names));
}

export async function readExplanation(deps: Asking, reference: string): Promise<object | undefined> {
  const record = await findLead(deps.db, reference);
  if (!record) return undefined;
  const kept = await latestExplanation(deps.db, record.lead.id);
  const offered = new Set(record.offers.map((o) => o.partner));
  const rows = (kept?.partners ?? []) as readonly PartnerExplanation[];
  return {
    program: kept?.program_key ?? record.lead.program.key,
    version: kept?.program_version ?? record.lead.program.version,
    at: kept?.at ?? null,
    partners: rows.map(({ criteria, ...row }) => ({
      ...row,
      offered: offered.has(row.partner),
      // The codes beside the words serve our own letters, which say it in the reader's language.
      criteria: criteria.map(({ id, score, weight, points, why }) => ({ id, score, weight, points, why })),
    })),
  };
}

/** Earlier leads that a lead looks like, the likeliest first, as they are now. */
export async function readDuplicates(
  deps: Asking,
  reference: string,
  withProspect: boolean,
): Promise<object | undefined> {
  const record = await findLead(deps.db, reference);
  if (!record) return undefined;
  const items: object[] = [];
  for (const { of, ...why } of record.duplicates) {
    const other = await findLead(deps.db, of);
    if (!other || other.lead.state === 'erased') continue;
    const { lead } = other;
    items.push({
      reference: of,
      ...why,
      state: lead.state,
      summary: lead.summary,
      prospect: withProspect ? lead.prospect : null,
      created_at: lead.created_at,
    });
  }
  return { items };
}

/** An opaque position in a list ordered by (instant, id), newest first. */
export const cursorOf = (at: Date, id: string): string =>
  Buffer.from(`${at.toISOString()} ${id}`).toString('base64url');

/** @returns null for no cursor and for one that is not ours: the list then starts at its beginning */
export function readCursor(cursor: string | null): { readonly at: Date; readonly id: string } | null {
  const found = cursor && /^(\S+) ([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!found) return null;
  const at = new Date(found[1] as string);
  return Number.isNaN(at.getTime()) ? null : { at, id: found[2] as string };
}

/** Without what only an undo needs to know: how things stood before (`was_…`). */
const toldOf = (data: StoredFact['data']): StoredFact['data'] =>
  Object.fromEntries(Object.entries(data).filter(([name]) => !name.startsWith('was_')));

function timelineItem(fact: StoredFact, names: Awaited<ReturnType<typeof namesOf>>): object {
  const known = fact.who.id ? names.get(fact.who.id) : undefined;
  return {
    seq: fact.seq,
    at: fact.at,
    what: fact.what,
    thing: fact.thing,
    id: fact.id,
    from: fact.from,
    to: fact.to,
    who: { ...fact.who, name: known?.name ?? null, ...(known?.partner ? { partner: known.partner } : {}) },
    channel: fact.channel,
    evidence: { ...fact.evidence, ...(fact.words ? { words: fact.words } : {}) },
    // Codes and numbers of the act: its reason, whether it came late, what was reported.
    data: toldOf(fact.data),
  };
}
