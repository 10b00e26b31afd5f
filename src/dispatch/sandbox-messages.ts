import { findLetter } from '../postgres/letters.ts';
import {
  type ArrivedLetter,
  arrivedAfter,
  listSent,
  type Mailbox,
  mailboxes,
} from '../postgres/sandbox-mailbox.ts';
import type { Deps } from './deps.ts';
import { cursorOf, type Page, readCursor } from './read-leads.ts';

export type { ArrivedLetter };

type Asking = Pick<Deps, 'db'>;

export interface SentMessage {
  readonly id: string;
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly sent_at: Date;
}

/** A mail as its reader got it: the sandbox is everybody's inbox, so nothing is held back. */
export const sentBytes = async (deps: Asking, id: string): Promise<Buffer | undefined> =>
  (await findLetter(deps.db, id))?.raw ?? undefined;

/** What the sandbox has "sent", newest first. @param filter `to` is a bare address, exact but for case */
export async function sentMessages(
  deps: Asking,
  filter: { readonly to: string | null; readonly cursor: string | null; readonly limit: number },
): Promise<Page<SentMessage>> {
  const items = await listSent(deps.db, { ...filter, before: readCursor(filter.cursor) });
  const last = items.length === filter.limit ? items.at(-1) : undefined;
  return { items, next_cursor: last ? cursorOf(last.sent_at, last.id) : null };
}

/** Everybody who has mail, with name and role. */
export const everybody = (deps: Asking): Promise<Mailbox[]> => mailboxes(deps.db);

/** Letters that arrived after the last one seen: what a demo person reacts to. */
export const arrivals = (deps: Asking, lastId: string): Promise<ArrivedLetter[]> =>
  arrivedAfter(deps.db, lastId);
