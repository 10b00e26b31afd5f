import { execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { unprivileged } from './account.ts';
import { freePort } from './free-port.ts';

export interface ExternalServer {
  /** A connection string of the server's owner. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The distribution's PostgreSQL, 15 before any newer one. */
export function postgresPrograms(): string {
  const found = globSync('/usr/lib/postgresql/*/bin/initdb').map((file) => path.dirname(file));
  const versions = found
    .map((dir) => ({ dir, major: Number(dir.split('/')[4]) }))
    .filter(({ major }) => major >= 15);
  const oldest = versions.toSorted((a, b) => a.major - b.major)[0];
  if (!oldest)
    throw new Error(
      'there is no PostgreSQL 15 or newer in /usr/lib/postgresql; run scripts/install-services',
    );
  return oldest.dir;
}

/** A server of its own on a loopback port, with a password, its data in a directory that goes when it stops. */
export async function startPostgres(): Promise<ExternalServer> {
  const programs = postgresPrograms();
  const { uid, gid } = unprivileged('postgres', 'nobody');
  const dir = mkdtempSync(path.join(tmpdir(), 'leadpost-pg15-'));
  const secret = path.join(dir, 'secret');
  writeFileSync(secret, 'secret');
  for (const made of [dir, secret]) chownSync(made, uid, gid);
  const data = path.join(dir, 'data');
  const as = { uid, gid, cwd: dir, env: { ...process.env, HOME: dir } };
  const words = [
    '-D',
    data,
    '-U',
    'leadpost',
    '-A',
    'scram-sha-256',
    `--pwfile=${secret}`,
    '-E',
    'UTF8',
    '--locale=C',
    '-N',
  ];
  await promisify(execFile)(path.join(programs, 'initdb'), words, as);
  const port = await freePort();
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const server = spawn(
    path.join(programs, 'postgres'),
    ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', dir, ...flags],
    { ...as, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-4_000);
  });
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    // SIGINT: a fast shutdown, connections are ended.
    if (server.exitCode === null) server.kill('SIGINT');
    await gone;
    rmSync(dir, { recursive: true, force: true });
  };
  // Written as the last thing before connections are taken.
  const pidFile = path.join(data, 'postmaster.pid');
  for (let tries = 0; !isReady(pidFile); tries++) {
    if (server.exitCode !== null || tries > 400) {
      await stop();
      throw new Error(`PostgreSQL did not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return { url: `postgres://leadpost:secret@127.0.0.1:${port}/postgres`, stop };
}

function isReady(pidFile: string): boolean {
  return existsSync(pidFile) && /\bready\b/.test(readFileSync(pidFile, 'utf8'));
}
