import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startLeadpost } from '../src/compose.ts';
import { actOnLink } from '../src/dispatch/act-on-link.ts';
import type { Deps } from '../src/dispatch/deps.ts';
import { type ServerConnection, startEmbeddedServer } from '../src/postgres/embedded-server.ts';
import { readSettings } from '../src/settings.ts';
import { type Figure, median, rounded } from './figure.ts';
import { enrol, silent, someLead } from './house.ts';

const claimsASlice = 150;
const slices = Number(process.env['BENCH_PAIRS'] ?? 6);
const clicks = 16;
const connections = 10;

/** As a request over the network tells it, so that every press is watched for machines as it is in service. */
const visitor = { stamps: [], network: '203.0.113', early: false };

/** What pg was told, in its own words: a text, or a prepared statement with its values. */
type Statement = Parameters<pg.Client['query']>[0];

/**
 * Claims a second, from the press of the button (token and nonce checked, the lead locked, decided, facts chained,
 * letters posted) to the page that answers it; beside them the very statements of those claims, recorded and sent on a
 * copy of the database through a bare pg pool of the same size, each claim's one behind the other without a pause.
 */
export async function run(): Promise<Figure[]> {
  const dir = mkdtempSync(path.join(tmpdir(), 'leadpost-bench-'));
  const server = await startEmbeddedServer({ dir, flags: ['-c', 'max_connections=60', '-c', 'jit=off'] });
  try {
    const offers = await prepare(server.connection);
    return [await measure(server.connection, offers)];
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Leads with an offer each, and a copy of the database in which they lie. @returns the ids of the offers */
async function prepare(server: ServerConnection): Promise<string[]> {
  const admin = new pg.Client(server);
  await admin.connect();
  await admin.query('create database claims');
  const house = await openHouse(server);
  await enrol(house.deps);
  const count = claimsASlice * (slices + 1);
  for (let made = 0; made < count; made += clicks) {
    await Promise.all(Array.from({ length: Math.min(clicks, count - made) }, () => someLead(house.deps)));
  }
  const rows = await house.deps.db.query<{ id: string }>(
    'select distinct on (o.lead_id) o.id from offers o order by o.lead_id, o.id',
  );
  await house.close();
  await admin.query('create database peer template claims');
  await admin.end();
  return rows.map((row) => row.id);
}

const openHouse = (server: ServerConnection) =>
  startLeadpost(readSettings({ SANDBOX: 'true', PORT: '0', DATABASE_URL: url(server, 'claims') }), silent, {
    demo: false,
    timetable: false,
  });

const url = ({ host, port, user }: ServerConnection, database: string): string =>
  `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;

async function measure(server: ServerConnection, offers: readonly string[]): Promise<Figure> {
  const house = await openHouse(server);
  const peer = new pg.Pool({ ...server, database: 'peer', max: connections, pipeline: true });
  // The server may end a connection before the pool has.
  peer.on('error', () => {});
  const recorded = recorder();
  const rates: { ours: number; peer: number }[] = [];
  for (let slice = 0; slice <= slices; slice++) {
    const mine = offers.slice(slice * claimsASlice, (slice + 1) * claimsASlice);
    const forms = await Promise.all(mine.map((offer) => openForm(house.deps, offer)));
    const ours = await rateOf(forms, (form) => recorded.during(() => press(house.deps, form)));
    const theirs = await rateOf(recorded.taken(), (claim) => send(peer, claim));
    // The first slice prepares statements and warms up both.
    if (slice > 0) rates.push({ ours, peer: theirs });
  }
  recorded.stop();
  await peer.end();
  await house.close();
  return {
    name: 'claim',
    value: rounded(median(rates.map((r) => r.ours))),
    unit: 'claims/s',
    peer: 'the same statements through a bare pg pool',
    peer_value: rounded(median(rates.map((r) => r.peer))),
    ratio: rounded(median(rates.map((r) => r.ours / r.peer)), 2),
    goal: 0.5,
  };
}

interface Form {
  readonly token: string;
  readonly nonce: string;
}

/** The accept link of an offer, and a nonce as its reader's open page would hold it. */
async function openForm({ db, links }: Deps, offer: string): Promise<Form> {
  const [to] = await db.query<{ sub: string }>('select contact_id as sub from offers where id = $1', [offer]);
  const now = await db.now();
  const link = links.url('a', { sub: to?.sub as string, act: 'accept', obj: offer, ver: 1 }, now);
  const token = link.slice(link.lastIndexOf('/') + 1);
  return { token, nonce: links.mintNonce(token, new Date(now.getTime() - 5_000)) };
}

async function press(deps: Deps, { token, nonce }: Form): Promise<void> {
  const answer = await actOnLink(deps, token, { nonce, promise: 'tomorrow' }, visitor);
  if (answer.status !== 303) throw new Error(`a claim was answered ${answer.status}`);
}

async function send(pool: pg.Pool, claim: readonly Statement[]): Promise<void> {
  const client = await pool.connect();
  await Promise.all(claim.map((statement) => client.query(statement as string)));
  client.release();
}

/** @returns how many a second, `clicks` at a time */
async function rateOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<number> {
  const began = performance.now();
  let next = 0;
  const hands = Array.from({ length: clicks }, async () => {
    for (let at = next++; at < items.length; at = next++) await work(items[at] as T);
  });
  await Promise.all(hands);
  return items.length / ((performance.now() - began) / 1000);
}

/** Notes every statement that a piece of work sends, in its order. */
function recorder() {
  const current = new AsyncLocalStorage<Statement[]>();
  let all: Statement[][] = [];
  const original = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const statement = args[0] as Statement;
    // The pool hands over a copy of what it was given, with a callback: only the words are kept.
    const { name, text, values } = Object(statement) as { name?: string; text?: string; values?: unknown[] };
    current
      .getStore()
      ?.push(
        text === undefined ? statement : ({ name, text, values: values ?? args[1] } as unknown as Statement),
      );
    return original.apply(this, args);
  } as typeof pg.Client.prototype.query;
  return {
    during: (work: () => Promise<void>): Promise<void> => {
      const statements: Statement[] = [];
      all.push(statements);
      return current.run(statements, work);
    },
    taken: (): Statement[][] => {
      const given = all;
      all = [];
      return given;
    },
    stop: () => {
      pg.Client.prototype.query = original as typeof pg.Client.prototype.query;
    },
  };
}
