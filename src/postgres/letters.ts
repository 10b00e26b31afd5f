import type { LetterState } from '../lead/tables.ts';
import type { Asks, Tx } from './database.ts';
import { type Take, takeDue } from './queue.ts';
import { unpacked } from './stored-bytes.ts';

/** A letter as it is posted, in the transaction of the change it tells about. */
export interface NewLetter {
  readonly id: string;
  /** Unique: the same occasion never makes two letters. */
  readonly key: string;
  readonly kind: string;
  readonly lead_id: string | null;
  readonly offer_id: string | null;
  readonly thread_id: string | null;
  readonly person_id: string | null;
  readonly to_address: string;
  readonly to_name: string | null;
  /** The view model: everything the letter says, no tokens. */
  readonly view: unknown;
  readonly priority: number;
  readonly message_id: string;
  /** Not before this instant; at once unless given. */
  readonly due_at?: Date;
}

export interface LetterRow extends Omit<NewLetter, 'priority' | 'due_at'> {
  readonly state: LetterState;
  readonly attempts: number;
  readonly due_at: Date;
  readonly subject: string | null;
  readonly last_error: string | null;
  readonly created_at: Date;
  readonly sent_at: Date | null;
  /** Whether it came back, and why; read with single letters and lists of them. */
  readonly returned?: 'hard' | 'soft' | 'policy' | 'complaint' | null;
}

/** A letter taken for sending, with its bytes when an earlier attempt has composed them. */
export interface TakenLetter extends Omit<LetterRow, 'subject'> {
  readonly lease_token: string;
  readonly raw: Buffer | null;
  readonly reply_key: string | null;
  /** How the reader reads, and the epoch of the reader's links; null for an address that is nobody's. */
  readonly language: string | null;
  readonly timezone: string | null;
  readonly epoch: number | null;
  /** The reader has left since the letter was posted. */
  readonly left: boolean;
  /** Message-IDs of the earlier letters of the thread, oldest first, ten at the most. */
  readonly earlier: readonly string[];
}

const columns = `l.id, l.key, l.kind, l.lead_id, l.offer_id, l.thread_id, l.person_id, l.to_address, l.to_name,
  l.view, l.state, l.attempts, l.due_at, l.message_id, l.last_error, l.created_at, l.sent_at`;

/** Null until the letter is composed. */
const subject = '(select c.subject from letter_bytes c where c.letter_id = l.id) as subject';

/** What has come back of a letter: the worst that was said of it. */
const returned = `(select b.kind from bounces b where b.letter_id = l.id
    order by array_position(array['complaint', 'hard', 'policy', 'soft'], b.kind) limit 1) as returned`;

/** Puts letters into the queue and wakes whoever sends them; an occasion that has its letter already gets no second. */
export function postLetters(tx: Tx, letters: readonly NewLetter[]): void {
  if (letters.length === 0) return;
  tx.send(
    `with posted as (
       insert into letters (id, key, kind, lead_id, offer_id, thread_id, person_id, to_address, to_name, view, state,
         priority, due_at, message_id, created_at)
       select n.id, n.key, n.kind, n.lead_id, n.offer_id, n.thread_id, n.person_id, n.to_address, n.to_name, n.view,
         'due', n.priority, coalesce(n.due_at, $2), n.message_id, $2
       from jsonb_to_recordset($1::jsonb) as n(id uuid, key text, kind text, lead_id uuid, offer_id uuid,
         thread_id uuid, person_id uuid, to_address text, to_name text, view jsonb, priority smallint,
         due_at timestamptz, message_id text)
       on conflict (key) do nothing returning id)
     select pg_notify('leadpost_work', '') from posted limit 1`,
    [JSON.stringify(letters), tx.now],
  );
}

/** Whether an occasion has its letter. */
export async function hasLetter(db: Asks, key: string): Promise<boolean> {
  const rows = await db.query<{ found: boolean }>(
    'select exists (select from letters l where l.key = $1) as found',
    [key],
  );
  return rows[0]?.found === true;
}

