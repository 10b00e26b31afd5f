import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WAY_OUT, withoutPg } from './embedded-binaries.ts';
import { commandLine } from './embedded-lock.ts';
import type { Account, Place } from './embedded-place.ts';

/** What postmaster.pid says about a living server. */
export type Postmaster = { pid: number; socketDir: string; status: string };

// Signals meant for the application (Ctrl-C goes to the whole group) must not stop the database before the
// application has drained, so the shell and the watcher ignore them. `read` ends when the last holder of the
// lifeline is gone, kill -9 included; SIGINT is PostgreSQL's fast, clean shutdown.
const WATCHED = `
trap '' INT TERM HUP
"$@" 3<&- &
server=$!
( read -r _ <&3; kill -INT "$server" ) 2>/dev/null &
watcher=$!
exec 3<&-
wait "$server"
status=$?
kill -KILL "$watcher" 2>/dev/null
exit "$status"
`;

/** Starts PostgreSQL under a watcher that stops it when nobody holds `lifeline` any more. */
export function spawnWatched(
  command: readonly string[],
  lifeline: number,
  place: Place,
  account: Account,
): ChildProcess {
  const log = openLog(place.serverLog, account);
  const child = spawn('/bin/sh', ['-c', WATCHED, 'leadpost-database', ...command], {
    ...account.ids,
    cwd: '/',
    env: withoutPg(process.env),
    stdio: ['ignore', log, log, lifeline],
    detached: true,
  });
  fs.closeSync(log);
  // A program that forgets to stop() must still be able to end; its end stops the server.
  child.unref();
  return child;
}

/** Makes a new lifeline; one end is for the watcher, the other is held by this process. */
export function makeLifeline(file: string, account: Account): { forWatcher: number; forUs: number } {
  fs.rmSync(file, { force: true });
  const made = spawnSync('mkfifo', ['-m', '600', file], { ...account.ids, cwd: '/', encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`Cannot make ${file}: ${made.stderr || made.error}. ${WAY_OUT}`);
  // Opening one end waits for the other; opened for both, it does not.
  const both = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
  const forWatcher = fs.openSync(file, fs.constants.O_RDONLY);
  const forUs = fs.openSync(file, fs.constants.O_WRONLY);
  fs.closeSync(both);
  return { forWatcher, forUs };
}

/** Joins those who hold the lifeline; undefined when no watcher listens at the other end. */
export function holdLifeline(file: string): number | undefined {
  try {
    return fs.openSync(file, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENXIO' || code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The server that runs on this data directory, undefined when none does or postmaster.pid is stale. */
export function readPostmaster(dataDir: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = fs.readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const pid = Number(lines[0]);
  if (!isServerOf(pid, dataDir)) return undefined;
  // The file is filled line by line; until the last one is there, the server is starting.
  return { pid, socketDir: lines[4] ?? '', status: lines[7]?.trim() || 'starting' };
}

/**
 * Whether the server stops, now that we let go of its lifeline. The watcher reacts within milliseconds; silence for two seconds means that somebody else holds on.
 */
export async function isStopping(child: ChildProcess, dataDir: string): Promise<boolean> {
  for (let waited = 0; waited < 2_000; waited += 15) {
    if (hasEnded(child) || readPostmaster(dataDir)?.status !== 'ready') return true;
    await sleep(15);
  }
  return false;
}

/** Waits for the server's end. */
export async function ended(child: ChildProcess): Promise<void> {
  child.ref();
  if (!hasEnded(child)) await once(child, 'exit');
}

/** Whether the server has ended, by itself or not. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** The end of the server's log, for an error message. */
export function logTail(file: string): string {
  return fs.readFileSync(file, 'utf8').slice(-2000).trim();
}

/** After a crash the number may belong to another program by now, even to another PostgreSQL. */
function isServerOf(pid: number, dataDir: string): boolean {
  const command = commandLine(pid) ?? '';
  if (!command.includes('postgres')) return false;
  if (process.platform !== 'linux') return command.includes(dataDir);
  // PostgreSQL works in its data directory; unlike a path, this sees through links and mounts.
  const cwd = fs.statSync(`/proc/${pid}/cwd`, { throwIfNoEntry: false });
  const data = fs.statSync(dataDir);
  return cwd !== undefined && cwd.ino === data.ino && cwd.dev === data.dev;
}

function openLog(file: string, account: Account): number {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const log = fs.openSync(file, size > 5_000_000 ? 'w' : 'a', 0o600);
  const { uid, gid } = account.ids;
  if (uid !== undefined && gid !== undefined) fs.fchownSync(log, uid, gid);
  return log;
}
