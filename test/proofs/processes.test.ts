import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Deps } from '../../src/dispatch/deps.ts';
import { createIds } from '../../src/dispatch/ids.ts';
import { receiveMail } from '../../src/dispatch/receive-mail.ts';
import { setClock } from '../../src/postgres/clock.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { dueTimes } from '../../src/postgres/due.ts';
import { notifyWork } from '../../src/postgres/installation.ts';
import { unpacked } from '../../src/postgres/stored-bytes.ts';
import { alice, bob, cam, dora, emil, lead, manager } from '../harness/cast.ts';
import { type ChildHouse, freePort, furnish, startChild } from '../harness/child-house.ts';
import { freshDatabase, type TestDatabase } from '../harness/database.ts';
import { noteFreed } from '../harness/freed-letters.ts';
import { eventually } from '../harness/house.ts';
import { expectExactCopies } from '../harness/letters.ts';
import { readMail, replyMail } from '../harness/mail.ts';
import { sharedDataDir } from '../harness/run-dir.ts';
import { type SmtpSink, startSmtpSink } from '../harness/smtp-sink.ts';
import { faultsOf, miscounted } from '../harness/tables.ts';

/** One installation in four processes, as `ROLES` splits it; all of them share one environment, PORT included. */
let database: TestDatabase;
let db: Database;
let sink: SmtpSink;
let links: Deps['links'];
let port: number;
let start: (roles: string) => ChildHouse;
let web: ChildHouse;
let inbox: ChildHouse;
const workers: ChildHouse[] = [];

const running = 'Leadpost is running';

beforeAll(async () => {
  database = await freshDatabase();
  db = openDatabase(database.connection);
  sink = await startSmtpSink(150);
  port = await freePort();
  const env = { DATABASE_URL: database.url, DATA_DIR: sharedDataDir() };
  links = await furnish(env);
  const BASE_URL = `http://localhost:${port}`;
  start = (ROLES) => startChild(port, { ...env, BASE_URL, SMTP_URL: sink.url, LOG_LEVEL: 'info', ROLES });
});
afterAll(async () => {
  for (const child of [web, inbox, ...workers]) await child?.kill();
  await db?.close();
  await sink?.stop();
  await database?.drop();
});

test('processes of every role start on one PORT in any order: the pages are with the web process', async () => {
  workers.push(start('worker'));
  await workers[0]?.ready();
  inbox = start('inbox');
  await inbox.says('this one runs without a health page');
  web = start('web');
  workers.push(start('worker'));
  for (const worker of workers) await worker.says(running);
  await workers[0]?.says('PORT is left to a web process');
  await web.says('Leadpost sandbox');
  await web.ready();
  const { status } = await fetch(`${web.url}/api/v1/leads`, { headers: { authorization: 'Bearer sandbox' } });
  expect(status).toBe(200);
  expect([web, inbox, ...workers].map((child) => child.lives())).toEqual([true, true, true, true]);
});

/** The same numbers at every run (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

interface Storm {
  kills(): number;
  /** Ends with all workers up. */
  stop(): Promise<void>;
}

/** Kills one worker after the other, rather while letters are on their way, and starts each again. */
function startStorm(seed: number): Storm {
  const chance = seeded(seed);
  let blowing = true;
  let kills = 0;
  const sending = () => db.query<{ id: string }>(`select id from letters where state = 'sending'`);
  const blow = async (): Promise<void> => {
    while (blowing) {
      // The one that was started last has looked after the dead by now.
      await sleep(100);
      for (let looks = 0; looks < 50 && blowing && (await sending()).length === 0; looks++) await sleep(10);
      await sleep(chance(60));
      const victim = chance(workers.length);
      await workers[victim]?.kill();
      kills += 1;
      workers[victim] = start('worker');
      await workers[victim].says(running);
    }
  };
  const storm = blow();
  return {
    kills: () => kills,
    stop: async () => {
      blowing = false;
      await storm;
    },
  };
}

const leases = () =>
  db.query<{ id: string }>(
    `select id from letters where state = 'sending'
     union all select id from inbound where lease_token is not null`,
  );

/** Waits until nothing is due and nobody has anything in hand. */
const quiet = (): Promise<void> =>
  eventually(async () => {
    const due = await dueTimes(db);
    const open = [due.inbound, due.leads, due.letters, due.digests].filter((at) => at && at <= due.now);
    if (open.length > 0 || due.sending > 0) throw new Error(`still busy: ${JSON.stringify(due)}`);
  }, 40_000);

async function clockTo(at: Date): Promise<void> {
  await setClock(db, at);
  await db.inTransaction(async (tx) => notifyWork(tx));
  await quiet();
}

