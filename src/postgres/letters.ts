import type { LetterState } from '../lead/tables.ts';
import type { Asks, Tx } from './database.ts';
import { type Taken, takeDue } from './queue.ts';

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
}

/** A letter taken for sending, with its bytes when an earlier attempt has composed them. */
export interface TakenLetter extends LetterRow {
  readonly lease_token: string;
  readonly raw: Buffer | null;
  readonly reply_key: string | null;
  /** How the reader reads, and the epoch of the reader's links; null for an address that is nobody's. */
  readonly language: string | null;
  readonly timezone: string | null;
  readonly epoch: number | null;
  /** Message-IDs of the earlier letters of the thread, oldest first, ten at the most. */
  readonly earlier: readonly string[];
}

const columns = `l.id, l.key, l.kind, l.lead_id, l.offer_id, l.thread_id, l.person_id, l.to_address, l.to_name,
  l.view, l.state, l.attempts, l.due_at, l.message_id, l.subject, l.last_error, l.created_at, l.sent_at`;

export async function postLetter(tx: Tx, letter: NewLetter): Promise<boolean> {
  const l = letter;
  const rows = await tx.query(
    `insert into letters (id, key, kind, lead_id, offer_id, thread_id, person_id, to_address, to_name, view, state,
       priority, due_at, message_id, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'due', $11, $12, $13, $14)
     on conflict (key) do nothing returning id`,
    [l.id, l.key, l.kind, l.lead_id, l.offer_id, l.thread_id, l.person_id, l.to_address, l.to_name,
      JSON.stringify(l.view), l.priority, l.due_at ?? tx.now, l.message_id, tx.now],
  );
  return rows.length === 1;
}

const queue = { table: 'letters', waiting: 'due', order: 'd.priority, d.due_at, d.id' } as const;

/** Takes letters that are due, offers before the rest, oldest first. */
export async function takeLetters(
  tx: Tx,
  how: { readonly limit: number; readonly leaseSeconds: number; readonly token: string },
): Promise<TakenLetter[]> {
  const taken = await takeDue(tx, queue, { ...how, state: 'sending' });
  return taken.length === 0 ? [] : loadTaken(tx, taken);
}

async function loadTaken(tx: Tx, taken: readonly Taken[]): Promise<TakenLetter[]> {
  return tx.query<TakenLetter>(
    `select ${columns}, l.lease_token, b.raw, t.reply_key, p.language, p.timezone, p.epoch,
       array(select message_id from (
         select e.message_id, e.created_at, e.id from letters e where e.thread_id = l.thread_id
           and (e.created_at, e.id) < (l.created_at, l.id) and e.state = 'sent'
         order by e.created_at desc, e.id desc limit 10) x order by x.created_at, x.id) as earlier
     from letters l left join letter_bytes b on b.letter_id = l.id left join threads t on t.id = l.thread_id
       left join people p on p.id = l.person_id
     where l.id = any($1::uuid[]) order by l.priority, l.due_at, l.id`,
    [taken.map((t) => t.id)],
  );
}

export interface Composed {
  readonly id: string;
  readonly lease_token: string;
  readonly subject: string;
  readonly template_hash: string;
  readonly headers: unknown;
  readonly raw: Buffer;
}

/** Keeps the bytes before they are sent for the first time: every retry sends the same ones. */
export async function keepBytes(db: Asks, composed: readonly Composed[]): Promise<void> {
  if (composed.length === 0) return;
  await db.query(
    `with kept as (
       insert into letter_bytes (letter_id, raw) select * from unnest($1::uuid[], $2::bytea[])
       on conflict (letter_id) do nothing)
     update letters l set subject = c.subject, template_hash = c.template_hash, headers = c.headers
     from unnest($1::uuid[], $3::text[], $4::text[], $5::jsonb[]) as c(id, subject, template_hash, headers)
     where l.id = c.id`,
    [composed.map((c) => c.id), composed.map((c) => c.raw), composed.map((c) => c.subject),
      composed.map((c) => c.template_hash), composed.map((c) => JSON.stringify(c.headers))],
  );
}

/** How an attempt ended. A retry names when; everything else is final until somebody revives the letter. */
export type Settlement =
  | { readonly state: 'sent'; readonly response: string }
  | { readonly state: 'due'; readonly again: Date; readonly error: string }
  | { readonly state: 'dead' | 'parked' | 'dropped'; readonly error: string };

/** Acknowledges one attempt, fenced by its lease. @returns false when somebody else has taken the letter since */
export async function settleLetter(
  tx: Tx,
  letter: { readonly id: string; readonly lease_token: string },
  end: Settlement,
): Promise<boolean> {
  const rows = await tx.query(
    `update letters l set state = $3, due_at = coalesce($4, l.due_at), last_error = $5, response = $6,
       sent_at = case when $3 = 'sent' then $7::timestamptz else l.sent_at end, lease_until = null, lease_token = null
     where l.id = $1 and l.lease_token = $2 and l.state = 'sending' returning l.id`,
    [letter.id, letter.lease_token, end.state, end.state === 'due' ? end.again : null,
      'error' in end ? end.error.slice(0, 2000) : null, end.state === 'sent' ? end.response.slice(0, 500) : null, tx.now],
  );
  return rows.length === 1;
}

/** Letters whose sender died with the lease: due again, with the bytes they have. */
export async function freeDeadLeases(tx: Tx, everyLease: boolean): Promise<number> {
  const rows = await tx.query(
    `update letters l set state = 'due', lease_token = null, lease_until = null
     where l.state = 'sending' and ($2 or l.lease_until <= $1) returning l.id`,
    [tx.now, everyLease],
  );
  return rows.length;
}

/** Letters about offers that have ended before the relay took them are never sent. */
export async function dropOfferLetters(tx: Tx, offerIds: readonly string[]): Promise<void> {
  if (offerIds.length === 0) return;
  await tx.query(
    `update letters l set state = 'dropped', last_error = 'the offer ended before the letter was sent'
     where l.kind = 'offer' and l.state = 'due' and l.offer_id = any($1::uuid[])`,
    [offerIds],
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

export async function findLetter(db: Asks, id: string): Promise<(LetterRow & { raw: Buffer | null }) | undefined> {
  const rows = await db.query<LetterRow & { raw: Buffer | null }>(
    `select ${columns}, b.raw from letters l left join letter_bytes b on b.letter_id = l.id where l.id = $1`,
    [id],
  );
  return rows[0];
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
    `select ${columns} from letters l
     where ($1::text is null or l.lead_id = (select x.id from leads x where x.reference = $1))
       and ($2::text is null or lower(l.to_address) = lower($2)) and ($3::text is null or l.state = $3)
       and ($4::timestamptz is null or (coalesce(l.sent_at, l.created_at), l.id) < ($4, $5::uuid))
     order by coalesce(l.sent_at, l.created_at) desc, l.id desc limit $6`,
    [f.lead, f.to, f.state, f.before?.at ?? null, f.before?.id ?? null, f.limit],
  );
}
