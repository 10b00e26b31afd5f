import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { startLeadpost } from '../../src/compose.ts';
import type { Deps } from '../../src/dispatch/deps.ts';
import { markDemoReady } from '../../src/postgres/installation.ts';
import { readSettings } from '../../src/settings.ts';
import { setStage } from './cast.ts';
import { calls, eventually, type House, type Json, silent } from './house.ts';
import { bareEnvironment } from './run-dir.ts';
import { secretsIn } from './secrets.ts';

/** Leadpost as a process of its own, as an operator runs it. */
export interface ChildHouse {
  readonly url: string;
  /** Waits until it answers that it is ready. */
  ready(): Promise<void>;
  /** Waits until it has printed this. */
  says(words: string): Promise<void>;
  /** SIGKILL: no goodbye of any kind. */
  kill(): Promise<void>;
  /** SIGTERM: it ends in order. @returns its exit code; null when a signal ended it */
  end(): Promise<number | null>;
  /** Whether it still runs. */
  lives(): boolean;
  /** What it has printed. */
  said(): string;
}

/** A machine that does much else at the time may take long over a start. */
const patienceMs = 90_000;

const main = path.resolve(import.meta.dirname, '../../src/main.ts');

/** However a child ends, what it has printed must hold no secret: `kill` and `end` fail otherwise. */
export function startChild(port: number, env: Readonly<Record<string, string>>): ChildHouse {
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [main], {
    cwd: path.dirname(main),
    env: { ...bareEnvironment(), SANDBOX: 'true', PORT: String(port), LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (printed += String(part)));
  // After both streams are read to their ends.
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    await gone;
    const told = secretsIn(printed);
    if (told.length > 0) throw new Error(`a child has printed ${told.join(', ')}`);
    return child.exitCode;
  };
  return {
    url,
    ready: () => eventually(() => isReady(url, child, () => printed), patienceMs),
    says: (words) =>
      eventually(async () => {
        if (!printed.includes(words)) throw new Error(`the child has not said "${words}", but: ${printed}`);
      }, patienceMs),
    kill: async () => void (await stop('SIGKILL')),
    end: () => stop('SIGTERM'),
    lives: () => child.exitCode === null && child.signalCode === null,
    said: () => printed,
  };
}

/** Starts one and ends it in order, so that the code it has compiled is kept: one that is killed keeps nothing. */
export async function warmUp(env: Readonly<Record<string, string>>): Promise<void> {
  const child = startChild(await freePort(), env);
  await child.says('Leadpost sandbox');
  await child.end();
}

async function isReady(url: string, child: ChildProcess, said: () => string): Promise<void> {
  if (child.exitCode !== null) throw new Error(`the child ended with ${child.exitCode}: ${said()}`);
  // A request that meets a server without its handlers yet is never answered.
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(
    (error: Error) => {
      throw new Error(`the child does not answer (${error.message}): ${said()}`);
    },
  );
  const { status } = answer;
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

/**
 * Prepares an installation with the cast and without demo, then leaves it to the child processes.
 *
 * @returns what makes links of this installation
 */
export async function furnish(
  env: Readonly<Record<string, string>>,
  programme: Json = {},
): Promise<Deps['links']> {
  const settings = readSettings({ SANDBOX: 'true', PORT: '0', ...env });
  const running = await startLeadpost(settings, silent, { demo: false, timetable: false });
  await setStage({ ...calls(() => running.url), running } as unknown as House, { programme });
  await markDemoReady(running.deps.db);
  await running.close();
  return running.deps.links;
}
