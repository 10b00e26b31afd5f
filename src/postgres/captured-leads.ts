import { leadLookups } from '../lead/duplicates.ts';
import type { Change } from '../lead/lead-case.ts';
import { nextStep, wakeAt } from '../lead/next-step.ts';
import type { Asks, Tx } from './database.ts';
import { chainOf, type FactIds, insertFactsOfMany } from './facts.ts';

/**
 * Writes many leads that have just been captured, with their first facts and what they are found by, in three
 * statements.
 *
 * @returns the ids of those written; the others' reference or (source, external id) is taken
 */
export async function insertCaptured(
  tx: Tx,
  changes: readonly Change[],
  ids: FactIds,
): Promise<ReadonlySet<string>> {
  const chained = changes.map((change) => ({
    change,
    chain: chainOf(change.case.lead.id, { seq: 0, hash: null }, change.facts, ids),
  }));
  const rows = await tx.query<{ id: string }>(insertLeads, [
    JSON.stringify(chained.map(({ change, chain }) => leadRow(change, chain.end, tx.now))),
  ]);
  const written = new Set(rows.map((row) => row.id));
  const kept = chained.filter(({ change }) => written.has(change.case.lead.id));
  if (kept.length === 0) return written;
  insertFactsOfMany(
    tx,
    kept.flatMap(({ change, chain }) => chain.rows.map((row) => ({ ...row, lead_id: change.case.lead.id }))),
  );
  tx.send(
    `insert into lead_keys (lead_id, kind, value, at)
     select k.lead_id, k.kind, k.value, k.at
     from jsonb_to_recordset($1::jsonb) as k(lead_id uuid, kind text, value text, at timestamptz)`,
    [
      JSON.stringify(
        kept.flatMap(({ change: { case: c } }) =>
          leadLookups(c.lead).map((key) => ({ lead_id: c.lead.id, at: c.lead.created_at, ...key })),
        ),
      ),
    ],
  );
  return written;
}

/** Which of these (source, external id) are here. @returns them as `source\nexternal id` */
export async function knownNames(
  db: Asks,
  names: readonly { readonly source: string | null; readonly external_id: string | null }[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ source: string; external_id: string }>(
    `select coalesce(l.source, '') as source, l.external_id
     from jsonb_to_recordset($1::jsonb) as n(source text, external_id text)
     join leads l on coalesce(l.source, '') = coalesce(n.source, '') and l.external_id = n.external_id`,
    [JSON.stringify(names)],
  );
  return new Set(rows.map(nameOf));
}

export const nameOf = (lead: {
  readonly source: string | null;
  readonly external_id: string | null;
}): string => `${lead.source ?? ''}\n${lead.external_id}`;

const insertLeads = `
  insert into leads (id, reference, external_id, source, campaign, cost_minor, cost_currency, program_key,
    program_version, state, temperature, quality, summary, brief, products, industries, languages, value_minor,
    value_currency, expected_close, prospect, consent, custom, created_at, due_at, wake_at, next_step, fact_seq, fact_hash)
  select l.id, l.reference, l.external_id, l.source, l.campaign, l.cost_minor, l.cost_currency, l.program_key,
    l.program_version, l.state, l.temperature, l.quality, l.summary, l.brief, l.products, l.industries, l.languages,
    l.value_minor, l.value_currency, l.expected_close, l.prospect, nullif(l.consent, 'null'), l.custom, l.created_at,
    l.due_at, l.wake_at, l.next_step, l.fact_seq, decode(l.fact_hash, 'hex')
  from jsonb_to_recordset($1::jsonb) as l(id uuid, reference text, external_id text, source text, campaign text,
    cost_minor bigint, cost_currency text, program_key text, program_version int, state text, temperature text,
    quality text, summary text, brief text, products text[], industries text[], languages text[], value_minor bigint,
    value_currency text, expected_close text, prospect jsonb, consent jsonb, custom jsonb, created_at timestamptz,
    due_at timestamptz, wake_at timestamptz, next_step jsonb, fact_seq int, fact_hash text)
  on conflict do nothing returning id`;

function leadRow({ case: c }: Change, end: { seq: number; hash: Buffer | null }, now: Date): object {
  const { cost, value, program, ...lead } = c.lead;
  return {
    ...lead,
    cost_minor: cost?.minor ?? null,
    cost_currency: cost?.currency ?? null,
    value_minor: value?.minor ?? null,
    value_currency: value?.currency ?? null,
    program_key: program.key,
    program_version: program.version,
    wake_at: wakeAt(c, now),
    next_step: nextStep(c),
    fact_seq: end.seq,
    fact_hash: end.hash?.toString('hex') ?? null,
  };
}
