// Long because pg has no COPY of its own: the two halves of it and the reading of the stream stand below the backup.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import pg from 'pg';
import { clockSql } from './clock.ts';
import type { Connection } from './migrate.ts';
import { presenceClass } from './presence.ts';

/** The first line of a backup; after it each table as COPY text, closed by `\.`, and a last line that counts. */
export interface BackupHeader {
  readonly leadpost_backup: 1;
  /** The migrations the database had; a backup is only read back into exactly these. */
  readonly schema: readonly string[];
  readonly sandbox: boolean;
  readonly at: string;
  /** What is referred to comes before what refers to it. */
  readonly tables: readonly Table[];
}
interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A file that is no backup, or only a part of one. */
export class BadBackup extends Error {}

type Asking = Pick<pg.Client, 'query'>;

/** Writes every row of one instant. @param at of the clock the rows were written by */
export async function writeBackup(
  connection: Connection,
  to: Writable,
): Promise<{ tables: number; rows: number; at: string }> {
  return onClient(connection, async (client) => {
    await client.query('begin isolation level repeatable read read only');
    const header = await headerOf(client);
    to.write(`${JSON.stringify(header)}\n`);
    let rows = 0;
    for (const table of header.tables) {
      rows += await copyOut(
        client,
        `copy (select ${columnsOf(table)} from ${quoted(table.name)}) to stdout`,
        to,
      );
      to.write('\\.\n');
    }
    to.write(`${JSON.stringify({ end: true, rows })}\n`);
    await client.query('commit');
    return { tables: header.tables.length, rows, at: header.at };
  });
}

/** A backup being read into a database, in one transaction. */
export interface Refill {
  readonly header: BackupHeader;
  readonly target: {
    readonly schema: readonly string[];
    /** Tables that hold rows, but for what a first start leaves. */
    readonly used: readonly string[];
    /** Processes of Leadpost that run on the database. */
    readonly processes: number;
  };
  /** Fills the tables. @returns the number of rows */
  load(): Promise<number>;
  /** Letters that waited for the relay, or were under way, wait for a person instead. @returns how many */
  park(reason: string): Promise<number>;
}

/** Opens a backup over a database; what `work` did is kept unless it throws or answers false. */
export async function refill(
  connection: Connection,
  from: AsyncIterable<Buffer>,
  work: (r: Refill) => Promise<boolean>,
): Promise<void> {
  const source = new Lines(from);
  const header = readHeader(await source.line());
  await onClient(connection, async (client) => {
    await client.query('begin');
    const target = {
      schema: await appliedMigrations(client),
      used: await usedTables(client),
      processes: await countProcesses(client),
    };
    const kept = await work({
      header,
      target,
      load: () => load(client, header, source),
      park: (reason) => park(client, reason),
    });
    await client.query(kept ? 'commit' : 'rollback');
  });
}

/** The names of the migrations a database has had, oldest first; none in one that was never migrated. */
export async function appliedMigrations(client: Asking): Promise<string[]> {
  const there = await client.query(`select to_regclass('public.knex_migrations') is not null as there`);
  if (!there.rows[0]?.there) return [];
  const found = await client.query('select m.name from knex_migrations m order by m.id');
  return found.rows.map((row: { name: string }) => row.name);
}

/** How many processes of Leadpost are alive on the database; each holds a lock that says so. */
export async function countProcesses(client: Asking): Promise<number> {
  const found = await client.query(
    `select count(*)::int as alive from pg_locks l join pg_database d on d.oid = l.database
     where d.datname = current_database() and l.locktype = 'advisory' and l.granted and l.classid = $1`,
    [presenceClass],
  );
  return found.rows[0]?.alive as number;
}

/** What a server says of itself, and what time it is there (not in the sandbox); null before the first migration. */
export interface ServerState {
  readonly version: string;
  readonly now: Date | null;
  readonly schema: readonly string[];
  readonly processes: number;
}

export async function serverState(connection: Connection): Promise<ServerState> {
  return onClient(connection, async (client) => {
    const found = await client.query(`select current_setting('server_version') as version`);
    const schema = await appliedMigrations(client);
    // An older schema may lack what the clock reads.
    const now = schema.length > 0 ? await realTime(client).catch(() => null) : null;
    return {
      version: found.rows[0]?.version as string,
      now,
      schema,
      processes: await countProcesses(client),
    };
  });
}

