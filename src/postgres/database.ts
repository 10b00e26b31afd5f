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
  /** A question whose answer will be wanted later: it travels with the next one, and `query` finds its answer there. */
  ahead(question: Question): void;
  /** What partners and programmes had come to when the transaction began; the key of what is remembered of them. */
  readonly versions: Versions;
}

export interface TransactionOptions {
  /** Questions that are asked in the same trip as the beginning; `query` finds their answers. */
  readonly ahead?: readonly Question[];
  /**
   * The commit is not waited for on disk. A crash of the database server may lose it, a crash of this process cannot:
   * for work that is then simply done again.
   */
  readonly repeatable?: boolean;
}

/** One statement with its values. */
export interface Question {
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface Versions {
  readonly partners: string;
  readonly programs: string;
}

export interface Database extends Asks {
  /**
   * Runs `work` in one transaction; a deadlock or serialisation failure is tried again from the start.
   *
   * @returns what `work` returned, once it is committed
   */
  inTransaction<T>(work: (tx: Tx) => Promise<T>, how?: TransactionOptions): Promise<T>;
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
   * For a mass of small work that is made again from the start when it is cut short. Commits are not waited for on disk;
   * a later ordinary commit makes them all last. Statements are planned once, not anew for their first values.
   */
  readonly bulk?: boolean;
}

const bulkOptions = '-c synchronous_commit=off -c plan_cache_mode=force_generic_plan';

/** Opens a pool of connections. */
export function openDatabase(connection: Connection, options: PoolOptions = {}): Database {
  const { max = 10, bulk = false, holidays = () => [] } = options;
  const target = typeof connection === 'string' ? { connectionString: connection } : connection;
  const config = bulk ? { ...target, options: bulkOptions } : target;
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
    inTransaction: (work, how = {}) => inTransaction(pool, work, how),
    holidays,
    close: () => pool.end(),
  };
}

const attempts = 4;

