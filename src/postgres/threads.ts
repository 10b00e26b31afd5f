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

/** The thread of a lead and reader, begun when there is none yet. */
export async function threadFor(
  tx: Tx,
  about: { readonly lead_id: string | null; readonly person_id: string; readonly offer_id: string | null },
  made: { readonly id: string; readonly reply_key: string },
): Promise<Thread> {
  const values = [about.lead_id, about.person_id, about.offer_id];
  const inserted = await tx.query<Thread>(
    `insert into threads as t (id, lead_id, person_id, offer_id, reply_key, created_at) values ($4, $1, $2, $3, $5, $6)
     on conflict (lead_id, person_id, offer_id) do nothing returning ${columns}`,
    [...values, made.id, made.reply_key, tx.now],
  );
  if (inserted[0]) return inserted[0];
  const found = await tx.query<Thread>(
    `select ${columns} from threads t where t.lead_id is not distinct from $1 and t.person_id = $2
       and t.offer_id is not distinct from $3`,
    values,
  );
  return found[0] as Thread;
}

export async function threadByKey(db: Asks, key: string): Promise<Thread | undefined> {
  return (await db.query<Thread>(`select ${columns} from threads t where t.reply_key = $1`, [key]))[0];
}

/** The thread of the newest of these Message-IDs that we have sent. */
export async function threadByMessageIds(db: Asks, messageIds: readonly string[]): Promise<Thread | undefined> {
  if (messageIds.length === 0) return undefined;
  const rows = await db.query<Thread>(
    `select ${columns} from letters l join threads t on t.id = l.thread_id where l.message_id = any($1::text[])
     order by l.created_at desc limit 1`,
    [messageIds],
  );
  return rows[0];
}
