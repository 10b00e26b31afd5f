import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/postgres/embedded-server.ts';
import { postLead, setStage, toMondayAt } from '../harness/cast.ts';
import { eventually, type House, type Message, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';
import { query } from '../harness/server.ts';

/**
 * Statements that read a whole table are quick in every test and slow after two years. Here PostgreSQL is told that its
 * tables are a hundred times as large, goes through one only where nothing else leads to a row, and tells every plan it
 * makes: for the demo, for three weeks after it, and for what is asked at the desk.
 */
const flags = [
  ...['enable_seqscan=off', 'enable_hashjoin=off', 'enable_mergejoin=off', 'autovacuum=off', 'fsync=off'],
  ...['session_preload_libraries=auto_explain', 'auto_explain.log_min_duration=0', 'jit=off'],
  'auto_explain.log_format=json',
].flatMap((setting) => ['-c', setting]);

/** Tables with a row for each lead, letter or event, for ever. */
const growing: ReadonlySet<string> = new Set([
  ...['leads', 'lead_keys', 'facts', 'notes', 'explanations', 'imports', 'import_items', 'form_posts'],
  ...['offers', 'offer_waits', 'assignments', 'suspensions', 'point_entries', 'presses', 'answers'],
  ...['threads', 'letters', 'letter_bytes', 'bundled_reminders', 'inbound', 'bounces'],
]);

const dir = mkdtempSync(path.join(tmpdir(), 'leadpost-plans-'));
chmodSync(dir, 0o755);
let server: EmbeddedServer;
let house: House;
/** Indexes that hold but a few of a table's rows: those that are open, due or waiting. */
let partial: ReadonlySet<string>;

beforeAll(async () => {
  server = await startEmbeddedServer({ dir: path.join(dir, 'pg'), flags });
  const { host, port } = server.connection;
  const url = `postgres:///postgres?host=${encodeURIComponent(host)}&port=${port}&user=postgres`;
  house = await startHouse({ demo: true, env: { DATABASE_URL: url } });
  await eventually(async () => expect((await fetch(`${house.url}/readyz`)).status).toBe(200), 60_000);
  const rows = await query(
    server.connection,
    `select indexname as name from pg_indexes where indexdef like '% WHERE %'
       and indexname not in ('offers_sent', 'offers_answered', 'assignments_closed', 'leads_source_external_id')`,
  );
  partial = new Set(rows.rows.map(({ name }) => name));
  await query(server.connection, 'analyze');
  await query(
    server.connection,
    `update pg_class set reltuples = reltuples * 100 where relkind = 'r' and reltuples > 0
       and relnamespace = 'public'::regnamespace`,
  );
}, 180_000);
afterAll(async () => {
  await house.stop();
  await server.stop();
  for (const left of [dir, server.connection.host, path.dirname(server.dataDir)])
    rmSync(left, { recursive: true, force: true });
});

const log = (): string => readFileSync(path.join(path.dirname(server.dataDir), 'server.log'), 'utf8');

test('nothing the service does reads a whole table that grows', async () => {
  const before = log().length;
  await setStage(house, { programme: { standing: {} } });
  await toMondayAt(house, '06:00');
  let holder = '';
  for (const words of ['won 12k', 'called']) {
    const { reference } = await postLead(house);
    const offer = (await house.messages()).find(({ subject }) => subject.includes(reference)) as Message;
    await house.press(linkTo((await house.mailOf(offer)).links, 'accept'), { promise: 'today' });
    await house.reply(await house.newest(offer.to, 'accepted', reference), words);
    expect((await house.api('GET', `/leads/${reference}`)).status).toBe(200);
    holder = offer.to;
  }
  await postLead(house);
  await house.advance('PT2H');
  const answered = await house.reply(await house.newest(holder, 'partner-digest'), '2 called');
  // Which row it is depends on who else was offered a lead; its report is found either way.
  expect(answered.body.state).toMatch(/^(applied|proposed)$/);
  for (let week = 0; week < 3; week++) await house.advance('P7D');
  for (const list of [
    '/leads',
    '/messages',
    '/inbox',
    '/partners',
    '/inbox?state=applied',
    '/leads?state=unplaced',
  ])
    expect((await house.api('GET', list)).status, list).toBe(200);
  const told = plansIn(log().slice(before));
  expect(told.length).toBeGreaterThan(1_000);
  const whole = told.flatMap(({ text, plan }) =>
    isMeant(text) ? [] : wholeReads(plan).map((read) => `${read}: ${text}`),
  );
  expect([...new Set(whole)]).toEqual([]);
  // What such a plan looks like.
  const sql = 'explain (format json) select * from facts where lead_id is null or channel = $$none$$';
  const [seen] = (await query(server.connection, sql)).rows;
  expect(wholeReads(seen['QUERY PLAN'][0].Plan)).toEqual([expect.stringMatching(/^facts /)]);
}, 180_000);

/** Asked whether there is anything at all, or for the claims of so many weeks that the demo has no others. */
const isMeant = (text: string): boolean =>
  /^select exists \(select from|^explain|x\.claimed_at >= \$2 group by/.test(text);

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Plan[];
}

/** The parts of a plan that go through all rows of a table that grows; the first few of an order are no such thing. */
function wholeReads(plan: Plan, limited = false): string[] {
  const node = plan['Node Type'];
  const table = plan['Relation Name'] ?? '';
  const through =
    node === 'Seq Scan' ||
    (/^Index/.test(node) && !plan['Index Cond'] && !limited && !partial.has(plan['Index Name'] ?? ''));
  return [
    ...(through && growing.has(table) ? [`${table} (${node})`] : []),
    ...(plan.Plans ?? []).flatMap((part) => wholeReads(part, limited || node === 'Limit')),
  ];
}

/** What auto_explain has written: an object on lines of their own behind each duration. */
function plansIn(log: string): { readonly text: string; readonly plan: Plan }[] {
  return [...log.matchAll(/ {2}plan:\n((?:\t.*\n)+)/g)].map(([, lines = '']) => {
    const told = JSON.parse(lines.replace(/^\t/gm, ''));
    return { text: String(told['Query Text']).trim(), plan: told.Plan as Plan };
  });
}