async function inTransaction<T>(
  pool: pg.Pool,
  work: (tx: Tx) => Promise<T>,
  how: TransactionOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      return await transact(client, work, how);
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

async function transact<T>(
  client: pg.PoolClient,
  work: (tx: Tx) => Promise<T>,
  { ahead = [], repeatable = false }: TransactionOptions,
): Promise<T> {
  const wire = heldBack(client);
  const { ask, causeOf } = rememberingCause(askingOn(client));
  const asked = askedAhead(({ text, values }) => wire.write(() => ask(text, values)));
  // One round trip: begin, read the clock, and whatever is known to be asked first.
  const beginning = wire.write(() =>
    client.query(repeatable ? 'begin; set local synchronous_commit = off' : 'begin'),
  );
  const clock = wire.write(() => ask<{ now: Date } & Versions>(clockSql));
  clock.catch(() => {});
  for (const question of ahead) asked.ask(question);
  wire.flush();
  await beginning;
  const { now, ...versions } = (await clock)[0] as { now: Date } & Versions;
  const sent: Promise<unknown>[] = [];
  const tx: Tx = {
    now,
    versions,
    query: <T extends object>(text: string, values: readonly unknown[] = []) => {
      const answer = asked.answer({ text, values }) ?? wire.write(() => ask(text, values));
      // At the end of this turn: questions asked side by side share a trip.
      wire.flushSoon();
      return answer as Promise<T[]>;
    },
    send: (text, values) => {
      const answer = wire.write(() => ask(text, values));
      // Looked at before the commit counts; until then a failure must not pass for an unhandled one.
      answer.catch(() => {});
      sent.push(answer);
    },
    ahead: asked.ask,
  };
  try {
    const done = await work(tx);
    const committed = wire.write(() => client.query('commit'));
    committed.catch(() => {});
    wire.flush();
    // In the order they were sent: the first failure is the cause, the rest only its echo.
    for (const answer of sent) await answer;
    await committed;
    return done;
  } catch (error) {
    throw causeOf(error);
  } finally {
    wire.flush();
  }
}

/** in_failed_sql_transaction: what a statement is told that came after one that failed. */
const isEcho = (error: unknown): boolean => (error as { code?: string } | null)?.code === '25P02';

/**
 * Statements travel ahead of their answers, so whoever waits may be told only that an earlier one failed. The cause is
 * that earlier failure: the one that says whether trying again can help.
 */
function rememberingCause(ask: Asks['query']): { ask: Asks['query']; causeOf(error: unknown): unknown } {
  let cause: unknown;
  return {
    ask: async (text, values) => {
      try {
        return await ask(text, values);
      } catch (error) {
        if (!isEcho(error)) cause ??= error;
        // It was made where the answer came in; who asked is what helps.
        if (error instanceof Error) Error.captureStackTrace(error);
        throw error;
      }
    },
    causeOf: (error) => (isEcho(error) ? (cause ?? error) : error),
  };
}

/** Questions asked before their answers are wanted, each answered once. */
function askedAhead(ask: (question: Question) => Promise<object[]>): {
  ask(question: Question): void;
  answer(question: Question): Promise<object[]> | undefined;
} {
  const waiting: { readonly question: Question; readonly answer: Promise<object[]> }[] = [];
  return {
    ask: (question) => {
      const answer = ask(question);
      answer.catch(() => {});
      waiting.push({ question, answer });
    },
    answer: (question) => {
      const at = waiting.findIndex((w) => isSame(w.question, question));
      return at < 0 ? undefined : waiting.splice(at, 1)[0]?.answer;
    },
  };
}

const isSame = (a: Question, b: Question): boolean =>
  a.text === b.text &&
  a.values.length === b.values.length &&
  a.values.every((value, i) => same(value, b.values[i]));

const same = (a: unknown, b: unknown): boolean =>
  a === b || (a instanceof Date && b instanceof Date && a.getTime() === b.getTime());

/**
 * Holds statements back in the socket's buffer until somebody waits for an answer. The pool's connections are in pg's
 * pipeline mode, so each is written at once, and answered in order.
 */
function heldBack(client: pg.PoolClient): { write<T>(write: () => T): T; flush(): void; flushSoon(): void } {
  const { stream } = (client as unknown as { connection: { stream: { cork(): void; uncork(): void } } })
    .connection;
  let held = false;
  let soon = false;
  const flush = (): void => {
    soon = false;
    if (!held) return;
    held = false;
    stream.uncork();
  };
  return {
    write: (write) => {
      if (!held) stream.cork();
      held = true;
      return write();
    },
    flush,
    flushSoon: () => {
      if (!soon) process.nextTick(flush);
      soon = true;
    },
  };
}

/** deadlock_detected and serialization_failure: nothing was done, so the same work may simply be done again. */
const isRetryable = (error: unknown): boolean =>
  ['40P01', '40001'].includes((error as { code?: string } | null)?.code ?? '');

/** Each text is prepared once a connection under a name of its own: planning is the larger half of a small query. */
const names = new Map<string, string>();

function nameOf(text: string): string {
  const known = names.get(text);
  if (known) return known;
  const name = `q${names.size}`;
  names.set(text, name);
  return name;
}

const asking =
  (pool: pg.Pool): Asks['query'] =>
  async <T extends object>(text: string, values: readonly unknown[] = []) =>
    (await pool.query({ name: nameOf(text), text, values: values as unknown[] })).rows as T[];

/** The same on one connection, without the copy, property by property, that the library makes of each question. */
const askingOn =
  (client: pg.PoolClient): Asks['query'] =>
  <T extends object>(text: string, values: readonly unknown[] = []) =>
    new Promise<T[]>((resolve, reject) => {
      const query = new Submitted(text, values, (error, result) => {
        if (error) reject(error);
        else resolve(result.rows as T[]);
      });
      query.name = nameOf(text);
      client.query(query);
    });

/** What the library makes of a question; its types leave out the last parameter and the name. */
const Submitted = pg.Query as unknown as new (
  text: string,
  values: readonly unknown[],
  done: (error: Error | null | undefined, result: pg.QueryResult) => void,
) => pg.Submittable & { name: string };
