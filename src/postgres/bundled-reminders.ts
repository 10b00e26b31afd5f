import type { Tx } from './database.ts';

/** A reminder that stands in the mail about another lead: the key its own letter would have had. */
export interface BundledReminder {
  readonly key: string;
  readonly lead_id: string;
}

/** Leads in one mail, the one it is about not counted. */
const mostOthers = 5;

/**
 * What else waits for a person at this moment. Whoever asks is alone with this person's reminders until the end of the
 * transaction: of two leads woken at once, one is told that the other's mail has it.
 */
export async function beginBundle(
  tx: Tx,
  reminder: BundledReminder,
  personId: string,
): Promise<{ readonly elsewhere: boolean; readonly others: readonly string[] }> {
  tx.send('select pg_advisory_xact_lock(hashtextextended($1, 15))', [`reminders ${personId}`]);
  const [known, others] = await Promise.all([
    bundledAmong(tx, [reminder.key]),
    tx.query<{ lead_id: string }>(
      `select a.lead_id from assignments a join leads l on l.id = a.lead_id
       where a.contact_id = $1 and a.state = 'active' and a.lead_id <> $2 and l.wake_at <= $3
       order by a.deadline, a.lead_id limit ${mostOthers}`,
      [personId, reminder.lead_id, tx.now],
    ),
  ]);
  return { elsewhere: known.length > 0, others: others.map((row) => row.lead_id) };
}

/** Those of the keys whose reminder stands in a mail already. */
export async function bundledAmong(tx: Tx, keys: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ key: string }>(
    'select b.key from bundled_reminders b where b.key = any($1::text[])',
    [keys],
  );
  return rows.map((row) => row.key);
}

/** @param letterKey of the mail in which they stand */
export function keepBundle(tx: Tx, letterKey: string, reminders: readonly BundledReminder[]): void {
  if (reminders.length === 0) return;
  tx.send(
    `insert into bundled_reminders (key, letter_key, lead_id)
     select r.key, $1, r.lead_id from jsonb_to_recordset($2::jsonb) as r(key text, lead_id uuid)`,
    [letterKey, JSON.stringify(reminders)],
  );
}
