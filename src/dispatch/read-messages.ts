import { findInbound, type InboundSummary, inboundRaw, listInbound } from '../postgres/inbound.ts';
import { findLetter, type LetterFilter, type LetterRow, listLetters } from '../postgres/letters.ts';
import type { Deps } from './deps.ts';
import { cursorOf, type Page, readCursor } from './read-leads.ts';

type Asking = Pick<Deps, 'db'>;

/** Letters, newest first: what was sent to whom, and what could not be sent and why. */
export async function readMessages(
  deps: Asking,
  filter: Omit<LetterFilter, 'before'> & { readonly cursor: string | null },
): Promise<Page<object>> {
  const letters = await listLetters(deps.db, { ...filter, before: readCursor(filter.cursor) });
  const last = letters.length === filter.limit ? letters.at(-1) : undefined;
  return {
    items: letters.map(messageView),
    next_cursor: last ? cursorOf(last.sent_at ?? last.created_at, last.id) : null,
  };
}

export async function readMessage(deps: Asking, id: string): Promise<object | undefined> {
  const letter = await findLetter(deps.db, id);
  return letter && messageView(letter);
}

/** The bytes as they were, or will be, sent; undefined until the letter is composed. */
export async function readMessageBytes(deps: Asking, id: string): Promise<Buffer | undefined> {
  return (await findLetter(deps.db, id))?.raw ?? undefined;
}

export async function readInbox(
  deps: Asking,
  filter: { readonly state: string | null; readonly cursor: string | null; readonly limit: number },
): Promise<Page<InboundSummary>> {
  const items = await listInbound(deps.db, { ...filter, before: readCursor(filter.cursor) });
  const last = items.length === filter.limit ? items.at(-1) : undefined;
  return { items, next_cursor: last ? cursorOf(last.received_at, last.id) : null };
}

export const readInboundMail = (deps: Asking, id: string): Promise<InboundSummary | undefined> =>
  findInbound(deps.db, id);
export const readInboundBytes = (deps: Asking, id: string): Promise<Buffer | undefined> =>
  inboundRaw(deps.db, id);

const messageView = (l: LetterRow): object => ({
  id: l.id,
  kind: l.kind,
  to: l.to_address,
  subject: l.subject,
  state: l.state,
  attempts: l.attempts,
  error: l.last_error,
  message_id: l.message_id,
  created_at: l.created_at,
  sent_at: l.sent_at,
});
