import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Deps } from '../../src/dispatch/deps.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { migrateToLatest } from '../../src/postgres/migrate.ts';
import { presenceClass } from '../../src/postgres/presence.ts';
import { lead } from '../harness/cast.ts';
import { type ChildHouse, freePort, furnish, startChild } from '../harness/child-house.ts';
import { socketUrl } from '../harness/database.ts';
import { eventually } from '../harness/house.ts';
import { expectExactCopies } from '../harness/letters.ts';
import { sharedDataDir } from '../harness/run-dir.ts';
import { type SmtpSink, startSmtpSink } from '../harness/smtp-sink.ts';
import { faultsOf, miscounted } from '../harness/tables.ts';
import { type RestartableServer, startRestartableServer } from '../harness/throwaway-server.ts';

let server: RestartableServer;
let sink: SmtpSink;
let db: Database;
let links: Deps['links'];
let child: ChildHouse;

beforeAll(async () => {
  server = await startRestartableServer();
  await migrateToLatest(server.connection);
  sink = await startSmtpSink(120);
  const env = { DATABASE_URL: socketUrl(server.connection), DATA_DIR: sharedDataDir() };
  links = await furnish(env, { distribution: { size: 2 } });
  db = openDatabase(server.connection);
  child = startChild(await freePort(), { ...env, SMTP_URL: sink.url, LOG_LEVEL: 'warn' });
  await child.ready();
});
afterAll(async () => {
  await child?.end();
  await db?.close();
  await sink?.stop();
  await server?.stop();
});

/** What was answered, by status; a connection that breaks counts as "cut". */
const statuses = new Map<number | 'cut', number>();

async function ask(where: string, init: RequestInit): Promise<Response | undefined> {
  let answer: Response | undefined;
  try {
    answer = await fetch(`${child.url}${where}`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
      ...init,
    });
  } catch {
    // Counted below; the child's own end is looked for at the end.
  }
  const status = answer?.status ?? 'cut';
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  return answer;
}

async function post(external_id: string): Promise<{ id: string } | undefined> {
  const answer = await ask('/api/v1/leads', {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox', 'content-type': 'application/json' },
    body: JSON.stringify(lead({ external_id })),
  });
  return answer && answer.status < 300 ? ((await answer.json()) as { id: string }) : undefined;
}

/** Posts leads without a pause, each until somebody says that it is kept. */
function startIntake(): { readonly kept: string[]; stop(): Promise<void> } {
  const kept: string[] = [];
  let open = true;
  const client = async (name: string): Promise<void> => {
    for (let n = 0; open; ) {
      const done = await post(`${name}-${n}`);
      if (done) {
        kept.push(`${name}-${n}`);
        n += 1;
      }
      await sleep(done ? 10 : 40);
    }
  };
  const clients = [client('morning'), client('evening')];
  return {
    kept,
    stop: async () => {
      open = false;
      await Promise.all(clients);
    },
  };
}

interface Contender {
  readonly lead_id: string;
  readonly contact_id: string;
  readonly link: string;
  readonly nonce: string;
}

/** Everybody's open page of every offer that was mailed. */
async function contenders(): Promise<Contender[]> {
  const offers = await db.query<{ id: string; lead_id: string; contact_id: string }>(
    `select id, lead_id, contact_id from offers where state = 'sent' order by lead_id, id`,
  );
  const now = await db.now();
  return offers.map(({ id, lead_id, contact_id }) => {
    const link = links.url('a', { sub: contact_id, act: 'accept', obj: id, ver: 1 }, now);
    const nonce = links.mintNonce(link.slice(link.lastIndexOf('/') + 1), new Date(now.getTime() - 5_000));
    return { lead_id, contact_id, link: new URL(link).pathname, nonce };
  });
}

/** Presses the button until there is an answer, as a person would. @returns whether the answer was "it is yours" */
async function press({ link, nonce }: Contender): Promise<boolean> {
  for (;;) {
    const body = new URLSearchParams({ nonce, promise: 'today' });
    const answer = await ask(link, { method: 'POST', body });
    if (answer && answer.status < 400) return answer.status === 303;
    await sleep(60);
  }
}

