import type { Asks, Tx } from './database.ts';

/** One lead that is due, locked so that no other worker wakes it too; undefined when none is. */
export async function takeDueLead(tx: Tx): Promise<string | undefined> {
  const rows = await tx.query<{ id: string }>(
    `select l.id from leads l where l.wake_at <= $1 order by l.wake_at, l.id limit 1 for update skip locked`,
    [tx.now],
  );
  return rows[0]?.id;
}

/** A lead whose waking failed is looked at again in an hour; the failure is counted, never swallowed. */
export async function pushWake(db: Asks, leadId: string): Promise<void> {
  await db.query(
    `update leads set wake_at = wake_at + interval '1 hour', wake_errors = wake_errors + 1 where id = $1`,
    [leadId],
  );
}
