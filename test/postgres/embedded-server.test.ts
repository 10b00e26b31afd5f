import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/postgres/embedded-server.ts';

type Holder = {
  process: ChildProcessWithoutNullStreams;
  attached: boolean;
  dataDir: string;
  sql(text: string): Promise<unknown>;
  kill(): Promise<void>;
};

const HOLDER = path.join(import.meta.dirname, '../harness/server-holder.ts');
// Short, because sockets lie here too; readable, because started by root the server runs as another account.
const room = fs.mkdtempSync('/tmp/leadpost-test-');
const template = path.join(room, 'template');
const usual = process.env.TMPDIR;
const homes: string[] = [];
let made = 0;
const holders: Holder[] = [];

// Making a cluster takes a second, copying one a tenth; one test alone goes through the making.
beforeAll(async () => {
  fs.chmodSync(room, 0o755);
  process.env.TMPDIR = room;
  const server = await startEmbeddedServer({ dir: template });
  await server.stop();
});

afterAll(() => {
  if (usual === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usual;
  fs.rmSync(room, { recursive: true, force: true });
});

afterEach(async () => {
  await Promise.all(holders.splice(0).map((holder) => holder.kill()));
  for (const home of homes.splice(0)) await gone(path.join(home, 'cluster'));
});

test('it starts on an empty directory, and a process that comes later attaches to it', async () => {
  const home = newHome();
  const first = await hold(home);
  await first.sql('create table letters (subject text)');
  await first.sql("insert into letters values ('Grüezi')");
  const second = await hold(home);
  expect([first.attached, second.attached]).toEqual([false, true]);
  expect(await second.sql('select upper(subject) as subject from letters')).toEqual([{ subject: 'GRÜEZI' }]);
});

test('of processes that start at the same instant on an empty directory one starts it and all use it', async () => {
  const home = newHome();
  const all = await Promise.all([hold(home), hold(home), hold(home)]);
  expect(all.filter((holder) => !holder.attached)).toHaveLength(1);
  await all[0]?.sql('create table together (id int)');
  for (const holder of all) await holder.sql('insert into together values (1)');
  expect(await all[2]?.sql('select count(*)::int as n from together')).toEqual([{ n: 3 }]);
});

test('a process killed with -9 takes the server along, and what was committed is there at the next start', async () => {
  const home = copyOfTemplate();
  const first = await hold(home);
  await first.sql('create table committed (id int)');
  await first.sql('insert into committed values (1)');
  await first.kill();
  await gone(first.dataDir);
  const next = await hold(home);
  expect(next.attached).toBe(false);
  expect(await next.sql('select id from committed')).toEqual([{ id: 1 }]);
});

test('a process killed together with its database loses nothing that was committed', async () => {
  const home = copyOfTemplate();
  const first = await hold(home);
  await first.sql('create table committed (id int)');
  process.kill(postmasterPid(first.dataDir), 'SIGKILL');
  await first.kill();
  const next = await hold(home);
  expect(await next.sql('select count(*)::int as n from committed')).toEqual([{ n: 0 }]);
});

test('a process that attached may outlive the one that started the server', async () => {
  const home = copyOfTemplate();
  const owner = await hold(home);
  const guest = await hold(home);
  await owner.kill();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await guest.sql('select 1 as one')).toEqual([{ one: 1 }]);
  await guest.kill();
  await gone(guest.dataDir);
});

test('stop leaves the server to another process that uses it', async () => {
  const home = copyOfTemplate();
  const owner = await hold(home);
  const guest = await hold(home);
  expect(await owner.sql('stop')).toEqual({ stopped: true });
  expect(await guest.sql('select 1 as one')).toEqual([{ one: 1 }]);
});

test('Ctrl-C, which reaches the whole process group, leaves the server to a process that still drains', async () => {
  const holder = await hold(copyOfTemplate());
  process.kill(-(holder.process.pid ?? 0), 'SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await holder.sql('select 1 as one')).toEqual([{ one: 1 }]);
});

test('a stale postmaster.pid whose number now belongs to another program does not prevent the start', async () => {
  const home = copyOfTemplate();
  const { dataDir, kill } = await hold(home);
  await kill();
  await gone(dataDir);
  // Under the server's own account: PostgreSQL by itself would take the number for a living server.
  const { uid, gid } = fs.statSync(dataDir);
  const stranger = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {});
  const stale = [stranger.pid, dataDir, '0', '5432', '/tmp', '', '', 'ready   ', ''].join('\n');
  fs.writeFileSync(path.join(dataDir, 'postmaster.pid'), stale);
  try {
    const next = await hold(home);
    expect(next.attached).toBe(false);
    expect(await next.sql('select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    stranger.kill();
  }
});

test('a lock left by a process that died while starting is taken over', async () => {
  const home = copyOfTemplate();
  fs.writeFileSync(path.join(home, 'start.lock'), `${process.pid} 1`);
  const holder = await hold(home);
  expect(await holder.sql('select 1 as one')).toEqual([{ one: 1 }]);
});

test('a cluster that a killed process left half made is made anew', async () => {
  const home = newHome();
  fs.mkdirSync(path.join(home, 'cluster.new'), { recursive: true });
  fs.writeFileSync(path.join(home, 'cluster.new', 'PG_VERSION'), '18');
  const holder = await hold(home);
  expect(await holder.sql('select 1 as one')).toEqual([{ one: 1 }]);
});

test('when the server itself is killed, isAlive says so and a new start keeps the address', async () => {
  const home = copyOfTemplate();
  const server = await startEmbeddedServer({ dir: home });
  let again: EmbeddedServer | undefined;
  try {
    process.kill(postmasterPid(server.dataDir), 'SIGKILL');
    await expect.poll(() => server.isAlive()).toBe(false);
    again = await startEmbeddedServer({ dir: home });
    expect(again.connection).toEqual(server.connection);
    expect(await server.isAlive()).toBe(true);
  } finally {
    await again?.stop();
    await server.stop();
  }
});

test('a server that cannot start says why and names DATABASE_URL as the way out', async () => {
  const starting = startEmbeddedServer({ dir: copyOfTemplate(), flags: ['-c', 'shared_buffers=nonsense'] });
  await expect(starting).rejects.toThrow(/shared_buffers[\s\S]*DATABASE_URL/);
});

function newHome(): string {
  made += 1;
  const home = path.join(room, `home${made}`);
  homes.push(home);
  return home;
}

function copyOfTemplate(): string {
  const home = newHome();
  execFileSync('cp', ['-a', template, home]);
  return home;
}

async function hold(home: string): Promise<Holder> {
  const child = spawn(process.execPath, [HOLDER, home], { detached: true });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done) throw new Error(`the process that holds the server ended: ${complaints}`);
    return JSON.parse(line.value);
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const holder: Omit<Holder, 'attached' | 'dataDir'> = {
    process: child,
    kill,
    sql: (text) => {
      child.stdin.write(`${text}\n`);
      return answer();
    },
  };
  holders.push(holder as Holder);
  const started = (await answer()) as Pick<EmbeddedServer, 'attached' | 'dataDir' | 'connection'>;
  return Object.assign(holder, started);
}

function postmasterPid(dataDir: string): number {
  return Number(fs.readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** The server removes its pid file as the last thing it does. */
async function gone(dataDir: string): Promise<void> {
  await expect
    .poll(() => fs.existsSync(path.join(dataDir, 'postmaster.pid')), { timeout: 10_000 })
    .toBe(false);
}
