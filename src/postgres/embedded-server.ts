import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { embeddedBinaries, programRunner, type RunProgram, WAY_OUT } from './embedded-binaries.ts';
import { withStartLock } from './embedded-lock.ts';
import { type Account, type Place, preparePlace, serverAccount } from './embedded-place.ts';
import {
  ended,
  hasEnded,
  holdLifeline,
  isStopping,
  logTail,
  makeLifeline,
  readPostmaster,
  spawnWatched,
} from './embedded-watcher.ts';

/** How to reach a server; fits `pg` and knex alike. */
export type ServerConnection = { host: string; port: number; user: string; database: string };

export type EmbeddedServer = {
  connection: ServerConnection;
  /** True when another process of ours had started the server already. */
  attached: boolean;
  /** Where the data really lies: outside `dir` when root starts the server and its account cannot reach `dir`. */
  dataDir: string;
  /** Whether the server answers. After a `false`, calling startEmbeddedServer again yields the same address. */
  isAlive(): Promise<boolean>;
  /** Lets go of the server. It stops, and this waits for it, unless another process still uses it. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = { dir: string; flags?: readonly string[]; log?: (line: string) => void };

type Server = {
  place: Place;
  account: Account;
  binaries: string;
  run: RunProgram;
  log: (line: string) => void;
};

const PORT = 5432; // only part of the socket's name: nothing listens on TCP
const STEP_MS = 15;
const PATIENCE_MS = 60_000; // a recovery after a crash may take its time

/**
 * A real PostgreSQL from the installed packages, on a private Unix socket, for a machine without one.
 *
 * Every process that uses the server holds one end of a pipe, the lifeline. The kernel closes it however a
 * process ends, and when the last one is gone the server shuts down by itself. So a process that attached
 * may outlive the one that started the server. Should the server itself be killed, connections fail and
 * `isAlive` says false: call this function again with the same `dir`, the address stays the same.
 */
export async function startEmbeddedServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const account = serverAccount(options.dir);
  const binaries = embeddedBinaries(account);
  const place = preparePlace(options.dir, account);
  const log = options.log ?? (() => {});
  const server: Server = { place, account, binaries, run: programRunner(binaries, account), log };
  return withStartLock(place.startLock, async () => {
    const attached = await attach(server);
    if (attached !== undefined) return attached;
    await initialise(server);
    return start(server, options.flags ?? []);
  });
}

async function attach(server: Server): Promise<EmbeddedServer | undefined> {
  const { place, log } = server;
  for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
    const postmaster = readPostmaster(place.dataDir);
    if (postmaster === undefined) return undefined;
    if (postmaster.status === 'ready') {
      const attached = await join(server, connectionTo(postmaster.socketDir));
      if (attached !== undefined) log(`attached to the embedded PostgreSQL, process ${postmaster.pid}`);
      if (attached !== undefined) return attached;
    }
    await sleep(STEP_MS);
  }
  throw new Error(`The embedded PostgreSQL in ${place.dataDir} runs but does not answer. ${WAY_OUT}`);
}

async function join(server: Server, connection: ServerConnection): Promise<EmbeddedServer | undefined> {
  const { dataDir, lifeline: file } = server.place;
  const lifeline = holdLifeline(file);
  if (lifeline === undefined) {
    // Nobody watches over this server any more, so nobody would ever stop it.
    if (readPostmaster(dataDir)?.status === 'ready')
      await server.run('pg_ctl', ['stop', '-D', dataDir, '-m', 'fast']);
    return undefined;
  }
  // Asked again after the answer: its last holder may have let go just before we took hold.
  if ((await answers(connection)) && readPostmaster(dataDir)?.status === 'ready') {
    return handle(server, connection, { lifeline });
  }
  fs.closeSync(lifeline);
  return undefined;
}

/** initdb into a directory beside, then one rename: killed in the middle, it leaves nothing half made. */
async function initialise({ place, account, run, log }: Server): Promise<void> {
  if (fs.existsSync(place.dataDir)) return;
  const draft = `${place.dataDir}.new`;
  fs.rmSync(draft, { recursive: true, force: true });
  // Plain --locale=C does not lower-case umlauts; "trust" is safe because only our account reaches the socket.
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  await run('initdb', [
    '-D',
    draft,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    ...locale,
    // One call for all of its thousand files, where the system has it: a third of the time.
    ...(process.platform === 'linux' ? ['--sync-method=syncfs'] : []),
    '--no-instructions',
  ]);
  fs.renameSync(draft, place.dataDir);
  syncDirectory(path.dirname(place.dataDir));
  log(
    `made a new database in ${place.dataDir}${account.switched ? `, owned by user ${account.ids.uid}` : ''}`,
  );
}

async function start(server: Server, flags: readonly string[]): Promise<EmbeddedServer> {
  const { place, account, log } = server;
  // No living server was found, so this file is stale; PostgreSQL itself would trust a number used again.
  fs.rmSync(path.join(place.dataDir, 'postmaster.pid'), { force: true });
  const { forWatcher, forUs } = makeLifeline(place.lifeline, account);
  const postgres = [path.join(server.binaries, 'postgres'), '-D', place.dataDir, '-k', place.socketDir];
  const child = spawnWatched([...postgres, '-c', 'listen_addresses=', ...flags], forWatcher, place, account);
  fs.closeSync(forWatcher);
  const connection = connectionTo(place.socketDir);
  if (!(await becomesReady(child, place, connection))) {
    fs.closeSync(forUs);
    throw new Error(`The embedded PostgreSQL did not start.
${logTail(place.serverLog)}
${WAY_OUT}`);
  }
  log(`started the embedded PostgreSQL, data in ${place.dataDir}`);
  return handle(server, connection, { lifeline: forUs, child });
}

async function becomesReady(
  child: ChildProcess,
  place: Place,
  connection: ServerConnection,
): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE_MS && !hasEnded(child); waited += STEP_MS) {
    if (readPostmaster(place.dataDir)?.status === 'ready' && (await answers(connection))) return true;
    await sleep(STEP_MS);
  }
  return false;
}

function handle(
  { place, log }: Server,
  connection: ServerConnection,
  hold: { lifeline: number; child?: ChildProcess },
): EmbeddedServer {
  let held = true;
  return {
    connection,
    attached: hold.child === undefined,
    dataDir: place.dataDir,
    isAlive: () => answers(connection),
    async stop() {
      if (!held) return;
      held = false;
      fs.closeSync(hold.lifeline);
      if (hold.child === undefined) return;
      if (await isStopping(hold.child, place.dataDir)) await ended(hold.child);
      else log('the embedded PostgreSQL keeps running: another process uses it');
    },
  };
}

async function answers(connection: ServerConnection): Promise<boolean> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // a connection that breaks is an answer too: no
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function connectionTo(socketDir: string): ServerConnection {
  return { host: socketDir, port: PORT, user: 'postgres', database: 'postgres' };
}

/** Without this a power cut could take the rename back, and with it everything committed later. */
function syncDirectory(dir: string): void {
  const handle = fs.openSync(dir, 'r');
  fs.fsyncSync(handle);
  fs.closeSync(handle);
}
