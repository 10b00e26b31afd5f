import type { Asks, Tx } from './database.ts';

export interface Installation {
  readonly instance: string;
  readonly sandbox: boolean;
  readonly demo_ready: boolean;
  readonly clock_offset_ms: number;
  readonly secret_keys: string | null;
}

const numbers = (row: Installation | undefined): Installation | undefined =>
  row && { ...row, clock_offset_ms: Number(row.clock_offset_ms) };

export async function findInstallation(db: Asks): Promise<Installation | undefined> {
  const rows = await db.query<Installation>(
    'select i.instance, i.sandbox, i.demo_ready, i.clock_offset_ms, i.secret_keys from installation i',
  );
  return numbers(rows[0]);
}

/** Whoever prepares the installation does it alone until the end of the transaction. */
export async function lockInstallation(tx: Tx): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(5323786003)');
}

/** Marks a database as this installation's; a second caller finds the first one's row. */
export async function createInstallation(
  db: Asks,
  made: { instance: string; sandbox: boolean; secretKeys: string | null },
): Promise<void> {
  await db.query(
    `insert into installation (instance, sandbox, secret_keys) values ($1, $2, $3) on conflict (one) do nothing`,
    [made.instance, made.sandbox, made.secretKeys],
  );
}

/** True when nothing but the schema is in the database. */
export async function isEmpty(db: Asks): Promise<boolean> {
  const rows = await db.query<{ used: boolean }>(
    `select exists (select from leads) or exists (select from partners) or exists (select from people)
       or exists (select from inbound) as used`,
  );
  return rows[0]?.used === false;
}

export async function markDemoReady(db: Asks): Promise<void> {
  await db.query('update installation set demo_ready = true');
}

/** Empties a sandbox of everything but its programmes and its mark. Refuses any other database. */
export async function wipeSandbox(db: Asks): Promise<void> {
  const found = await findInstallation(db);
  if (!found?.sandbox) throw new Error('only a sandbox can be wiped');
  // With everything that refers to them: a table added later is emptied too. On nothing at all it would take as long.
  if (!(await isEmpty(db)))
    await db.query(
      'truncate leads, people, partners, inbound, answers, imports, form_posts, bundled_reminders cascade',
    );
  await db.query(
    'update installation set demo_ready = false, clock_offset_ms = 0, partners_version = partners_version + 1',
  );
}

/** Waits a moment of real time. @param ms milliseconds */
export async function pause(db: Asks, ms: number): Promise<void> {
  await db.query('select pg_sleep($1)', [ms / 1000]);
}

/** Wakes whoever waits for work; delivered when the transaction commits. */
export const notifyWork = (tx: Tx): void => tx.send(`select pg_notify('leadpost_work', '')`);
