import { createHash } from 'node:crypto';
import type { Fact, StoredFact } from '../lead/facts.ts';
import type { Asks, Tx } from './database.ts';

/** The end of a lead's chain, kept on the lead's row so that the lock on it also orders the facts. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: Buffer | null;
}

export interface FactRow {
  seq: number;
  at: Date;
  what: StoredFact['what'];
  thing: StoredFact['thing'];
  thing_id: string;
  from_state: string | null;
  to_state: string | null;
  who_kind: StoredFact['who']['kind'];
  who_id: string | null;
  channel: StoredFact['channel'];
  evidence: StoredFact['evidence'];
  data: StoredFact['data'];
  words: string | null;
}

export const factColumns = `f.seq, f.at, f.what, f.thing, f.thing_id, f.from_state, f.to_state, f.who_kind, f.who_id, f.channel,
  f.evidence, f.data, n.body as words`;

/** Where ids and chance come from. */
export interface FactIds {
  id(): string;
  /** Random bytes as hexadecimal text, for the salt of a note. */
  salt(): string;
}

/** All facts of a lead, oldest first. */
export async function factsOf(db: Asks, leadId: string): Promise<StoredFact[]> {
  const rows = await db.query<FactRow>(
    `select ${factColumns} from facts f left join notes n on n.id = f.note_id where f.lead_id = $1 order by f.seq`,
    [leadId],
  );
  return rows.map(factOf);
}

/**
 * Appends facts to a lead's chain. Each hash covers the one before, the canonical fact, and sha256(salt ‖ text) of its
 * note: erasing text and salt later leaves a chain that still verifies.
 *
 * @returns the new end of the chain
 */
export function appendFacts(
  tx: Tx,
  leadId: string,
  end: ChainEnd,
  facts: readonly Fact[],
  ids: FactIds,
): ChainEnd {
  const chain = chainOf(leadId, end, facts, ids);
  if (chain.notes.length > 0) insertNotes(tx, leadId, chain.notes);
  if (chain.rows.length > 0) insertFacts(tx, leadId, chain.rows);
  return chain.end;
}

/** Facts as the rows of a lead's chain, with the notes that hold their words, and the chain's new end. */
export function chainOf(
  leadId: string,
  from: ChainEnd,
  facts: readonly Fact[],
  ids: FactIds,
): { readonly rows: object[]; readonly notes: object[]; readonly end: ChainEnd } {
  let { seq, hash } = from;
  const rows: object[] = [];
  const notes: object[] = [];
  for (const fact of facts) {
    seq += 1;
    const note = fact.words ? writeNote(fact.words, ids) : null;
    if (note) notes.push({ id: note.id, body: fact.words, salt: hex(note.salt) });
    hash = chained(hash, canonical(leadId, seq, fact), note?.hash ?? null);
    rows.push({
      ...stored(seq, fact),
      note_id: note?.id ?? null,
      note_hash: hex(note?.hash),
      hash: hex(hash),
    });
  }
  return { rows, notes, end: { seq, hash } };
}

/** Checks a lead's chain. @returns the sequence number of the first broken fact, or null when all hold */
export async function firstBrokenFact(db: Asks, leadId: string): Promise<number | null> {
  const facts = await factsOf(db, leadId);
  const hashes = await db.query<{ seq: number; hash: Buffer; note_hash: Buffer | null }>(
    'select f.seq, f.hash, f.note_hash from facts f where f.lead_id = $1 order by f.seq',
    [leadId],
  );
  let before: Buffer | null = null;
  for (const [i, fact] of facts.entries()) {
    const kept = hashes[i] as { seq: number; hash: Buffer; note_hash: Buffer | null };
    const expected = chained(before, canonical(leadId, fact.seq, fact), kept.note_hash);
    if (fact.seq !== i + 1 || !expected.equals(kept.hash)) return fact.seq;
    before = kept.hash;
  }
  return null;
}

function writeNote(text: string, ids: FactIds): { id: string; salt: Buffer; hash: Buffer } {
  const salt = Buffer.from(ids.salt(), 'hex');
  return { id: ids.id(), salt, hash: createHash('sha256').update(salt).update(text).digest() };
}

const stored = (seq: number, f: Fact): Record<string, unknown> => ({
  seq,
  at: f.at,
  what: f.what,
  thing: f.thing,
  thing_id: f.id,
  from_state: f.from,
  to_state: f.to,
  who_kind: f.who.kind,
  who_id: f.who.id,
  channel: f.channel,
  evidence: f.evidence,
  data: f.data,
});

/** Keys sorted at every depth, so that a fact read back from jsonb hashes like the one written. */
function canonical(leadId: string, seq: number, f: Fact): string {
  return JSON.stringify({ lead_id: leadId, ...stored(seq, f) }, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

const chained = (before: Buffer | null, fact: string, noteHash: Buffer | null): Buffer =>
  createHash('sha256')
    .update(before ?? '')
    .update(fact)
    .update(noteHash ?? '')
    .digest();

const hex = (bytes: Buffer | null | undefined): string | null => (bytes ? bytes.toString('hex') : null);

function insertNotes(tx: Tx, leadId: string, notes: readonly unknown[]): void {
  tx.send(
    `insert into notes (id, lead_id, body, salt, created_at)
     select n.id, $1, n.body, decode(n.salt, 'hex'), $2
     from jsonb_to_recordset($3::jsonb) as n(id uuid, body text, salt text)`,
    [leadId, tx.now, JSON.stringify(notes)],
  );
}

function insertFacts(tx: Tx, leadId: string, rows: readonly unknown[]): void {
  tx.send(
    `insert into facts (lead_id, seq, at, what, thing, thing_id, from_state, to_state, who_kind, who_id, channel,
       evidence, data, note_id, note_hash, hash)
     select $1, f.seq, f.at, f.what, f.thing, f.thing_id, f.from_state, f.to_state, f.who_kind, f.who_id, f.channel,
       f.evidence, f.data, f.note_id, decode(f.note_hash, 'hex'), decode(f.hash, 'hex')
     from jsonb_to_recordset($2::jsonb) as f(seq int, at timestamptz, what text, thing text, thing_id uuid,
       from_state text, to_state text, who_kind text, who_id text, channel text, evidence jsonb, data jsonb,
       note_id uuid, note_hash text, hash text)`,
    [leadId, JSON.stringify(rows)],
  );
}

/** Facts without words of many leads at once; each row names its lead. */
export function insertFactsOfMany(tx: Tx, rows: readonly object[]): void {
  tx.send(
    `insert into facts (lead_id, seq, at, what, thing, thing_id, from_state, to_state, who_kind, who_id, channel,
       evidence, data, hash)
     select f.lead_id, f.seq, f.at, f.what, f.thing, f.thing_id, f.from_state, f.to_state, f.who_kind, f.who_id,
       f.channel, f.evidence, f.data, decode(f.hash, 'hex')
     from jsonb_to_recordset($1::jsonb) as f(lead_id uuid, seq int, at timestamptz, what text, thing text,
       thing_id uuid, from_state text, to_state text, who_kind text, who_id text, channel text, evidence jsonb,
       data jsonb, hash text)`,
    [JSON.stringify(rows)],
  );
}

export function factOf(row: FactRow): StoredFact {
  return {
    seq: row.seq,
    what: row.what,
    thing: row.thing,
    id: row.thing_id,
    from: row.from_state,
    to: row.to_state,
    at: row.at,
    who: { kind: row.who_kind, id: row.who_id },
    channel: row.channel,
    evidence: row.evidence,
    data: row.data,
    words: row.words,
  };
}
