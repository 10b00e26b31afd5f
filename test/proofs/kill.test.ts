import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Leadpost, startLeadpost } from '../../src/compose.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { readSettings } from '../../src/settings.ts';
import { lead } from '../harness/cast.ts';
import { type ChildHouse, freePort, furnish, startChild, warmUp } from '../harness/child-house.ts';
import { freshDatabase, type TestDatabase } from '../harness/database.ts';
import { eventually, silent } from '../harness/house.ts';
import { expectExactCopies } from '../harness/letters.ts';
import { type SmtpSink, startSmtpSink } from '../harness/smtp-sink.ts';
import { faultsOf } from '../harness/tables.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A process that is killed and started again, and a client that posts leads to it without a pause. */
interface Life {
  /** External ids whose POST was answered 200 or 201. */
  readonly accepted: Set<string>;
  /** Starts, lets so many leads be accepted, and kills so many milliseconds later. */
  killed(afterLeads: number, andMs: number): Promise<void>;
  /** Starts, and kills so many milliseconds later, whatever it is at. */
  killedYoung(afterMs: number): Promise<void>;
  /** Starts for the last time, stops posting, and lets everything be sent. */
  settled(): Promise<ChildHouse>;
}

async function live(env: Record<string, string>): Promise<Life> {
  const port = await freePort();
  const accepted = new Set<string>();
  let posting = true;
  let made = 0;
  const client = async (): Promise<void> => {
    while (posting) {
      made += 1;
      const id = `kill-${made}`;
      // The same lead again until somebody says that it is kept, as a CRM would.
      while (posting && !accepted.has(id)) if (await isTaken(port, id)) accepted.add(id);
    }
  };
  const clients = [client(), client()];
  return {
    accepted,
    killed: async (afterLeads, andMs) => {
      const child = startChild(port, env);
      const enough = accepted.size + afterLeads;
      await eventually(async () => expect(accepted.size).toBeGreaterThanOrEqual(enough), 60_000);
      await wait(andMs);
      await child.kill();
    },
    killedYoung: async (afterMs) => {
      const child = startChild(port, env);
      await wait(afterMs);
      await child.kill();
    },
    settled: async () => {
      posting = false;
      await Promise.all(clients);
      const child = startChild(port, env);
      await child.ready();
      return child;
    },
  };
}

async function isTaken(port: number, external_id: string): Promise<boolean> {
  const headers = { authorization: 'Bearer sandbox', 'content-type': 'application/json' };
  const body = JSON.stringify(lead({ external_id }));
  try {
    const signal = AbortSignal.timeout(1_000);
    const { status } = await fetch(`http://127.0.0.1:${port}/api/v1/leads`, {
      method: 'POST',
      headers,
      body,
      signal,
    });
    await wait(10);
    if (status === 200 || status === 201) return true;
  } catch {
    // Nobody there, or gone in the middle of the answer.
  }
  await wait(30);
  return false;
}

/** Every accepted lead is there with its letters, and every letter came once, or once more for each time it was tried. */
async function expectNothingLost(
  db: Database,
  accepted: ReadonlySet<string>,
  sink: SmtpSink,
): Promise<{ leads: number; letters: number; twice: number }> {
  const rows = await db.query<{ id: string; external_id: string }>('select id, external_id from leads');
  const kept = new Set(rows.map((row) => row.external_id));
  expect([...accepted].filter((id) => !kept.has(id))).toEqual([]);
  const { letters, twice } = await expectExactCopies(db, sink);
  const about = await db.query<{ lead_id: string }>('select lead_id from letters');
  const offered = new Map<string, number>();
  for (const { lead_id } of about) offered.set(lead_id, (offered.get(lead_id) ?? 0) + 1);
  expect(rows.filter((row) => offered.get(row.id) !== 2)).toEqual([]);
  for (const { id } of rows) expect(await faultsOf(db, id)).toEqual([]);
  return { leads: rows.length, letters, twice };
}

const allSent = async (db: Database): Promise<void> => {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::int as n from letters where state in ('due', 'sending')`,
  );
  expect(row?.n).toBe(0);
};

describe('killed fifty times while leads come in', () => {
  let database: TestDatabase;
  let sink: SmtpSink;
  let db: Database;
  let dir: string;
  beforeAll(async () => {
    database = await freshDatabase();
    sink = await startSmtpSink(30);
    dir = await mkdtemp(path.join(tmpdir(), 'leadpost-kill-'));
    db = openDatabase(database.connection);
    const env = { DATABASE_URL: database.url, DATA_DIR: dir };
    await furnish(env, { distribution: { size: 2 } });
    await warmUp(env);
  });
  afterAll(async () => {
    await db.close();
    await sink.stop();
    await database.drop();
    await rm(dir, { recursive: true, force: true });
  });

  test('no lead is lost, and every letter is sent once or, byte for byte, again', async () => {
    const life = await live({ DATABASE_URL: database.url, DATA_DIR: dir, SMTP_URL: sink.url });
    // No chance in tests: 37 has no factor in common with 61 or 900, so the kills fall all over those milliseconds.
    for (let kill = 1; kill <= 50; kill++) {
      if (kill % 5 === 0) await life.killedYoung((kill * 37) % 900);
      else await life.killed(kill % 4, (kill * 37) % 61);
    }
    const last = await life.settled();
    await eventually(() => allSent(db), 60_000);
    await last.end();
    const { leads, letters, twice } = await expectNothingLost(db, life.accepted, sink);
    expect(leads).toBeGreaterThan(50);
    console.info(
      `50 kills: ${leads} leads, ${life.accepted.size} accepted, ${letters} letters, ${twice} of them sent again`,
    );
  }, 600_000);
});

describe('killed with the database that comes along', () => {
  let dir: string;
  let sink: SmtpSink;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'leadpost-kill-pg-'));
    sink = await startSmtpSink(30);
    await furnish({ DATA_DIR: dir }, { distribution: { size: 2 } });
  }, 240_000);
  afterAll(async () => {
    await sink.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test('no lead is lost either: the server is stopped with the process and started with the next', async () => {
    const env = { DATA_DIR: dir, SMTP_URL: sink.url };
    const life = await live(env);
    for (const leads of [2, 5, 3]) await life.killed(leads, 7 * leads);
    await (await life.settled()).end();
    // What is left to be sent is sent by a house in this process, so that its tables can be read.
    const running: Leadpost = await startLeadpost(
      readSettings({ SANDBOX: 'true', PORT: '0', ...env }),
      silent,
    );
    try {
      await eventually(() => allSent(running.deps.db), 30_000);
      const { leads } = await expectNothingLost(running.deps.db, life.accepted, sink);
      expect(leads).toBeGreaterThan(5);
    } finally {
      await running.close();
      // Run as root, the data lies outside DATA_DIR.
      if (running.dataDir) await rm(path.dirname(running.dataDir), { recursive: true, force: true });
    }
  }, 240_000);
});
