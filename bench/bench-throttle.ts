import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Figure, rounded } from './figure.ts';
import { benchHouse, enrol, someLead } from './house.ts';

const limit = 14;
const seconds = Number(process.env['BENCH_SECONDS'] ?? 20);
const lettersALead = 3;
/** What starting processes takes is not the rate's fault; the limit holds from the first letter on. */
const warmUpMs = 4_000;

/**
 * How near the relay's limit letters go out, and whether any second whatever sees more of them than the limit, with one
 * process and with three. A second over the limit fails the run: relays refuse what comes too fast.
 */
export async function run(): Promise<Figure[]> {
  return [await measured('throttle', 1), await measured('throttle-3', 3)];
}

async function measured(name: string, processes: number): Promise<Figure> {
  const sink = await startTimedSink();
  const { house, dir, close } = await benchHouse({ PORT: '0' });
  const children: ChildProcess[] = [];
  try {
    await enrol(house.deps);
    const leads = Math.ceil((limit * (seconds + 10)) / lettersALead);
    for (let i = 0; i < leads; i++) await someLead(house.deps);
    for (let i = 0; i < processes; i++) children.push(startWorker(dir, sink.port));
    await untilSent(sink, 1);
    await pause(warmUpMs + seconds * 1000);
    const { begun, ended } = await sink.times();
    const mean = meanOf(ended);
    const worst = Math.max(worstSecond(begun), worstSecond(ended));
    return {
      name,
      value: rounded(mean, 2),
      unit: `letters/s (${processes} processes, worst second ${worst})`,
      peer: 'limit of the relay',
      peer_value: limit,
      ratio: worst > limit ? 0 : rounded(mean / limit, 3),
      goal: 0.95,
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    sink.stop();
    await close();
  }
}

/** Letters a second over whole seconds, once the processes have warmed up. */
function meanOf(times: readonly number[]): number {
  const from = (times[0] as number) + warmUpMs;
  const whole = Math.floor(((times.at(-1) as number) - from) / 1000);
  return times.filter((at) => at >= from && at < from + whole * 1000).length / whole;
}

/** The most letters within any second, wherever it begins. */
function worstSecond(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let from = 0;
  let worst = 0;
  for (const [to, at] of sorted.entries()) {
    while (at - (sorted[from] as number) >= 1000) from += 1;
    worst = Math.max(worst, to - from + 1);
  }
  return worst;
}

function startWorker(dir: string, port: number): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, [path.resolve(import.meta.dirname, '../src/main.ts')], {
    env: {
      PATH,
      HOME,
      SANDBOX: 'true',
      PORT: '0',
      ROLES: 'worker',
      LOG_LEVEL: 'error',
      DATA_DIR: dir,
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      SMTP_SECURITY: 'none',
      SMTP_RATE: String(limit),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

interface TimedSink {
  readonly port: number;
  times(): Promise<{ readonly begun: readonly number[]; readonly ended: readonly number[] }>;
  stop(): void;
}

async function startTimedSink(): Promise<TimedSink> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'timed-sink.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let heard = '';
  child.stdout.on('data', (part: Buffer) => {
    heard += part.toString();
  });
  const line = async (): Promise<string> => {
    while (!heard.includes('\n')) await pause(5);
    const end = heard.indexOf('\n');
    const found = heard.slice(0, end);
    heard = heard.slice(end + 1);
    return found;
  };
  const port = Number(await line());
  return {
    port,
    times: async () => {
      child.stdin.write('times\n');
      return JSON.parse(await line());
    },
    stop: () => void child.stdin.end(),
  };
}

async function untilSent(sink: TimedSink, count: number): Promise<void> {
  for (let waited = 0; (await sink.times()).ended.length < count; waited += 50) {
    if (waited > 60_000) throw new Error('nothing was sent within a minute');
    await pause(50);
  }
}
