import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { apiRouter } from './api/router.ts';
import { deliverLetters, recoverLetters } from './dispatch/deliver-letters.ts';
import { endDemo, skipDemo } from './dispatch/demo-clock.ts';
import type { Deps, House, Log, MailRoom } from './dispatch/deps.ts';
import { prepareInstallation } from './dispatch/prepare-installation.ts';
import { createIds } from './dispatch/ids.ts';
import { readOneMail } from './dispatch/read-mail.ts';
import { wakeOneLead } from './dispatch/wake-lead.ts';
import { preparePages } from './letters/pages.ts';
import { prepareLetters } from './letters/render.ts';
import { createLinks } from './letters/signed-links.ts';
import { composeMessage } from './mail/compose-message.ts';
import { openMailParser } from './mail/parse-mail.ts';
import { sandboxSend } from './mail/sandbox-sender.ts';
import { openSmtp } from './mail/smtp-sender.ts';
import { openDatabase } from './postgres/database.ts';
import { startEmbeddedServer } from './postgres/embedded-server.ts';
import { findInstallation } from './postgres/installation.ts';
import { type Connection, migrateToLatest } from './postgres/migrate.ts';
import { makeDemo } from './sandbox/demo-history.ts';
import { sandboxRouter } from './sandbox/router.ts';
import type { Settings } from './settings.ts';
import { startTimetable } from './timetable/timetable.ts';
import { webServer } from './web/server.ts';

/** A running Leadpost: where it answers, what its use cases work with, and how it ends. */
export interface Leadpost {
  readonly url: string;
  readonly deps: Deps;
  /** Where the embedded server keeps its data; null with an external database. */
  readonly dataDir: string | null;
  close(): Promise<void>;
}

export interface Overrides {
  /** Leaves the demo history out. */
  readonly demo?: boolean;
  /** Leaves the loop of due work out: the caller drives it. */
  readonly timetable?: boolean;
  readonly send?: MailRoom['send'];
}

const root = path.resolve(import.meta.dirname, '..');
type Closer = () => Promise<void> | void;

/** Builds every room and connects them. The only file that knows them all. */
export async function startLeadpost(settings: Settings, log: Log, overrides: Overrides = {}): Promise<Leadpost> {
  const closers: Closer[] = [];
  try {
    return await start(settings, log, overrides, closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function start(settings: Settings, log: Log, overrides: Overrides, closers: Closer[]): Promise<Leadpost> {
  const { connection, dataDir } = await findDatabase(settings, log, closers);
  await migrateToLatest(connection);
  const db = openDatabase(connection);
  closers.push(() => db.close());
  const ids = createIds();
  const keys = await prepareInstallation({ db, ids }, { sandbox: settings.sandbox, keys: settings.secretKeys });
  const server = createServer();
  const url = await listen(server, settings);
  closers.push(() => stopServer(server));
  const house = houseOf(settings, settings.baseUrl ?? url);
  const mail = await openMailRoom(settings, overrides, closers);
  const letters = await prepareLetters(path.join(settings.dataDir, 'templates'));
  const deps: Deps = { db, ids, letters, links: createLinks({ keys, baseUrl: house.baseUrl }), mail, house, log };
  await serve(deps, server, settings);
  await recoverLetters(deps, settings.sandbox);
  if (settings.sandbox) await furnish(deps, connection, overrides.demo !== false);
  if (overrides.timetable !== false) await keepTime(deps, closers);
  return { url, deps, dataDir, close: () => closeAll(closers) };
}

/** The sandbox's history, or none; over connections of its own, which need not wait for the disk. */
async function furnish(deps: Deps, connection: Connection, wanted: boolean): Promise<void> {
  if (!wanted) return skipDemo(deps);
  const db = openDatabase(connection, { lazyCommit: true });
  try {
    await makeDemo({ ...deps, db });
  } finally {
    await db.close();
  }
  await endDemo(deps);
}

async function findDatabase(settings: Settings, log: Log, closers: Closer[]): Promise<{ connection: Connection; dataDir: string | null }> {
  if (settings.databaseUrl) return { connection: settings.databaseUrl, dataDir: null };
  mkdirSync(settings.dataDir, { recursive: true });
  const server = await startEmbeddedServer({
    dir: path.join(settings.dataDir, 'pg'),
    flags: ['-c', 'max_connections=60'],
    log: (line) => log.info({ from: 'postgres' }, line),
  });
  closers.push(() => server.stop());
  return { connection: server.connection, dataDir: server.dataDir };
}

async function openMailRoom(settings: Settings, overrides: Overrides, closers: Closer[]): Promise<MailRoom> {
  const parser = openMailParser();
  closers.push(() => parser.close());
  const base = { compose: composeMessage, parse: parser.parse };
  if (overrides.send) return { ...base, send: overrides.send };
  if (!settings.smtp) return { ...base, send: sandboxSend };
  const smtp = openSmtp(settings.smtp);
  closers.push(() => smtp.close());
  return { ...base, send: smtp.send };
}

async function serve(deps: Deps, server: Server, settings: Settings): Promise<void> {
  const pages = preparePages();
  const routers = [{ path: '/api/v1', router: apiRouter(deps) }];
  if (settings.sandbox) routers.push({ path: '/sandbox', router: sandboxRouter(deps, pages.renderPage) });
  const isReady = async (): Promise<boolean> => {
    const found = await findInstallation(deps.db);
    return found !== undefined && (!settings.sandbox || found.demo_ready);
  };
  const parts = { deps, renderPage: pages.renderPage, assetsDir: path.join(root, 'assets'), isReady, routers };
  server.on('request', webServer(parts));
}

/** How often the queues are looked at when nobody says that something was put in: a safety net under NOTIFY. */
const lookMs = 1_000;

async function keepTime(deps: Deps, closers: Closer[]): Promise<void> {
  const failed = (name: string, error: unknown): void => deps.log.error({ entry: name, err: error }, 'due work failed');
  const entries = [
    { name: 'mails in', every: lookMs, run: async () => Number(await readOneMail(deps)) },
    { name: 'leads due', every: lookMs, run: async () => Number(await wakeOneLead(deps)) },
    { name: 'letters out', every: lookMs, run: () => deliverLetters(deps) },
  ];
  const timetable = startTimetable(entries, failed);
  closers.push(() => timetable.stop());
  const stopListening = await deps.db.listen('leadpost_work', () => timetable.nudge());
  closers.push(stopListening);
}

function houseOf(settings: Settings, baseUrl: string): House {
  const { sandbox, vendorName, mailFrom, replyAddress, zone, locale } = settings;
  const desk = { name: `${vendorName} lead desk`, email: mailFrom.address, phone: null };
  return { sandbox, baseUrl, vendorName, from: mailFrom, replyAddress, zone, locale, desk };
}

async function listen(server: Server, settings: Settings): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, settings.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = settings.host === '127.0.0.1' || settings.host === '0.0.0.0' ? 'localhost' : settings.host;
  return `http://${host}:${port}`;
}

/** Answers what has begun, takes nothing new. */
async function stopServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  });
}

async function closeAll(closers: Closer[]): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}
