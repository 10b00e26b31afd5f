import pg from 'pg';
import type { Connection } from './migrate.ts';

/** The first key of the advisory locks by which processes show that they are alive; any number of our own. */
export const presenceClass = 53_237_861;

/** A process as the others see it. */
export interface Presence {
  /** Stands with every lease of this process. */
  readonly owner: number;
  /** Calls back when work was posted, and after each reconnect. */
  onWork(heard: () => void): void;
  close(): Promise<void>;
}

const reconnectMs = 1_000;

/**
 * Shows that this process is alive, and listens for posted work, on one connection of its own. The lock lives exactly
 * as long as the connection: kill -9, a cut cable or a stopped machine end both.
 *
 * @param owner a number no other process has
 */
export async function showPresence(connection: Connection, owner: number): Promise<Presence> {
  const config = typeof connection === 'string' ? { connectionString: connection } : connection;
  const ears = new Set<() => void>();
  const hear = (): void => {
    for (const heard of ears) heard();
  };
  let client: pg.Client | undefined;
  let stopped = false;
  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({ ...config, keepAlive: true });
    fresh.on('error', () => {});
    fresh.on('end', again);
    fresh.on('notification', hear);
    await fresh.connect();
    await fresh.query('select pg_advisory_lock($1::int, $2::int)', [presenceClass, owner]);
    await fresh.query('listen leadpost_work');
    client = fresh;
    hear();
  };
  const again = (): void => {
    if (!stopped) setTimeout(() => connect().catch(again), reconnectMs).unref();
  };
  await connect();
  return {
    owner,
    onWork: (heard) => void ears.add(heard),
    close: async () => {
      stopped = true;
      await client?.end().catch(() => {});
    },
  };
}
