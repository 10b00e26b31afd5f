import type { Asks } from './database.ts';

/** A letter of ours that somebody answers. */
export interface AnsweredLetter {
  readonly kind: string;
  readonly view: unknown;
}

/**
 * What a mail in a thread answers: the newest of the letters it names, else the newest that was sent in it.
 *
 * @param messageIds as the mail names them
 */
export async function answeredLetter(
  db: Asks,
  threadId: string,
  messageIds: readonly string[],
): Promise<AnsweredLetter | undefined> {
  const rows = await db.query<AnsweredLetter>(
    `select l.kind, l.view from letters l where l.thread_id = $1 and l.state = 'sent'
     order by l.message_id = any($2::text[]) desc, l.created_at desc, l.id desc limit 1`,
    [threadId, messageIds],
  );
  return rows[0];
}
