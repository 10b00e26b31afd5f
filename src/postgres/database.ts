import pg from 'pg';
import { clockSql } from './clock.ts';
import type { Connection } from './migrate.ts';

type Row = Record<string, unknown>;

/** Something that can be asked: a transaction, or the pool itself for a single statement. */
export interface Asks {
  query<T extends object = Row>(text: string, values?: readonly unknown[]): Promise<T[]>;
}

/** One open transaction. `now` was read from the one clock at its beginning and stays the same throughout. */
export interface Tx extends Asks {
  readonly now: Date;
}

export interface Database extends Asks {
  /** Runs `work` in one transaction; a deadlock or serialisation failure is tried again from the start. */
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The present instant of the one clock. */
  now(): Promise<Date>;
  /** Calls back on every notification of a channel, and after each reconnect, until the returned stop is called. */
  listen(channel: string, heard: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface PoolOptions {
  /** Connections at the most. */
  readonly max?: number;
  /**
   * Commits that are not waited for on disk: for bulk work that is made again from the start when it is cut short. A
   * later ordinary commit makes them all last.
   */
  readonly lazyCommit?: boolean;
}

/** Opens a pool of connections. */
export function openDatabase(connection: Connection, options: PoolOptions = {}): Database {
  const { max = 10, lazyCommit = false } = options;
  const target = typeof connection === 'string' ? { connectionString: connection } : connection;
  const config = lazyCommit ? { ...target, options: '-c synchronous_commit=off' } : target;
  const pool = new pg.Pool({
    ...config,
    max,
    // A server that is being restarted must not hang its callers for ever; they answer 503 and try again.
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: 60_000,
  });
  // An idle connection that breaks is dropped by the pool; without a listener the process would die of it.
  pool.on('error', () => {});
  const ask = asking(pool);
  return {
    query: ask,
    now: async () => (await ask<{ now: Date }>(clockSql))[0]?.now as Date,
    inTransaction: (work) => inTransaction(pool, work),
    listen: (channel, heard) => listen(config, channel, heard),
    close: () => pool.end(),
  };
}

const attempts = 4;

async function inTransaction<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      // One round trip: begin and read the clock.
      const began = (await client.query(`begin; ${clockSql}`)) as unknown as pg.QueryResult[];
      const now = began[1]?.rows[0]?.now as Date;
      const done = await work({ now, query: asking(client) });
      await client.query('commit');
      return done;
    } catch (error) {
      await client.query('rollback').catch((lost: Error) => {
        broken = lost;
      });
      if (attempt >= attempts || !isRetryable(error)) throw error;
    } finally {
      client.release(broken);
    }
  }
}

/** deadlock_detected and serialization_failure: nothing was done, so the same work may simply be done again. */
const isRetryable = (error: unknown): boolean =>
  ['40P01', '40001'].includes((error as { code?: string } | null)?.code ?? '');

/** Each text is prepared once a connection under a name of its own: planning is the larger half of a small query. */
const names = new Map<string, string>();

function asking(on: pg.Pool | pg.PoolClient): Asks['query'] {
  return async <T extends object>(text: string, values: readonly unknown[] = []) => {
    let name = names.get(text);
    if (!name) {
      name = `q${names.size}`;
      names.set(text, name);
    }
    const result = await (on as pg.Pool).query({ name, text, values: values as unknown[] });
    return result.rows as T[];
  };
}

const reconnectMs = 1_000;

async function listen(config: pg.ClientConfig, channel: string, heard: () => void): Promise<() => Promise<void>> {
  let client: pg.Client | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const connect = async (): Promise<void> => {
    const fresh = new pg.Client(config);
    fresh.on('error', () => {});
    fresh.on('end', () => again());
    fresh.on('notification', heard);
    await fresh.connect();
    await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
    client = fresh;
    heard();
  };
  const again = (): void => {
    if (stopped) return;
    timer = setTimeout(() => connect().catch(again), reconnectMs);
    timer.unref();
  };
  await connect();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await client?.end().catch(() => {});
  };
}
