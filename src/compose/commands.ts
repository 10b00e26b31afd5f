import { check } from '../api/faults.ts';
import { newLead } from '../api/lead-schemas.ts';
import { hint } from '../api/nearest.ts';
import { type Problem, refused } from '../api/problems.ts';
import type { Command } from '../cli/command.ts';
import { databaseCommands } from '../cli/database-commands.ts';
import { demoCommands } from '../cli/demo-commands.ts';
import { doctor } from '../cli/doctor-command.ts';
import { keyCommands } from '../cli/key-commands.ts';
import { leadCommands } from '../cli/lead-commands.ts';
import { mailCommands } from '../cli/mail-commands.ts';
import { printerTo } from '../cli/print.ts';
import { parse } from '../cli/reply-command.ts';
import { reportCommands } from '../cli/report-command.ts';
import type { Room } from '../cli/room.ts';
import { runCli } from '../cli/run.ts';
import { start } from '../cli/start-command.ts';
import { inspect } from '../cli/token-command.ts';
import { userCommands } from '../cli/user-commands.ts';
import { backUp } from '../dispatch/back-up.ts';
import { checkDatabase } from '../dispatch/check-database.ts';
import { endDemo } from '../dispatch/demo-clock.ts';
import type { Log } from '../dispatch/deps.ts';
import { normaliseLead } from '../dispatch/normalise-lead.ts';
import { restore } from '../dispatch/restore.ts';
import { composeMessage } from '../mail/compose-message.ts';
import { imapOptions } from '../mail/imap-account.ts';
import { parseReplyFile } from '../mail/parse-file.ts';
import { closeMailParser } from '../mail/parse-mail.ts';
import { smtpDialogue } from '../mail/smtp-dialogue.ts';
import { openDatabase } from '../postgres/database.ts';
import { type Connection, migrateToLatest } from '../postgres/migrate.ts';
import { makeDemo } from '../sandbox/demo-history.ts';
import { readSettings, type Settings } from '../settings.ts';
import { withConnection, withHouse } from './house.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** In the order of the help. */
const commands: readonly Command[] = [
  start,
  ...demoCommands,
  doctor,
  ...mailCommands,
  parse,
  inspect,
  ...leadCommands,
  ...reportCommands,
  ...keyCommands,
  ...userCommands,
  ...databaseCommands,
];

/**
 * Every command but `start`.
 *
 * @param clock this process's own clock
 * @returns the exit code: 0 done, 1 failed, 2 usage, 78 configuration
 */
export function runCommand(name: string, args: readonly string[], env: Env, clock: () => Date): Promise<number> {
  const out = (text: string): void => void process.stdout.write(text);
  const err = (text: string): void => void process.stderr.write(text);
  return runCli(commands, [name, ...args], roomOf(env, clock, err), printerTo(out, err));
}

function roomOf(env: Env, clock: () => Date, err: (text: string) => void): Room {
  let read: Settings | undefined;
  const settings = (): Settings => {
    read ??= readSettings(env);
    return read;
  };
  const debug = env['LOG_LEVEL'] === 'debug';
  const log = logTo(err, debug);
  // One connection at a time is open; a command inside a house asks about the same one.
  let open: Connection | undefined;
  const onDatabase = <T>(work: (connection: Connection) => Promise<T>): Promise<T> =>
    open ? work(open) : withConnection(settings(), log, work);
  return {
    settings,
    now: clock,
    hint,
    debug,
    withHouse: (work) =>
      withHouse(settings(), log, (deps, connection) => {
        open = connection;
        return work(deps);
      }),
    migrate: () => onDatabase(migrateToLatest),
    databaseState: () => onDatabase(checkDatabase),
    backUp: (to) => onDatabase((connection) => backUp(connection, to)),
    restore: (from, { resend }) =>
      onDatabase((connection) => restore(connection, from, { sandbox: settings().sandbox, resend })),
    makeDemo: async (deps) => {
      // Made again from the start when it is cut short, so it need not wait for the disk.
      const db = openDatabase(open as Connection, { lazyCommit: true });
      try {
        await makeDemo({ ...deps, db });
      } finally {
        await db.close();
      }
      await endDemo(deps);
    },
    compose: composeMessage,
    talkSmtp: smtpDialogue,
    tryMailbox,
    parseReply: parseReplyFile,
    endParsing: closeMailParser,
    checkLead: (value) => {
      const checked = check(newLead, value);
      return checked.ok ? { ok: true, lead: normaliseLead(checked.value) } : checked;
    },
    wordsOf: (refusal) => (refused(refusal).body as Problem).detail,
  };
}

/** Logs in and opens the mailbox, as the watcher will. */
async function tryMailbox(url: string, mailbox: string): Promise<void> {
  const { ImapFlow } = await import('imapflow');
  const client = new ImapFlow({ ...imapOptions(url), connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 15_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.mailboxOpen(mailbox, { readOnly: true });
    await client.logout();
  } finally {
    client.close();
  }
}

/** A command says itself what it did; only what goes wrong beside it is told, and everything to those who asked. */
function logTo(err: (text: string) => void, debug: boolean): Log {
  const tell = (about: object, message: string): void => err(`${message} ${debug ? JSON.stringify(about) : ''}`.trimEnd().concat('\n'));
  return { info: debug ? tell : () => {}, warn: debug ? tell : () => {}, error: tell };
}
