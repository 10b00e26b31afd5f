import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Figure, rounded } from './figure.ts';

/** Seconds a person waits: for the first start with its database and its demo, and for every start after it. */
const limits = { first: 10, later: 3 };
const patience = 120_000;

/**
 * Seconds from `npm start` to the first 200 of `/readyz` in an empty data directory, and once more in the same one.
 * There is no peer to be as fast as: the ratio is what a person may be asked to wait for ÷ what it took.
 */
export async function run(): Promise<Figure[]> {
  const dir = mkdtempSync(path.join(tmpdir(), 'leadpost-boot-'));
  try {
    const first = await start(dir);
    const later = await start(dir);
    return [figure('boot', first, limits.first), figure('boot_again', later, limits.later)];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const figure = (name: string, seconds: number, limit: number): Figure => ({
  name,
  value: rounded(seconds, 2),
  unit: 's',
  peer: 'what a person may be asked to wait',
  peer_value: limit,
  ratio: rounded(limit / seconds, 2),
  goal: 1,
});

async function start(dir: string): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: path.resolve(import.meta.dirname, '..'),
    env: { ...process.env, SANDBOX: 'true', PORT: String(port), DATA_DIR: dir },
    stdio: 'ignore',
    // npm does not hand signals on: the whole group is ended.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
    if (performance.now() - began > patience) throw new Error('not ready after two minutes');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const seconds = (performance.now() - began) / 1000;
  process.kill(-(child.pid as number), 'SIGTERM');
  await ended;
  while (await isReady(port)) await new Promise((resolve) => setTimeout(resolve, 20));
  return seconds;
}

const isReady = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    (answer) => answer.status === 200,
    () => false,
  );

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
