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
  /** Calls back when the connection is back after it was lost. */
  onReturn(heard: () => void): void;
  /** Calls back when another process asks for a port. @param heard gets what was passed to `askForPort` */
  onPortWanted(heard: (place: string) => void): void;
  /** Asks whoever can do without a port to leave it. @param place machine and port */
  askForPort(place: string): Promise<void>;
  close(): Promise<void>;
}

const reconnectMs = 1_000;
const portChannel = 'leadpost_port';

/**
 * Shows that this process is alive, and listens for posted work, on one connection of its own. The lock lives exactly
 * as long as the connection: kill -9, a cut cable or a stopped machine end both.
 *
 * @param owner a number no other process has
 */
export async function showPresence(connection: Connection, owner: number): Promise<Presence> {
  const config = typeof connection === 'string' ? { connectionString: connection } : connection;
  const ears = new Set<() => void>();
  const returns = new Set<() => void>();
  const doors = new Set<(place: string) => void>();
  const hear = (): void => {
    for (const heard of ears) heard();
  };
  let client: pg.Client | undefined;
  let later: NodeJS.Timeout | undefined;
  let stopped = false;
  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({ ...config, keepAlive: true });
    fresh.on('error', () => {});
    fresh.on('notification', ({ channel, payload = '' }) => {
      if (channel === portChannel) for (const asked of doors) asked(payload);
      else hear();
    });
    try {
      await fresh.connect();
      await fresh.query('select pg_advisory_lock($1::int, $2::int)', [presenceClass, owner]);
      await fresh.query(`listen leadpost_work; listen ${portChannel}`);
    } catch (error) {
      // Not waited for: a connection that was never made may not end either.
      fresh.end().catch(() => {});
      throw error;
    }
    if (stopped) return fresh.end();
    client = fresh;
    // Only now, so that one end is followed by one new beginning: a failed attempt ends as well.
    fresh.once('end', () => {
      client = undefined;
      again();
    });
    hear();
  };
  const back = (): void => {
    for (const heard of returns) heard();
  };
  const again = (): void => {
    // Holds the process while it waits: without a port and without a connection nothing else might.
    if (!stopped) later = setTimeout(() => connect().then(back, again), reconnectMs);
  };
  await connect();
  return {
    owner,
    onWork: (heard) => void ears.add(heard),
    onReturn: (heard) => void returns.add(heard),
    onPortWanted: (heard) => void doors.add(heard),
    askForPort: async (place) => void (await client?.query('select pg_notify($1, $2)', [portChannel, place])),
    close: async () => {
      stopped = true;
      clearTimeout(later);
      await client?.end().catch(() => {});
    },
  };
}
