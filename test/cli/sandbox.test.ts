import { chmodSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startEmbeddedServer } from '../../src/postgres/embedded-server.ts';
import { freshDatabase } from '../harness/database.ts';
import { startHouse } from '../harness/house.ts';
import { query } from '../harness/server.ts';
import { leadpost, sandboxOn, workingDir } from './leadpost.ts';

describe('without a database of its own the command line uses the sandbox’s', () => {
  const dir = workingDir();
  chmodSync(dir, 0o755);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const run = (...args: string[]) => leadpost(args, { DATA_DIR: dir }, dir);

  test('started for the command, and attached to while something else runs on it', async () => {
    const migrated = await run('migrate', '--json');
    expect(migrated.json.ran[0]).toBe('001_walking_path.ts');
    const made = await run('key', 'create', '--name', 'first', '--scopes', 'admin');
    const service = await startEmbeddedServer({ dir: path.join(dir, 'pg') });
    try {
      expect(service.attached).toBe(false);
      const list = await run('key', 'list', '--json');
      expect(list.json.items).toMatchObject([{ id: made.json.id }]);
      expect(await service.isAlive()).toBe(true);
    } finally {
      await service.stop();
      rmSync(service.connection.host, { recursive: true, force: true });
      rmSync(service.dataDir, { recursive: true, force: true });
    }
  }, 180_000);
});

describe('the demo', () => {
  test('is wiped and made again, once', async () => {
    const database = await freshDatabase();
    const run = (verb: string) => leadpost(['demo', verb], sandboxOn(database.url));
    try {
      expect(await run('seed')).toMatchObject({ code: 0, out: expect.stringContaining('The demo is there') });
      const sent = async () =>
        Number(
          (await query(database.connection, `select count(*) from letters where state = 'sent'`)).rows[0]
            .count,
        );
      expect(await sent()).toBeGreaterThanOrEqual(60);
      expect(await run('seed')).toMatchObject({
        code: 0,
        out: expect.stringContaining('holds data already'),
      });
      expect(await run('wipe')).toMatchObject({ code: 0, err: '' });
      expect(await sent()).toBe(0);
      const ready = await query(
        database.connection,
        'select i.demo_ready, i.clock_offset_ms from installation i',
      );
      expect(ready.rows).toEqual([{ demo_ready: true, clock_offset_ms: '0' }]);
    } finally {
      await database.drop();
    }
  }, 180_000);

  test('is not made under a Leadpost that runs', async () => {
    const house = await startHouse();
    const { code, err } = await leadpost(['demo', 'seed'], sandboxOn(house.database.url));
    await house.stop();
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('stop it first') });
  });
});

test('migrate brings an older database up to date, again and again', async () => {
  const database = await freshDatabase();
  const { code, json } = await leadpost(['migrate', '--json'], sandboxOn(database.url));
  await database.drop();
  expect({ code, json }).toEqual({ code: 0, json: { ran: [] } });
});
