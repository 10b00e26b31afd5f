import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../src/postgres/database.ts';
import { unpacked } from '../../../src/postgres/stored-bytes.ts';
import { alice, lead } from '../../harness/cast.ts';
import { type ChildHouse, freePort, furnish, startChild } from '../../harness/child-house.ts';
import { freshDatabase, type TestDatabase } from '../../harness/database.ts';
import { calls, eventually } from '../../harness/house.ts';
import { readMail, replyMail } from '../../harness/mail.ts';
import { sharedDataDir } from '../../harness/run-dir.ts';
import { faultsOf } from '../../harness/tables.ts';
import { type MailServer, replies, startMailServer } from './mail-server.ts';

let mail: MailServer;
let database: TestDatabase;
let db: Database;
let start: (roles: string) => ChildHouse;
const children: Record<'web' | 'inbox' | 'one' | 'two', ChildHouse | undefined> = {
  web: undefined,
  inbox: undefined,
  one: undefined,
  two: undefined,
};

beforeAll(async () => {
  mail = await startMailServer();
  database = await freshDatabase();
  db = openDatabase(database.connection);
  const env = { ...mail.env, DATABASE_URL: database.url, DATA_DIR: sharedDataDir() };
  await furnish(env);
  const port = await freePort();
  start = (ROLES) =>
    startChild(port, { ...env, BASE_URL: `http://localhost:${port}`, LOG_LEVEL: 'info', ROLES });
  Object.assign(children, {
    web: start('web'),
    inbox: start('inbox'),
    one: start('worker'),
    two: start('worker'),
  });
  // Not the health page: until the web process has the port, another may show its own there.
  await children.web?.says('Leadpost sandbox');
  for (const name of ['inbox', 'one', 'two'] as const) await children[name]?.says('Leadpost is running');
});
afterAll(async () => {
  for (const child of Object.values(children)) await child?.kill();
  await db?.close();
  await database?.drop();
  await mail?.stop();
});

const count = 10;

test('inbox and workers are killed while replies arrive: each reply is stored once, read once and answered once', async () => {
  const house = calls(() => children.web?.url as string);
  for (let n = 0; n < count; n++)
    expect((await house.api('POST', '/leads', lead({ external_id: `inbox-${n}` }))).status).toBe(201);
  const offers = await eventually(async () => {
    const found = await db.query<{ raw: Buffer }>(
      `select b.raw from letters l join letter_bytes b on b.letter_id = l.id
       where l.kind = 'offer' and l.state = 'sent' and l.to_address = $1 order by l.id`,
      [alice],
    );
    expect(found).toHaveLength(count);
    return found;
  }, 30_000);
  const victims = ['inbox', 'one', 'inbox', 'two', 'inbox'] as const;
  for (const [n, { raw }] of offers.entries()) {
    const offer = await readMail(unpacked(raw), String(n));
    const headers = ['Authentication-Results: mx.test; dmarc=pass header.from=a.example'];
    await mail.deliver(offer.replyTo as string, replyMail(offer, 'accept', { at: await db.now(), headers }));
    const victim = victims[Math.floor(n / 2)];
    if (n % 2 === 0 || !victim) continue;
    // Eleven has no factor in common with sixty: the kills fall all over the handling of a mail.
    await sleep((n * 11) % 60);
    await children[victim]?.kill();
    children[victim] = start(victim === 'inbox' ? 'inbox' : 'worker');
    await children[victim].says('Leadpost is running');
  }
  await eventually(async () => expect(await mail.count(replies, 'INBOX')).toBe(0), 60_000);
  await eventually(async () => {
    const states = await db.query('select state, count(*)::int as n from inbound group by 1');
    expect(states).toEqual([{ state: 'applied', n: count }]);
  }, 90_000);
  await eventually(async () => {
    const told = await db.query(
      `select count(*)::int as n, count(distinct lead_id)::int as leads from letters where kind = 'accepted' and state = 'sent'`,
    );
    expect(told).toEqual([{ n: count, leads: count }]);
  }, 90_000);
  for (const { id } of await db.query<{ id: string }>('select id from leads'))
    expect(await faultsOf(db, id)).toEqual([]);
}, 300_000);

test('each role ends in order with SIGTERM', async () => {
  const ends = await Promise.all(Object.values(children).map((child) => child?.end()));
  expect(ends).toEqual([0, 0, 0, 0]);
});
