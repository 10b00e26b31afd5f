import type { Programme } from '../lead/programme.ts';
import type { LetterView } from '../letters/letter.ts';
import type { Tx } from '../postgres/database.ts';
import { lastPosted, type NewLetter, postLetters } from '../postgres/letters.ts';
import { beginThreads, type Thread, threadsFor, type WantedThread } from '../postgres/threads.ts';
import { mailHost } from './compose-letter.ts';
import type { Deps } from './deps.ts';
import { roomFor } from './letter-rate.ts';

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
  /** Not before this instant; at once unless given. */
  readonly due_at?: Date;
  /** About an offer that begins in this transaction: its thread begins with it. */
  readonly first?: true;
}

/** The letter in the words of its programme. */
export const worded = (view: LetterView, programme: Pick<Programme, 'letters'> | undefined): LetterView =>
  programme && Object.keys(programme.letters).length > 0 ? { ...view, wording: programme.letters } : view;

const urgent: ReadonlySet<LetterView['kind']> = new Set(['offer', 'accepted', 'taken']);
/** Offers before what follows them, weekly reports last: the relay's rate is theirs when nobody else needs it. */
const priorityOf = (kind: LetterView['kind']): number => {
  if (urgent.has(kind)) return 1;
  return kind.endsWith('digest') ? 9 : 5;
};
const receiptPause = 60_000;

/** Puts letters into the queue, in the transaction of what they tell about; they leave after the commit. */
export async function postAll(deps: Posts, tx: Tx, letters: readonly Posted[]): Promise<void> {
  if (letters.length === 0) return;
  const wanted = (some: readonly Posted[]) => some.flatMap((letter) => threadOf(deps, tx, letter));
  const threads = [
    ...beginThreads(tx, wanted(letters.filter((letter) => letter.first))),
    ...(await threadsFor(tx, wanted(letters.filter((letter) => !letter.first)))),
  ];
  const rows: NewLetter[] = [];
  for (const letter of letters) rows.push(await rowOf(deps, tx, letter, threads));
  postLetters(tx, rows);
}

/** One letter. */
export const post = (deps: Posts, tx: Tx, letter: Posted): Promise<void> => postAll(deps, tx, [letter]);

type Posts = Pick<Deps, 'ids' | 'house'>;

async function rowOf(deps: Posts, tx: Tx, letter: Posted, threads: readonly Thread[]): Promise<NewLetter> {
  const { view, to } = letter;
  const id = deps.ids.uuid(tx.now);
  const thread = threads.find(
    (t) => t.person_id === to.person_id && t.lead_id === letter.lead_id && t.offer_id === ownOffer(letter),
  );
  return {
    id,
    key: letter.key,
    kind: view.kind,
    lead_id: letter.lead_id,
    offer_id: letter.offer_id,
    thread_id: thread?.id ?? null,
    person_id: to.person_id,
    to_address: to.email,
    to_name: to.name,
    view: withWorkingLinks(view, to),
    priority: priorityOf(view.kind),
    message_id: `<${id}@${mailHost(deps.house.from.address)}>`,
    ...(await dueOf(tx, letter, thread)),
  };
}

/** Not before its own time, nor its thread's, nor its reader's: the latest of them. */
async function dueOf(tx: Tx, letter: Posted, thread: Thread | undefined): Promise<{ due_at?: Date }> {
  const { kind } = letter.view;
  const times = [letter.due_at ?? tx.now, await roomFor(tx, kind, letter.to.email)];
  if (kind === 'receipt' && thread) times.push(await receiptDue(tx, thread.id));
  const latest = new Date(Math.max(...times.map((at) => at.getTime())));
  return latest > tx.now ? { due_at: latest } : {};
}

/** Offers have a thread of their own; everything else about a lead and a reader is one thread. */
const ownOffer = ({ view, offer_id }: Posted): string | null =>
  view.kind === 'offer' || view.kind === 'taken' ? offer_id : null;

function threadOf(deps: Posts, tx: Tx, letter: Posted): WantedThread[] {
  const { person_id } = letter.to;
  if (!person_id) return [];
  const about = { lead_id: letter.lead_id, person_id, offer_id: ownOffer(letter) };
  return [{ id: deps.ids.uuid(tx.now), reply_key: deps.ids.replyKey(), ...about }];
}

/** Receipts: one per applied reply, at most one a minute per thread; the next one waits its minute. */
async function receiptDue(tx: Tx, threadId: string): Promise<Date> {
  const last = await lastPosted(tx, threadId, 'receipt');
  return last && last.getTime() + receiptPause > tx.now.getTime()
    ? new Date(last.getTime() + receiptPause)
    : tx.now;
}

/** A bare address is nobody who could act: a letter to it carries no buttons. */
const withWorkingLinks = (view: LetterView, to: Addressee): LetterView =>
  to.person_id ? view : { ...view, rows: [], prefs: null };
