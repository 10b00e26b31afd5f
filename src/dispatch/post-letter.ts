import type { LetterView } from '../letters/letter.ts';
import type { Tx } from '../postgres/database.ts';
import { lastPosted, postLetter } from '../postgres/letters.ts';
import { threadFor } from '../postgres/threads.ts';
import { mailHost } from './compose-letter.ts';
import type { Deps } from './deps.ts';

/** Who a letter goes to: a person we know, or a bare address of the catch-all. */
export interface Addressee {
  readonly person_id: string | null;
  readonly email: string;
  readonly name: string | null;
}

export interface Posted {
  /** The occasion, in a few words of its own; the same occasion never makes two letters. */
  readonly key: string;
  readonly lead_id: string | null;
  readonly offer_id: string | null;
  readonly view: LetterView;
  readonly to: Addressee;
}

const urgent: ReadonlySet<LetterView['kind']> = new Set(['offer', 'accepted', 'taken']);
const receiptPause = 60_000;

/** Puts a letter into the queue, in the transaction of what it tells about; it leaves after the commit. */
export async function post(deps: Pick<Deps, 'ids' | 'house'>, tx: Tx, letter: Posted): Promise<boolean> {
  const { view, to } = letter;
  const id = deps.ids.uuid(tx.now);
  const thread = to.person_id ? await threadOf(deps, tx, letter, to.person_id) : null;
  return postLetter(tx, {
    id,
    key: letter.key,
    kind: view.kind,
    lead_id: letter.lead_id,
    offer_id: letter.offer_id,
    thread_id: thread,
    person_id: to.person_id,
    to_address: to.email,
    to_name: to.name,
    view: withWorkingLinks(view, to),
    priority: urgent.has(view.kind) ? 1 : 5,
    message_id: `<${id}@${mailHost(deps.house.from.address)}>`,
    ...(view.kind === 'receipt' && thread ? { due_at: await receiptDue(tx, thread) } : {}),
  });
}

/** Offers have a thread of their own; everything else about a lead and a reader is one thread. */
async function threadOf(deps: Pick<Deps, 'ids'>, tx: Tx, letter: Posted, personId: string): Promise<string> {
  const offer = letter.view.kind === 'offer' || letter.view.kind === 'taken' ? letter.offer_id : null;
  const about = { lead_id: letter.lead_id, person_id: personId, offer_id: offer };
  const thread = await threadFor(tx, about, { id: deps.ids.uuid(tx.now), reply_key: deps.ids.replyKey() });
  return thread.id;
}

/** Receipts: one per applied reply, at most one a minute per thread; the next one waits its minute. */
async function receiptDue(tx: Tx, threadId: string): Promise<Date> {
  const last = await lastPosted(tx, threadId, 'receipt');
  return last && last.getTime() + receiptPause > tx.now.getTime() ? new Date(last.getTime() + receiptPause) : tx.now;
}

/** A bare address is nobody who could act: a letter to it carries no buttons. */
const withWorkingLinks = (view: LetterView, to: Addressee): LetterView =>
  to.person_id ? { ...view, prefs: null } : { ...view, rows: [], prefs: null };