async function realTime(client: Asking): Promise<Date> {
  const offset = await client.query('select i.clock_offset_ms as ms from installation i');
  return new Date((await timeOf(client)).getTime() - Number(offset.rows[0]?.ms ?? 0));
}

const timeOf = async (client: Asking): Promise<Date> =>
  (await client.query<{ now: Date }>(clockSql)).rows[0]?.now as Date;

async function onClient<T>(connection: Connection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const target = typeof connection === 'string' ? { connectionString: connection } : connection;
  const client = new pg.Client({ ...target, connectionTimeoutMillis: 10_000 });
  // A connection that breaks fails the query that runs on it; without a listener the process would die of it.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

async function headerOf(client: Asking): Promise<BackupHeader> {
  const schema = await appliedMigrations(client);
  if (schema.length === 0)
    throw new BadBackup('This database was never migrated: there is nothing to back up.');
  const marked = await client.query('select i.sandbox from installation i');
  const tables = await ownTables(client);
  const at = (await timeOf(client)).toISOString();
  return {
    leadpost_backup: 1,
    schema,
    sandbox: marked.rows[0]?.sandbox === true,
    at,
    tables: inOrder(tables),
  };
}

type Found = Table & { readonly needs: readonly string[] };

async function ownTables(client: Asking): Promise<Found[]> {
  const found = await client.query(
    `select c.relname::text as name,
       array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
         and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
       array(select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
         where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname not like 'knex\\_migrations%'
       and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
     order by c.relname collate "C"`,
  );
  return found.rows as Found[];
}

/** What is referred to first. */
function inOrder(tables: readonly Found[]): Table[] {
  const done: Found[] = [];
  let rest = [...tables];
  while (rest.length > 0) {
    const ready = rest.filter((t) => t.needs.every((need) => done.some((d) => d.name === need)));
    if (ready.length === 0)
      throw new Error(`tables refer to each other in a circle: ${rest.map((t) => t.name).join(', ')}`);
    done.push(...ready);
    rest = rest.filter((t) => !ready.includes(t));
  }
  return done.map(({ name, columns }) => ({ name, columns }));
}

/** What a first start leaves in a database nobody has used: its mark, and the shipped programme. */
async function usedTables(client: Asking): Promise<string[]> {
  const used: string[] = [];
  for (const { name } of await ownTables(client)) {
    if (name === 'installation') continue;
    const but = name === 'programs' ? ` p where p.author <> 'leadpost' or p.version > 1` : '';
    const found = await client.query(`select exists (select from ${quoted(name)}${but}) as used`);
    if (found.rows[0]?.used) used.push(name);
  }
  return used;
}

async function load(client: pg.Client, header: BackupHeader, source: Lines): Promise<number> {
  await client.query('delete from programs; delete from installation');
  let rows = 0;
  for (const table of header.tables) {
    rows += await copyIn(
      client,
      `copy ${quoted(table.name)} (${columnsOf(table)}) from stdin`,
      source.section(),
    );
  }
  const end = JSON.parse((await source.line()) ?? 'null') as { end?: true; rows?: number } | null;
  if (end?.end !== true || end.rows !== rows)
    throw new BadBackup('This backup is not whole: its last line is missing or counts otherwise.');
  return rows;
}

async function park(client: Asking, reason: string): Promise<number> {
  const done = await client.query(
    `update letters l set state = 'parked', last_error = $1, lease_token = null, lease_until = null
     where l.state in ('due', 'sending')`,
    [reason],
  );
  return done.rowCount ?? 0;
}

function readHeader(line: string | undefined): BackupHeader {
  try {
    const header = JSON.parse(line ?? '') as BackupHeader;
    if (header.leadpost_backup === 1 && Array.isArray(header.tables) && Array.isArray(header.schema))
      return header;
  } catch {
    // Not even JSON: the same answer.
  }
  throw new BadBackup('This is no backup of Leadpost.');
}

const quoted = (name: string): string => pg.escapeIdentifier(name);
const columnsOf = (table: Table): string => table.columns.map(quoted).join(', ');

/** The part of pg's connection that COPY needs; pg itself has no words for COPY. */
interface Wire {
  readonly stream: Writable & { pause(): void; resume(): void };
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** One COPY, in the shape pg expects of its queries. */
abstract class Copy {
  readonly done: Promise<number>;
  protected settle!: { resolve(rows: number): void; reject(error: Error): void };
  #rows = 0;
  readonly text: string;
  constructor(text: string) {
    this.text = text;
    this.done = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
  }
  submit(wire: unknown): void {
    (wire as Wire).query(this.text);
  }
  handleCommandComplete(message: { text: string }): void {
    this.#rows = Number(/\d+$/.exec(message.text)?.[0] ?? 0);
  }
  handleReadyForQuery(): void {
    this.settle.resolve(this.#rows);
  }
  handleError(error: Error): void {
    this.settle.reject(error);
  }
}

class CopyOut extends Copy {
  readonly #to: Writable;
  #waiting = false;
  constructor(text: string, to: Writable) {
    super(text);
    this.#to = to;
  }
  handleCopyData({ chunk }: { chunk: Buffer }, wire: Wire): void {
    // A copy: pg uses the memory of a message again for the next ones.
    if (this.#to.write(Buffer.from(chunk)) || this.#waiting) return;
    // The server waits while the rows it has sent are taken; the ones that have arrived still come.
    this.#waiting = true;
    wire.stream.pause();
    this.#to.once('drain', () => {
      this.#waiting = false;
      wire.stream.resume();
    });
  }
}

class CopyIn extends Copy {
  readonly #from: AsyncIterable<Buffer>;
  #broken: Error | undefined;
  constructor(text: string, from: AsyncIterable<Buffer>) {
    super(text);
    this.#from = from;
  }
  handleCopyInResponse(wire: Wire): void {
    void this.#pump(wire);
  }
  override handleError(error: Error): void {
    // What broke the source says more than the server's "COPY failed".
    super.handleError(this.#broken ?? error);
  }
  async #pump(wire: Wire): Promise<void> {
    try {
      for await (const block of this.#from) {
        wire.sendCopyFromChunk(block);
        if (wire.stream.writableNeedDrain) await once(wire.stream, 'drain');
      }
      wire.endCopyFrom();
    } catch (error) {
      this.#broken = error as Error;
      wire.sendCopyFail('the backup cannot be read');
    }
  }
}

function copyOut(client: pg.Client, text: string, to: Writable): Promise<number> {
  const copy = new CopyOut(text, to);
  // Nobody takes the rows any more: the connection ends, and with it the query.
  const broken = (error?: Error): void =>
    void client.end().finally(() => copy.handleError(error ?? new Error('the backup could not be written')));
  to.once('error', broken).once('close', broken);
  client.query(copy);
  return copy.done.finally(() => to.off('error', broken).off('close', broken));
}

function copyIn(client: pg.Client, text: string, from: AsyncIterable<Buffer>): Promise<number> {
  const copy = new CopyIn(text, from);
  client.query(copy);
  return copy.done;
}

/** A stream of bytes taken apart into lines and into sections that end with the line `\.`. */
class Lines {
  readonly #chunks: AsyncIterator<Buffer>;
  #held = Buffer.alloc(0);
  constructor(from: AsyncIterable<Buffer>) {
    this.#chunks = from[Symbol.asyncIterator]();
  }
  /** The next line without its end; undefined behind the last one. */
  async line(): Promise<string | undefined> {
    for (let from = 0; ; ) {
      const end = this.#held.indexOf(10, from);
      if (end >= 0) return this.#take(end, 1).toString();
      from = this.#held.length;
      if (from > longestLine || !(await this.#more())) return undefined;
    }
  }
  /** Whole lines until the end mark, in blocks as they come. */
  async *section(): AsyncGenerator<Buffer> {
    for (;;) {
      while (this.#held.length < endMark.length) if (!(await this.#more())) throw cutShort();
      if (this.#held.subarray(0, endMark.length).equals(endMark)) {
        this.#take(0, endMark.length);
        return;
      }
      const mark = this.#held.indexOf(markedEnd);
      const whole = mark >= 0 ? mark + 1 : this.#held.lastIndexOf(10) + 1;
      if (whole > 0) yield this.#take(whole, 0);
      else if (!(await this.#more())) throw cutShort();
    }
  }
  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (!next.done) this.#held = Buffer.concat([this.#held, next.value]);
    return !next.done;
  }
  #take(length: number, skip: number): Buffer {
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length + skip);
    return taken;
  }
}

/** Only headers are read as lines. */
const longestLine = 1 << 20;
const endMark = Buffer.from('\\.\n');
const markedEnd = Buffer.from('\n\\.\n');
const cutShort = (): BadBackup =>
  new BadBackup('This backup is not whole: it ends in the middle of a table.');