async function postLead(external_id: string): Promise<string> {
  const answer = await fetch(`${web.url}/api/v1/leads`, {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox', 'content-type': 'application/json' },
    body: JSON.stringify(lead({ external_id })),
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

interface Offered {
  readonly offer_id: string;
  readonly contact_id: string;
  readonly raw: Buffer;
}

async function offerTo(leadId: string, email: string): Promise<Offered> {
  const [found] = await db.query<Offered>(
    `select l.offer_id, l.person_id as contact_id, b.raw from letters l join letter_bytes b on b.letter_id = l.id
     where l.lead_id = $1 and l.to_address = $2 and l.kind = 'offer' and l.state = 'sent'`,
    [leadId, email],
  );
  return found as Offered;
}

async function acceptByLink(leadId: string, email: string): Promise<void> {
  const { offer_id, contact_id } = await offerTo(leadId, email);
  const now = await db.now();
  const link = links.url('a', { sub: contact_id, act: 'accept', obj: offer_id, ver: 1 }, now);
  const nonce = links.mintNonce(link.slice(link.lastIndexOf('/') + 1), new Date(now.getTime() - 5_000));
  const body = new URLSearchParams({ nonce, promise: 'today' });
  const page = new URL(new URL(link).pathname, web.url);
  const { status } = await fetch(page, { method: 'POST', body, redirect: 'manual' });
  expect(status).toBe(303);
}

/** The mail is stored as the inbox role stores it, and read by whichever worker takes it. */
async function acceptByReply(leadId: string, email: string): Promise<void> {
  const mail = await readMail(unpacked((await offerTo(leadId, email)).raw), leadId);
  const raw = Buffer.from(replyMail(mail, 'accept, will call today', { at: await db.now() }));
  const deps = { db, ids: createIds() } as Deps;
  await receiveMail(deps, raw, { via: 'imap', authenticated: true });
  // The mail server hands it in once more: it is the same mail.
  await receiveMail(deps, raw, { via: 'imap', authenticated: true });
}

test('workers are killed at random for a week: every letter, reminder and weekly report goes out exactly once', async () => {
  const monday = await db.now();
  const at = (day: number, hour: number, minute: number): Date =>
    new Date(
      Date.UTC(monday.getUTCFullYear(), monday.getUTCMonth(), monday.getUTCDate() + day, hour, minute),
    );
  const freed = await noteFreed(db);
  const storm = startStorm(2026);
  const leads: string[] = [];
  // However fast the machine is, the storm has met some of them.
  while (leads.length < 16 || storm.kills() < 3 || (await freed()).length === 0) {
    leads.push(await postLead(`storm-${leads.length}`));
    await sleep(leads.length < 16 ? 50 : 500);
  }
  await quiet();
  const byLink = leads.slice(0, 7);
  const byReply = leads.slice(7, 14);
  for (const id of byLink) await acceptByLink(id, alice);
  for (const id of byReply) await acceptByReply(id, bob);
  await quiet();
  // Nobody calls: the ladder is climbed to its end, day by day, to the reports of the next Monday.
  for (let day = 1; day <= 4; day++) await clockTo(at(day, 8, 30));
  await clockTo(at(7, 7, 30));
  await storm.stop();
  await quiet();

  const { letters, twice } = await expectExactCopies(db, sink);
  // A letter was tried again as often as somebody was killed with it in hand, and for no other reason.
  const lost = await freed();
  expect(lost.filter((letter) => letter.alive)).toEqual([]);
  const again = await db.query<{ id: string; more: number }>(
    'select id, attempts - 1 as more from letters where attempts > 1',
  );
  const times = Map.groupBy(lost, (letter) => letter.letter_id);
  expect(new Map(again.map(({ id, more }) => [id, more]))).toEqual(
    new Map([...times].map(([id, freed]) => [id, freed.length])),
  );
  for (const id of leads) expect(await faultsOf(db, id)).toEqual([]);
  expect(await miscounted(db)).toEqual([]);

  // One letter for each rung that was climbed, reminders perhaps in one with others, and every silent claim climbed each rung of the ladder.
  const rungs = await db.query<{ lead_id: string; kinds: string[] }>(
    `select lead_id, array_agg(kind order by created_at, kind) as kinds from (
       select lead_id, kind, created_at from letters
       where kind in ('accepted', 'reminder', 'warning', 'escalation', 'recalled')
       union all select b.lead_id, 'reminder', m.created_at from bundled_reminders b
       join letters m on m.key = b.letter_key) told group by lead_id`,
  );
  const ladder = ['accepted', 'reminder', 'warning', 'escalation', 'recalled'];
  expect(new Set(rungs.map((r) => r.lead_id))).toEqual(new Set([...byLink, ...byReply]));
  expect(rungs.filter((r) => r.kinds.join() !== ladder.join())).toEqual([]);

  const digests = await db.query<{ reader: string; n: number }>(
    `select to_address as reader, count(*)::int as n from letters where kind like '%digest' group by 1 order by 1`,
  );
  expect(digests).toEqual([alice, bob, cam, dora, emil, manager].sort().map((reader) => ({ reader, n: 1 })));
  console.info(
    `${storm.kills()} kills, ${letters} letters, ${times.size} in the hands of the killed, ${twice} sent again`,
  );
}, 180_000);

test('SIGTERM: each role finishes what it holds, leaves no lease and ends with 0', async () => {
  for (let n = 0; n < 8; n++) await postLead(`last-${n}`);
  await eventually(async () => expect((await dueTimes(db)).sending).toBeGreaterThan(0));
  const ends = await Promise.all([...workers, inbox, web].map((child) => child.end()));
  expect(ends).toEqual([0, 0, 0, 0]);
  expect(await leases()).toEqual([]);
  expect((await dueTimes(db)).sending).toBe(0);
  const [row] = await db.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
     and backend_type = 'client backend' and query ilike 'listen%'`,
  );
  expect(row?.n).toBe(0);
  const tried = await db.query('select 1 from letters where state = $1 and attempts > 0', ['due']);
  expect(tried).toEqual([]);
});