/** Letters as a queue. */
export const letterQueue = { table: 'letters', waiting: 'due', order: 'd.priority, d.due_at, d.id' } as const;

/** Takes letters that are due, offers before the rest, oldest first, with what composing them asks for. */
export async function takeLetters(tx: Tx, how: Take): Promise<TakenLetter[]> {
  const taken = await takeDue<TakenLetter>(
    tx,
    letterQueue,
    how,
    'sending',
    `select ${columns}, l.lease_token, b.raw, t.reply_key, p.language, p.timezone, p.epoch,
       p.active is false as left,
       array(select message_id from (
         select e.message_id, e.created_at, e.id from letters e where e.thread_id = l.thread_id
           and (e.created_at, e.id) < (l.created_at, l.id) and e.state = 'sent'
         order by e.created_at desc, e.id desc limit 10) x order by x.created_at, x.id) as earlier
     from l left join letter_bytes b on b.letter_id = l.id left join threads t on t.id = l.thread_id
       left join people p on p.id = l.person_id
     order by l.priority, l.due_at, l.id`,
  );
  return taken.map(withBytes);
}

const withBytes = <L extends { readonly raw: Buffer | null }>(letter: L): L =>
  letter.raw ? { ...letter, raw: unpacked(letter.raw) } : letter;

export interface Composed {
  readonly id: string;
  readonly subject: string;
  readonly template_hash: string;
  readonly headers: unknown;
  readonly raw: Buffer;
  /** The same as it is stored. */
  readonly kept: Buffer;
}

/** Keeps the bytes before they are sent for the first time: every retry sends the same ones. */
export function keepBytes(tx: Tx, composed: readonly Composed[]): void {
  for (const c of composed) {
    // One statement a letter: within an array the bytes would travel as hexadecimal text, twice as long.
    tx.send(
      `insert into letter_bytes (letter_id, raw, subject, template_hash, headers) values ($1, $2, $3, $4, $5)
       on conflict (letter_id) do nothing`,
      [c.id, c.kept, c.subject, c.template_hash, JSON.stringify(c.headers)],
    );
  }
}

/** How an attempt ended. A retry names when; everything else is final until somebody revives the letter. */
export type Settlement =
  | { readonly state: 'sent'; readonly response: string }
  | { readonly state: 'due'; readonly again: Date; readonly error: string }
  | { readonly state: 'dead' | 'parked' | 'dropped'; readonly error: string };

export interface Settled {
  readonly letter: TakenLetter;
  readonly end: Settlement;
}

/**
 * Acknowledges attempts, each fenced by its own lease: a letter somebody else has taken since stays theirs.
 *
 * @returns the ids of the letters that were still ours
 */
export async function settleLetters(tx: Tx, settled: readonly Settled[]): Promise<ReadonlySet<string>> {
  const ours = await Promise.all(settled.map((one) => tx.query<{ id: string }>(...settling(tx, one))));
  return new Set(ours.flatMap((rows) => rows.map((row) => row.id)));
}

/** The same where nothing else depends on it: it travels with the commit. */
export function settleOnly(tx: Tx, settled: readonly Settled[]): void {
  for (const one of settled) tx.send(...settling(tx, one));
}

/**
 * One statement a letter, found by its id alone. Several at once, or the state named besides, and PostgreSQL reads every
 * letter leased since the last vacuum.
 */
const settling = (tx: Tx, { letter, end }: Settled): [text: string, values: unknown[]] => [
  `update letters l set state = $3, due_at = coalesce($4, l.due_at), last_error = $5, response = $6,
     sent_at = coalesce($7, l.sent_at), lease_until = null, lease_token = null
   where l.id = $1 and l.lease_token = $2 returning l.id`,
  [
    letter.id,
    letter.lease_token,
    end.state,
    end.state === 'due' ? end.again : null,
    'error' in end ? end.error.slice(0, 2000) : null,
    end.state === 'sent' ? end.response.slice(0, 500) : null,
    end.state === 'sent' ? tx.now : null,
  ],
];

