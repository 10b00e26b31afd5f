import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Leadpost, startLeadpost } from '../../src/compose.ts';
import { deliverLetters } from '../../src/dispatch/deliver-letters.ts';
import { readSettings } from '../../src/settings.ts';
import { alice, postLead, setStage } from '../harness/cast.ts';
import { emptyDatabase, freshDatabase, type TestDatabase } from '../harness/database.ts';
import { type House, silent, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';
import { sharedDataDir } from '../harness/run-dir.ts';
import { query } from '../harness/server.ts';
import { leadpost, sandboxOn, workingDir } from './leadpost.ts';

const dir = workingDir();
const file = path.join(dir, 'everything.lpb');

/** A house with history, and with mails that were never sent: nobody drives it any more. */
let house: House;
let due: number;
beforeAll(async () => {
  house = await startHouse({ timetable: false });
  await setStage(house);
  const { reference } = await postLead(house);
  const offer = await house.newest(alice, 'offer', reference);
  await house.press(linkTo(offer.links, 'accept'), { promise: 'tomorrow', note: 'a\\b\ttab\n\\.\nend' });
  await postLead(house, { summary: 'Another roof' });
  await query(
    house.database.connection,
    `update letters set state = 'sending', lease_token = gen_random_uuid() where id = (select id from letters where state = 'due' order by id limit 1)`,
  );
  // More than one read of the socket, in rows of every length.
  await query(
    house.database.connection,
    `insert into answers (api_key, idempotency_key, request_hash, status, body, created_at)
     select 'k', n::text, sha256(n::text::bytea), 200, to_jsonb(repeat(md5(n::text), n % 40)), '2026-01-01' from generate_series(1, 9000) n`,
  );
  due = await count(house.database, `select count(*) from letters where state in ('due', 'sending')`);
  const done = await leadpost(['backup', file, '--json'], sandboxOn(house.database.url));
  expect({ code: done.code, err: done.err }).toEqual({ code: 0, err: '' });
});
afterAll(() => house.stop());

const opened: TestDatabase[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.drop();
});
const target = async (make = freshDatabase): Promise<TestDatabase> => {
  const database = await make();
  opened.push(database);
  return database;
};
const restore = (database: TestDatabase, from: string, ...more: string[]) =>
  leadpost(['restore', from, ...more], sandboxOn(database.url));
const count = async (database: TestDatabase, sql: string): Promise<number> =>
  Number((await query(database.connection, sql)).rows[0].count);

describe('a backup', () => {
  test('is one compressed file for its owner only, made while the service runs', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const header = JSON.parse(gunzipSync(readFileSync(file)).toString().split('\n')[0] as string);
    expect(header).toMatchObject({ leadpost_backup: 1, sandbox: true });
    const names = header.tables.map((t: { name: string }) => t.name);
    expect(names.indexOf('partners')).toBeLessThan(names.indexOf('people'));
    expect(names.indexOf('leads')).toBeLessThan(names.indexOf('offers'));
  });

  test('comes back row for row, but for the mails that waited', async () => {
    const database = await target();
    const done = await restore(database, file, '--json');
    expect({ code: done.code, parked: done.json.parked }).toEqual({ code: 0, parked: due });
    const tables = await query(
      house.database.connection,
      `select c.relname from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname not like 'knex%' order by 1`,
    );
    for (const { relname } of tables.rows) {
      const but = relname === 'letters' ? `where x.state not in ('due', 'sending', 'parked')` : '';
      const sql = `select coalesce(string_agg(x::text, E'\\n' order by x::text), '') as all from "${relname}" x ${but}`;
      const before = (await query(house.database.connection, sql)).rows;
      expect({ relname, rows: (await query(database.connection, sql)).rows }).toEqual({
        relname,
        rows: before,
      });
    }
  });
});

