import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { eventually } from './house.ts';

/** Leadpost as a process of its own, as an operator runs it. */
export interface ChildHouse {
  readonly url: string;
  /** Waits until it answers that it is ready. */
  ready(): Promise<void>;
  /** SIGKILL: no goodbye of any kind. */
  kill(): Promise<void>;
  /** SIGTERM: it ends in order. */
  end(): Promise<void>;
  /** What it has printed. */
  said(): string;
}

const main = path.resolve(import.meta.dirname, '../../src/main.ts');

export function startChild(port: number, env: Readonly<Record<string, string>>): ChildHouse {
  const url = `http://127.0.0.1:${port}`;
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [main], {
    cwd: path.dirname(main),
    env: { PATH, HOME, SANDBOX: 'true', PORT: String(port), LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (printed += String(part)));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    return gone;
  };
  return {
    url,
    ready: () => eventually(() => isReady(url, child, () => printed), 30_000),
    kill: () => stop('SIGKILL'),
    end: () => stop('SIGTERM'),
    said: () => printed,
  };
}

async function isReady(url: string, child: ChildProcess, said: () => string): Promise<void> {
  if (child.exitCode !== null) throw new Error(`the child ended with ${child.exitCode}: ${said()}`);
  // A request that meets a server without its handlers yet is never answered.
  const { status } = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) });
  if (status !== 200) throw new Error(`the child answers ${status}: ${said()}`);
}

/** A port nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