/** How many letters with such a key have been posted since. @param prefix of our own making, without wildcards */
export async function countLetters(db: Asks, prefix: string, since: Date): Promise<number> {
  const rows = await db.query<{ n: number }>(
    `select count(*)::int as n from letters l where l.key >= $1 and l.key < $1 || '~' and l.created_at >= $2`,
    [prefix, since],
  );
  return rows[0]?.n as number;
}

/** Letters about offers that have ended before the relay took them are never sent. */
export function dropOfferLetters(tx: Tx, offerIds: readonly string[]): void {
  if (offerIds.length === 0) return;
  tx.send(
    `update letters l set state = 'dropped', last_error = 'the offer ended before the letter was sent'
     where l.kind = 'offer' and l.state = 'due' and l.offer_id = any($1::uuid[])`,
    [offerIds],
  );
}

/** The customer's details, on their way to somebody who turns out not to have asked for them. */
export function dropDetails(tx: Tx, offerId: string): void {
  tx.send(
    `update letters l set state = 'dropped', last_error = 'the claim was void before the letter was sent'
     where l.kind = 'accepted' and l.state = 'due' and l.offer_id = $1`,
    [offerId],
  );
}

/** A person's latest letter with buttons about each lead that is still open, the newest first. */
export async function waitingLetters(
  db: Asks,
  personId: string,
): Promise<{ readonly reference: string; readonly view: unknown }[]> {
  return db.query(
    `select d.reference, d.view from (
       select distinct on (l.lead_id) x.reference, l.view, l.created_at
       from threads t join letters l on l.thread_id = t.id join leads x on x.id = l.lead_id
       where t.person_id = $1 and jsonb_typeof(x.next_step) = 'object' and jsonb_array_length(l.view -> 'rows') > 0
       order by l.lead_id, l.created_at desc) d
     order by d.created_at desc limit 100`,
    [personId],
  );
}

/** When the last letter of a kind in a thread was posted. */
export async function lastPosted(tx: Tx, threadId: string, kind: string): Promise<Date | null> {
  const rows = await tx.query<{ at: Date | null }>(
    'select max(l.due_at) as at from letters l where l.thread_id = $1 and l.kind = $2',
    [threadId, kind],
  );
  return rows[0]?.at ?? null;
}

export async function findLetter(
  db: Asks,
  id: string,
): Promise<(LetterRow & { raw: Buffer | null }) | undefined> {
  const rows = await db.query<LetterRow & { raw: Buffer | null }>(
    `select ${columns}, ${returned}, b.subject, b.raw from letters l left join letter_bytes b on b.letter_id = l.id where l.id = $1`,
    [id],
  );
  return rows[0] && withBytes(rows[0]);
}

export interface LetterFilter {
  readonly lead: string | null;
  readonly to: string | null;
  readonly state: string | null;
  readonly before: { readonly at: Date; readonly id: string } | null;
  readonly limit: number;
}

/** Letters, newest first. */
export async function listLetters(db: Asks, f: LetterFilter): Promise<LetterRow[]> {
  return db.query<LetterRow>(
    `select ${columns}, ${returned}, ${subject} from letters l
     where ($1::text is null or l.lead_id = (select x.id from leads x where x.reference = $1))
       and ($2::text is null or lower(l.to_address) = lower($2)) and ($3::text is null or l.state = $3)
       and ($4::timestamptz is null or (coalesce(l.sent_at, l.created_at), l.id) < ($4, $5::uuid))
     order by coalesce(l.sent_at, l.created_at) desc, l.id desc limit $6`,
    [f.lead, f.to, f.state, f.before?.at ?? null, f.before?.id ?? null, f.limit],
  );
}

/** What the newest letter of a kind in a thread says. */
export async function newestInThread(db: Asks, threadId: string, kind: string): Promise<unknown> {
  const rows = await db.query<{ view: unknown }>(
    'select l.view from letters l where l.thread_id = $1 and l.kind = $2 order by l.created_at desc, l.id desc limit 1',
    [threadId, kind],
  );
  return rows[0]?.view;
}