describe('after a restore', () => {
  test('nothing is sent again: what waited is parked, with the reason', async () => {
    const database = await target();
    await restore(database, file);
    expect(await sentBy(database)).toEqual([]);
    const reasons = await query(
      database.connection,
      `select distinct last_error from letters where state = 'parked'`,
    );
    expect(reasons.rows).toEqual([
      { last_error: expect.stringMatching(/^restored from the backup of .*restore --resend/) },
    ]);
    expect(await count(database, `select count(*) from letters where state = 'parked'`)).toBe(due);
  });

  test('--resend sends what waited', async () => {
    const database = await target();
    const done = await restore(database, file, '--resend', '--json');
    expect(done.json.parked).toBe(0);
    expect(await sentBy(database)).toHaveLength(due);
  });
});

describe('a restore is refused', () => {
  test('into a database that holds anything', async () => {
    const { code, err } = await restore(house.database, file);
    expect(code).toBe(1);
    expect(err).toContain('Leadpost runs on this database');
    const database = await target();
    await query(
      database.connection,
      `insert into api_keys (id, name, secret_hash, scopes, created_at) values ('k', 'k', '\\x00', '{}', '2026-01-01')`,
    );
    const used = await restore(database, file);
    expect({ code: used.code, err: used.err }).toEqual({
      code: 1,
      err: expect.stringContaining('not empty (api_keys)'),
    });
  });

  test('into one that was never migrated', async () => {
    const { code, err } = await restore(await target(emptyDatabase), file);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('leadpost migrate') });
  });

  test('from a file that is cut short, changed or something else, and leaves nothing behind', async () => {
    const database = await target();
    const whole = readFileSync(file);
    const text = gunzipSync(whole).toString();
    const bad = {
      cut: whole.subarray(0, Math.floor(whole.length / 2)),
      short: gzipSync(text.slice(0, text.indexOf('{"end"'))),
      half: gzipSync(text.slice(0, Math.floor(text.length / 2))),
      other: gzipSync('something else\n'),
      plain: Buffer.from('no gzip at all'),
    };
    for (const [name, bytes] of Object.entries(bad)) {
      const wrong = path.join(dir, name);
      writeFileSync(wrong, bytes);
      const { code, err } = await restore(database, wrong);
      expect({ name, code, err }).toEqual({
        name,
        code: 1,
        err: expect.stringMatching(/^This (is no backup|backup is (not whole|damaged))/),
      });
    }
    expect(await count(database, 'select count(*) from leads')).toBe(0);
    expect((await restore(database, path.join(dir, 'missing'))).err).toContain('cannot be read');
  }, 120_000);

  test('from a sandbox into a real installation, and from another schema', async () => {
    const database = await target();
    const [header = '', ...rest] = gunzipSync(readFileSync(file)).toString().split('\n');
    const changed = (more: object): string => {
      const name = path.join(dir, 'changed');
      writeFileSync(name, gzipSync([JSON.stringify({ ...JSON.parse(header), ...more }), ...rest].join('\n')));
      return name;
    };
    expect((await restore(database, changed({ sandbox: false }))).err).toContain('the sandbox refuses it');
    expect((await restore(database, changed({ schema: ['000_older.ts'] }))).err).toContain(
      'The backup has the schema 000_older.ts',
    );
  });
});

/** Starts a house on the database, lets it deliver everything that is due, and tells to whom it sent. */
async function sentBy(database: TestDatabase): Promise<string[]> {
  const sent: string[] = [];
  const running: Leadpost = await startLeadpost(
    readSettings({ ...sandboxOn(database.url), PORT: '0', DATA_DIR: sharedDataDir() }),
    silent,
    {
      demo: false,
      timetable: false,
      send: async ({ to }) => {
        sent.push(to);
        return { kind: 'sent', response: '250 ok' };
      },
    },
  );
  try {
    while ((await deliverLetters(running.deps)) > 0);
  } finally {
    await running.close();
  }
  return sent;
}