test('the database goes away in the middle of claims and intake, and comes back: nothing that was said is untrue', async () => {
  for (let n = 0; n < 40; n++) expect(await post(`early-${n}`)).toBeDefined();
  await eventually(async () => expect(await contenders()).toHaveLength(80), 30_000);
  const all = await contenders();
  const intake = startIntake();
  const won: Contender[] = [];
  let answered = 0;
  const knock = async (own: readonly Contender[]): Promise<void> => {
    for (const one of own) {
      if (await press(one)) won.push(one);
      answered += 1;
      await sleep(15);
    }
  };
  // The two of one lead knock in the same moment.
  const crowds = [0, 1].map((side) => knock(all.filter((_, i) => i % 2 === side)));
  for (const [after, awayMs] of [
    [8, 0],
    [30, 3_000],
    [55, 300],
  ] as const) {
    await eventually(async () => expect(answered).toBeGreaterThanOrEqual(after), 30_000);
    await server.cut();
    await sleep(awayMs);
    await server.start();
  }
  await Promise.all(crowds);
  await intake.stop();
  expect([...statuses.keys()].filter((s) => ![200, 201, 303, 503].includes(s as number))).toEqual([]);
  expect(statuses.get(503)).toBeGreaterThan(0);
  expect(child.lives()).toBe(true);

  const kept = new Set(
    (await db.query<{ e: string }>('select external_id as e from leads')).map((row) => row.e),
  );
  expect(intake.kept.filter((id) => !kept.has(id))).toEqual([]);
  const claims = await db.query<{ lead_id: string; contact_id: string }>(
    `select lead_id, contact_id from assignments where state = 'active'`,
  );
  const holder = new Map(claims.map((c) => [c.lead_id, c.contact_id]));
  expect([claims.length, holder.size]).toEqual([40, 40]);
  expect(won.filter((w) => holder.get(w.lead_id) !== w.contact_id)).toEqual([]);
  expect(new Set(won.map((w) => w.lead_id)).size).toBe(won.length);
  const leads = await db.query<{ id: string }>('select id from leads');
  for (const { id } of leads) expect(await faultsOf(db, id)).toEqual([]);
  expect(await miscounted(db)).toEqual([]);
});

test('letters go on by themselves, each once, or again with the same bytes', async () => {
  await eventually(async () => {
    const open = await db.query(
      `select state, kind, attempts, lease_until from letters where state in ('due', 'sending')`,
    );
    expect(open).toEqual([]);
  }, 30_000);
  const { letters, twice } = await expectExactCopies(db, sink);
  expect(letters).toBeGreaterThan(120);
  console.info(`${letters} letters, ${twice} of them sent again; answers: ${JSON.stringify([...statuses])}`);
});

test('the process listens for work and shows that it lives on one connection, as before', async () => {
  const seen = async (): Promise<object> => {
    const [row] = await db.query<object>(
      `select (select count(*)::int from pg_stat_activity where datname = current_database()
          and query ilike 'listen %') as ears,
        (select count(*)::int from pg_stat_activity where datname = current_database()
          and query like '%pg_advisory_lock(%' and wait_event_type = 'Lock') as waiting,
        (select count(*)::int from pg_locks where locktype = 'advisory' and classid = ${presenceClass}
          and granted) as locks`,
    );
    return row as object;
  };
  await eventually(async () => expect(await seen()).toEqual({ ears: 1, waiting: 0, locks: 1 }));
  expect(await post('after the storm')).toBeDefined();
  await eventually(async () => {
    const rows = await db.query(
      `select 1 from letters m join leads l on l.id = m.lead_id
       where l.external_id = 'after the storm' and m.kind = 'offer' and m.state = 'sent'`,
    );
    expect(rows).toHaveLength(2);
  });
});
