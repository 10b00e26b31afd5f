import {
  findInbound,
  type InboundFound,
  type InboundSummary,
  inboundRaw,
  listInbound,
} from '../postgres/inbound.ts';
import { findLetter, type LetterFilter, type LetterRow, listLetters } from '../postgres/letters.ts';
import { namesOf } from '../postgres/people.ts';
import type { Deps } from './deps.ts';
import { type Disclosures, disclosuresOf, mayReadMail } from './disclose.ts';
import { cursorOf, type Page, readCursor } from './read-leads.ts';

type Asking = Pick<Deps, 'db'>;

/** Letters, newest first: what was sent to whom, and what could not be sent and why. */
export async function readMessages(
  deps: Asking,
  filter: Omit<LetterFilter, 'before'> & { readonly cursor: string | null },
): Promise<Page<object>> {
  const letters = await listLetters(deps.db, { ...filter, before: readCursor(filter.cursor) });
  const last = letters.length === filter.limit ? letters.at(-1) : undefined;
  const readable = await readableLetters(deps, letters);
  return {
    items: letters.map((l) => messageView(l, readable(l))),
    next_cursor: last ? cursorOf(last.sent_at ?? last.created_at, last.id) : null,
  };
}

export async function readMessage(deps: Asking, id: string): Promise<object | undefined> {
  const letter = await findLetter(deps.db, id);
  return letter && messageView(letter, (await readableLetters(deps, [letter]))(letter));
}

/** The bytes as they were, or will be, sent; undefined until the letter is composed, null where they are held back. */
export async function readMessageBytes(deps: Asking, id: string): Promise<Buffer | null | undefined> {
  const letter = await findLetter(deps.db, id);
  if (!letter?.raw) return undefined;
  return (await readableLetters(deps, [letter]))(letter) ? letter.raw : null;
}

/** Letters that repeat what the reader has said. */
const repeats: ReadonlySet<string> = new Set(['receipt', 'ask']);

async function readableLetters(
  deps: Asking,
  letters: readonly LetterRow[],
): Promise<(letter: LetterRow) => boolean> {
  const telling = letters.filter((l) => repeats.has(l.kind));
  const rules = await disclosuresOf(
    deps.db,
    telling.flatMap((l) => l.lead_id ?? []),
  );
  const names = await namesOf(
    deps.db,
    telling.flatMap((l) => l.person_id ?? []),
  );
  const partnerOf = (l: LetterRow): string | null => names.get(l.person_id ?? '')?.partner ?? null;
  return (l) => !repeats.has(l.kind) || mayReadMail(rules, l.lead_id, partnerOf(l));
}

export async function readInbox(
  deps: Asking,
  filter: { readonly state: string | null; readonly cursor: string | null; readonly limit: number },
): Promise<Page<InboundSummary>> {
  const found = await listInbound(deps.db, { ...filter, before: readCursor(filter.cursor) });
  const last = found.length === filter.limit ? found.at(-1) : undefined;
  const rules = await disclosuresOf(
    deps.db,
    found.flatMap((i) => i.lead_id ?? []),
  );
  return {
    items: found.map((i) => inboundView(i, rules)),
    next_cursor: last ? cursorOf(last.received_at, last.id) : null,
  };
}

export async function readInboundMail(deps: Asking, id: string): Promise<InboundSummary | undefined> {
  const found = await findInbound(deps.db, id);
  return found && inboundView(found, await disclosuresOf(deps.db, found.lead_id ? [found.lead_id] : []));
}

/** The bytes as they came; null where the partner who wrote them keeps them to itself. */
export async function readInboundBytes(deps: Asking, id: string): Promise<Buffer | null | undefined> {
  const found = await findInbound(deps.db, id);
  if (!found) return undefined;
  const rules = await disclosuresOf(deps.db, found.lead_id ? [found.lead_id] : []);
  return mayReadMail(rules, found.lead_id, found.partner) ? inboundRaw(deps.db, id) : null;
}

function inboundView({ lead_id, partner, ...shown }: InboundFound, rules: Disclosures): InboundSummary {
  return mayReadMail(rules, lead_id, partner) ? shown : { ...shown, subject: null, reading: null };
}

const messageView = (l: LetterRow, readable: boolean): object => ({
  id: l.id,
  kind: l.kind,
  to: l.to_address,
  subject: readable ? l.subject : null,
  state: l.state,
  attempts: l.attempts,
  error: l.last_error,
  returned: l.returned ?? null,
  message_id: l.message_id,
  created_at: l.created_at,
  sent_at: l.sent_at,
});
