import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE = 4000; // attempts of 25 ms: longer than initdb and a recovery after a crash take together

/**
 * Runs `work` while no other process is inside it for the same file. A lock whose owner died is taken over.
 * This spares people confusing errors; that no two servers share one data directory is PostgreSQL's own law.
 */
export async function withStartLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const mine = `${process.pid} ${birthmark(process.pid)}`;
  await acquire(file, mine);
  try {
    return await work();
  } finally {
    if (contents(file) === mine) fs.rmSync(file, { force: true });
  }
}

/** The command line of a living process, undefined when there is none. */
export function commandLine(pid: number): string | undefined {
  try {
    // Slim images have no `ps`.
    if (process.platform === 'linux') return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

async function acquire(file: string, mine: string): Promise<void> {
  for (let attempt = 0; attempt < PATIENCE; attempt += 1) {
    if (place(file, mine)) return;
    const theirs = contents(file);
    if (theirs !== undefined && !isHeld(theirs)) removeStale(file, theirs);
    else await sleep(25);
  }
  throw new Error(`Another process has been starting the embedded PostgreSQL for too long (${file}).`);
}

/** A link appears with its contents or not at all, so nobody ever reads a lock that is half written. */
function place(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, text);
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function removeStale(file: string, expected: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    fs.renameSync(file, aside);
    // Somebody took the stale lock over between our look and our hand: give theirs back.
    if (contents(aside) !== expected) fs.linkSync(aside, file);
  } catch {
    // Gone or placed anew in the meantime; the next attempt sees which.
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

function isHeld(lock: string): boolean {
  const [pid, ...mark] = lock.split(' ');
  return birthmark(Number(pid)) === mark.join(' ');
}

/** Process ids are used again; the moment a process began tells two of them apart. Empty: no such process. */
function birthmark(pid: number): string {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || 'none';
    }
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold blanks; field 22, the start, is the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'none';
  } catch {
    return 'none';
  }
}

function contents(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
