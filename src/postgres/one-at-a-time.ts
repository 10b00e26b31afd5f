import pg from 'pg';
import type { Connection } from './migrate.ts';

/** What only one process does at a time; any fixed numbers, used for nothing else in a database of ours. */
const locks = { migrations: '5323786001', demo: '5323786002' } as const;

/**
 * Waits until no other process does this, then does it. The lock is a session's, on a connection of its own: it ends
 * with the connection, so kill -9 leaves nothing behind.
 */
export async function oneAtATime<T>(
  connection: Connection,
  what: keyof typeof locks,
  work: () => Promise<T>,
): Promise<T> {
  const config = typeof connection === 'string' ? { connectionString: connection } : connection;
  const lock = new pg.Client(config);
  // Without a listener the process would die of a connection that breaks; the work has its own and fails by itself.
  lock.on('error', () => {});
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [locks[what]]);
    return await work();
  } finally {
    await lock.end();
  }
}
