import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createIds } from '../../src/dispatch/ids.ts';
import { prepareInstallation } from '../../src/dispatch/prepare-installation.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { oneAtATime } from '../../src/postgres/one-at-a-time.ts';
import { type ChildHouse, freePort, startChild } from '../harness/child-house.ts';
import { emptyDatabase, freshDatabase, type TestDatabase } from '../harness/database.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'leadpost-together-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

let database: TestDatabase;
const children: ChildHouse[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  await database.drop();
});

test('three processes that start in the same moment on an empty database all come up, on one installation', async () => {
  database = await emptyDatabase();
  const env = {
    SANDBOX: 'false',
    DATABASE_URL: database.url,
    DATA_DIR: dir,
    BASE_URL: 'https://leads.acme.example',
    SECRET_KEYS: `k1:${'x'.repeat(32)}`,
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'Acme <leads@acme.example>',
  };
  const ports = [await freePort(), await freePort(), await freePort()];
  children.push(
    ...ports.map((port, i) => startChild(port, { ...env, ...(i === 2 ? { ROLES: 'worker' } : {}) })),
  );
  await Promise.all(children.map((child) => child.ready()));
  const db = openDatabase(database.connection);
  const [row] = await db.query<object>(
    `select (select count(*)::int from installation) as installations, (select count(*)::int from programs) as programmes`,
  );
  await db.close();
  expect(row).toEqual({ installations: 1, programmes: 1 });
});

test('an installation is prepared once, however many do it at the same time', async () => {
  for (let round = 0; round < 5; round++) {
    database = await freshDatabase();
    const pools: Database[] = Array.from({ length: 4 }, () => openDatabase(database.connection));
    const keys = await Promise.all(
      pools.map((db) => prepareInstallation({ db, ids: createIds() }, { sandbox: true, keys: [] })),
    );
    expect(new Set(keys.map((one) => one[0]?.secret)).size).toBe(1);
    const programmes = await (pools[0] as Database).query('select key from programs');
    expect(programmes).toHaveLength(1);
    for (const db of pools) await db.close();
    if (round < 4) await database.drop();
  }
});

test('the history of a sandbox is made by one process while the others wait', async () => {
  database = await freshDatabase();
  const told: string[] = [];
  const make = (name: string): Promise<void> =>
    oneAtATime(database.connection, 'demo', async () => {
      told.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      told.push(`${name} ends`);
    });
  await Promise.all([make('one'), make('two')]);
  const [first, second] = told[0] === 'one begins' ? ['one', 'two'] : ['two', 'one'];
  expect(told).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`]);
});
