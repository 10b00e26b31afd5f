import { type Begun, begin, templatesIn } from './compose/begin.ts';
import { furnish } from './compose/demo.ts';
import { houseOf } from './compose/house.ts';
import { openHttp } from './compose/http.ts';
import { type DeskSetup, openLetterDesk } from './compose/letter-desk.ts';
import { keepTime } from './compose/loops.ts';
import { recoverLeases } from './dispatch/deliver-letters.ts';
import { skipDemo } from './dispatch/demo-clock.ts';
import type { Deps, House, Log, MailRoom } from './dispatch/deps.ts';
import { createIds } from './dispatch/ids.ts';
import { prepareInstallation } from './dispatch/prepare-installation.ts';
import { publicHolidays } from './dispatch/public-holidays.ts';
import { preparePlaces } from './dispatch/relay-rate.ts';
import { createLinks, type LinkKey } from './letters/signed-links.ts';
import { composeMessage } from './mail/compose-message.ts';
import { signedCompose } from './mail/dkim.ts';
import { guardedCompose, guardedSend } from './mail/guarded-send.ts';
import { watchMailbox } from './mail/imap-watcher.ts';
import { openPace } from './mail/pace.ts';
import { openMailParser } from './mail/parse-mail.ts';
import { sandboxSend } from './mail/sandbox-sender.ts';
import { openSmtp } from './mail/smtp-sender.ts';
import { openDatabase } from './postgres/database.ts';
import { migrateToLatest } from './postgres/migrate.ts';
import { showPresence } from './postgres/presence.ts';
import type { Settings } from './settings.ts';
import type { FetchKeys } from './web/provider-keys.ts';

/** A running Leadpost: where it answers, what its use cases work with, and how it ends. */
export interface Leadpost {
  /** Empty for a process that does not listen. */
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
  /** What the caller has begun already. */
  readonly begun?: Begun;
  /** Where the keys of mail programs come from, instead of from their makers. */
  readonly fetchKeys?: FetchKeys;
}

type Closer = () => Promise<void> | void;

/** Builds every room and connects them. The only file that knows them all. */
export async function startLeadpost(
  settings: Settings,
  log: Log,
  overrides: Overrides = {},
): Promise<Leadpost> {
  const closers: Closer[] = [];
  try {
    return await start(settings, log, overrides, closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function start(
  settings: Settings,
  log: Log,
  overrides: Overrides,
  closers: Closer[],
): Promise<Leadpost> {
  const begun = overrides.begun ?? begin(settings, log);
  const { connection, dataDir, stop } = await begun.database;
  closers.push(stop);
  await migrateToLatest(connection);
  const db = openDatabase(connection, { holidays: publicHolidays });
  closers.push(() => db.close());
  const ids = createIds();
  const presence = await showPresence(connection, ids.owner());
  closers.push(() => presence.close());
  const keys = await prepareInstallation(
    { db, ids },
    { sandbox: settings.sandbox, keys: settings.secretKeys },
  );
  const http = await openHttp(settings, presence, log);
  closers.push(() => http.close());
  const { url } = http;
  const house = houseOf(settings, settings.baseUrl ?? baseOf(settings, url, log));
  const mail = await openMailRoom(settings, overrides, closers);
  const letters = await begun.letters;
  const links = createLinks({ keys, baseUrl: house.baseUrl });
  const desk = openLetterDesk({ house, letters, links, mail, log }, deskSetup(settings, keys, house));
  closers.push(() => desk.close());
  const deps: Deps = {
    db,
    ids,
    letters,
    links,
    mail,
    house,
    log,
    composeLetters: desk.compose,
    owner: presence.owner,
  };
  http.serve(deps, settings, overrides.fetchKeys);
  await preparePlaces(deps);
  await recoverLeases(deps);
  if (settings.sandbox) await (overrides.demo === false ? skipDemo(deps) : furnish(deps, connection));
  if (overrides.timetable !== false) keepTime(deps, settings, presence, closers);
  openInbox(deps, settings, closers);
  // First of all no more requests: what they use is closed after them.
  closers.push(() => http.close());
  return { url, deps, dataDir, close: () => closeAll(closers) };
}

async function openMailRoom(settings: Settings, overrides: Overrides, closers: Closer[]): Promise<MailRoom> {
  const parser = openMailParser();
  closers.push(() => parser.close());
  const base = {
    compose: signedCompose(guardedCompose(composeMessage, settings), settings.dkim),
    parse: parser.parse,
  };
  const pace = settings.smtpRate ? { pace: openPace(settings.smtpRate) } : {};
  if (overrides.send) return { ...base, ...pace, send: guardedSend(overrides.send, settings) };
  if (!settings.smtp) return { ...base, send: guardedSend(sandboxSend, settings) };
  const smtp = openSmtp(settings.smtp);
  closers.push(() => smtp.close());
  return { ...base, ...pace, send: guardedSend(smtp.send, settings) };
}

const deskSetup = (settings: Settings, keys: readonly LinkKey[], house: House): DeskSetup => ({
  keys,
  house,
  templates: templatesIn(settings),
  guard: { redirectAllTo: settings.redirectAllTo, allowlist: settings.allowlist },
  dkim: settings.dkim,
});

/** Watches the mailbox that replies arrive in, when this process is to. */
function openInbox(deps: Deps, settings: Settings, closers: Closer[]): void {
  const { inbound, imapUrl, imapMailbox, authservId, roles } = settings;
  const { log } = deps;
  if (!roles.includes('inbox')) return;
  if (inbound !== 'imap' || !imapUrl) {
    if (roles.length === 1)
      log.warn({ inbound }, 'INBOUND is off: a process with the role inbox alone has nothing to do');
    return;
  }
  const watcher = watchMailbox(deps, { url: imapUrl, mailbox: imapMailbox, authservId });
  closers.push(() => watcher.stop());
}

/** Where links lead in a sandbox without BASE_URL; only one with the role web answers them. */
function baseOf(settings: Settings, url: string, log: Log): string {
  if (settings.roles.includes('web')) return url;
  const guess = settings.port > 0 ? `http://localhost:${settings.port}` : url;
  if (settings.roles.includes('worker'))
    log.warn({ base_url: guess }, 'BASE_URL is not set: links in mails lead to this process’s own PORT');
  return guess;
}

async function closeAll(closers: Closer[]): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}
