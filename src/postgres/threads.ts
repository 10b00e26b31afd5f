import type { Asks, Tx } from './database.ts';

/** One correspondence about a lead with one reader; offers have a thread of their own each. */
export interface Thread {
  readonly id: string;
  readonly lead_id: string | null;
  readonly person_id: string;
  readonly offer_id: string | null;
  readonly reply_key: string;
}

const columns = 't.id, t.lead_id, t.person_id, t.offer_id, t.reply_key';

export interface WantedThread {
  readonly id: string;
  readonly reply_key: string;
  readonly lead_id: string | null;
  readonly person_id: string;
  readonly offer_id: string | null;
}

/**
 * The threads of leads and readers, each begun when there is none yet. Whoever asks holds the lead's lock, so nobody
 * else begins the same one meanwhile. Threads about a lead and those about none are looked up apart: one comparison that
 * covers both would go through every thread a person ever had.
 */
export async function threadsFor(tx: Tx, wanted: readonly WantedThread[]): Promise<Thread[]> {
  if (wanted.length === 0) return [];
  return tx.query<Thread>(
    `with wanted as (
       select * from jsonb_to_recordset($1::jsonb) as w(id uuid, reply_key text, lead_id uuid, person_id uuid, offer_id uuid)),
     begun as (
       insert into threads as t (id, reply_key, lead_id, person_id, offer_id, created_at)
       select w.id, w.reply_key, w.lead_id, w.person_id, w.offer_id, $2 from wanted w
       on conflict (lead_id, person_id, offer_id) do nothing returning ${columns})
     select * from begun
     union
     select k.* from wanted w cross join lateral (
       select ${columns} from threads t where t.lead_id = w.lead_id and t.person_id = w.person_id
         and t.offer_id is not distinct from w.offer_id
       union all
       select ${columns} from threads t where w.lead_id is null and t.lead_id is null and t.person_id = w.person_id
         and t.offer_id is not distinct from w.offer_id) k`,
    [JSON.stringify(wanted), tx.now],
  );
}

/** Threads that cannot exist yet, because what they are about has only just begun. */
export function beginThreads(tx: Tx, wanted: readonly WantedThread[]): readonly Thread[] {
  if (wanted.length === 0) return [];
  tx.send(
    `insert into threads (id, reply_key, lead_id, person_id, offer_id, created_at)
     select w.id, w.reply_key, w.lead_id, w.person_id, w.offer_id, $2
     from jsonb_to_recordset($1::jsonb) as w(id uuid, reply_key text, lead_id uuid, person_id uuid, offer_id uuid)`,
    [JSON.stringify(wanted), tx.now],
  );
  return wanted;
}

export async function threadByKey(db: Asks, key: string): Promise<Thread | undefined> {
  return (await db.query<Thread>(`select ${columns} from threads t where t.reply_key = $1`, [key]))[0];
}

/** The thread of the newest of these Message-IDs that we have sent. */
export async function threadByMessageIds(
  db: Asks,
  messageIds: readonly string[],
): Promise<Thread | undefined> {
  if (messageIds.length === 0) return undefined;
  const rows = await db.query<Thread>(
    `select ${columns} from letters l join threads t on t.id = l.thread_id where l.message_id = any($1::text[])
     order by l.created_at desc limit 1`,
    [messageIds],
  );
  return rows[0];
}
