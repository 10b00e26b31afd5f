import pg from 'pg';
import type { Holidays } from '../lead/calendar.ts';
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
  /**
   * A statement whose answer nobody needs. It travels with the next question, or with the commit, so that a dozen
   * writes cost one trip; its failure fails the transaction.
   */
  send(text: string, values?: readonly unknown[]): void;
  /** What partners and programmes had come to when the transaction began; the key of what is remembered of them. */
  readonly versions: Versions;
}

export interface Versions {
  readonly partners: string;
  readonly programs: string;
}

export interface Database extends Asks {
  /** Runs `work` in one transaction; a deadlock or serialisation failure is tried again from the start. */
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The present instant of the one clock. */
  now(): Promise<Date>;
  /** The public holidays that the calendars of partners are loaded with. */
  readonly holidays: HolidaysOf;
  close(): Promise<void>;
}

/** The public holidays of a region (`DE-BW`), else of a country (`DE`); both null: none are known. */
export type HolidaysOf = (country: string | null, region: string | null) => Holidays;

export interface PoolOptions {
  /** Public holidays for calendars; none unless given. */
  readonly holidays?: HolidaysOf;
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
  const { max = 10, lazyCommit = false, holidays = () => [] } = options;
  const target = typeof connection === 'string' ? { connectionString: connection } : connection;
  const config = lazyCommit ? { ...target, options: '-c synchronous_commit=off' } : target;
  const pool = new pg.Pool({
    ...config,
    max,
    pipeline: true,
    // A server that is being restarted must not hang its callers for ever; they answer 503 and try again.
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: 60_000,
  });
  // An idle connection that breaks is dropped by the pool; without a listener the process would die of it.
  pool.on('error', () => {});
  // The same for a connection that breaks while it is lent out: its statements fail, and that is enough.
  pool.on('connect', (client) => client.on('error', () => {}));
  const ask = asking(pool);
  return {
    query: ask,
    now: async () => (await ask<{ now: Date }>(clockSql))[0]?.now as Date,
    inTransaction: (work) => inTransaction(pool, work),
    holidays,
    close: () => pool.end(),
  };
}

const attempts = 4;

async function inTransaction<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      return await transact(client, work);
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

async function transact<T>(client: pg.PoolClient, work: (tx: Tx) => Promise<T>): Promise<T> {
  // One round trip: begin and read the clock.
  const began = (await client.query(`begin; ${clockSql}`)) as unknown as pg.QueryResult[];
  const { now, ...versions } = (began[1] as pg.QueryResult).rows[0] as { now: Date } & Versions;
  const ask = asking(client);
  const wire = heldBack(client);
  const sent: Promise<unknown>[] = [];
  const tx: Tx = {
    now,
    versions,
    query: (text, values) => wire.release(() => ask(text, values)),
    send: (text, values) => {
      const answer = wire.hold(() => ask(text, values));
      // Looked at before the commit counts; until then a failure must not pass for an unhandled one.
      answer.catch(() => {});
      sent.push(answer);
    },
  };
  try {
    const done = await work(tx);
    const committed = wire.release(() => client.query('commit'));
    committed.catch(() => {});
    // In the order they were sent: the first failure is the cause, the rest only its echo.
    for (const answer of sent) await answer;
    await committed;
    return done;
  } finally {
    wire.release(() => undefined);
  }
}

/**
 * Holds statements back in the socket's buffer until somebody waits for an answer. The pool's connections are in pg's
 * pipeline mode, so each is written at once, and answered in order.
 */
function heldBack(client: pg.PoolClient): { hold<T>(write: () => T): T; release<T>(write: () => T): T } {
  const { stream } = (client as unknown as { connection: { stream: { cork(): void; uncork(): void } } })
    .connection;
  let held = false;
  return {
    hold: (write) => {
      if (!held) stream.cork();
      held = true;
      return write();
    },
    release: (write) => {
      try {
        return write();
      } finally {
        if (held) stream.uncork();
        held = false;
      }
    },
  };
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
