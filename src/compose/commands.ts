import { Resolver } from 'node:dns/promises';
import type { Problem } from '../api/problems.ts';
import { commands } from '../cli/commands.ts';
import { nameServer } from '../cli/name-server.ts';
import { printerTo } from '../cli/print.ts';
import type { Room } from '../cli/room.ts';
import { runCli } from '../cli/run.ts';
import type { Log, Message } from '../dispatch/deps.ts';
import { hint } from '../lead/nearest.ts';
import type { Connection } from '../postgres/migrate.ts';
import { readSettings, type Settings } from '../settings.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Every command but `start`.
 *
 * @param clock this process's own clock
 * @returns the exit code: 0 done, 1 failed, 2 usage, 78 configuration
 */
export function runCommand(
  name: string,
  args: readonly string[],
  env: Env,
  clock: () => Date,
): Promise<number> {
  const out = (text: string): void => void process.stdout.write(text);
  const err = (text: string): void => void process.stderr.write(text);
  return runCli(commands, [name, ...args], roomOf(env, clock, err), printerTo(out, err));
}

/** What the commands may use of the other rooms, each loaded when it is first asked for: a command is a short visit. */
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
  const onDatabase = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    if (open) return work(open);
    const { withConnection } = await import('./house.ts');
    return withConnection(settings(), log, work);
  };
  return {
    settings,
    now: clock,
    hint,
    debug,
    withHouse: async (work) => {
      const { withHouse } = await import('./house.ts');
      return withHouse(settings(), log, (deps, connection) => {
        open = connection;
        return work(deps);
      });
    },
    migrate: async () => onDatabase((await import('../postgres/migrate.ts')).migrateToLatest),
    databaseState: async () => onDatabase((await import('../dispatch/check-database.ts')).checkDatabase),
    backUp: async (to) => {
      const { backUp } = await import('../dispatch/back-up.ts');
      return onDatabase((connection) => backUp(connection, to));
    },
    restore: async (from, { resend }) => {
      const { restore } = await import('../dispatch/restore.ts');
      return onDatabase((connection) => restore(connection, from, { sandbox: settings().sandbox, resend }));
    },
    makeDemo: async (deps) => (await import('./demo.ts')).furnish(deps, open as Connection),
    compose: (message) => composeSigned(settings(), message),
    talkSmtp: async function* (server, letter) {
      yield* (await import('../mail/smtp-dialogue.ts')).smtpDialogue(server, letter);
    },
    nameServer: () => nameServer(new Resolver({ timeout: 3_000, tries: 2 })),
    dkimRecord: () => publishedKey(settings()),
    tryMailbox,
    parseReply: async (file, options) =>
      (await import('../mail/parse-file.ts')).parseReplyFile(file, options),
    endParsing: async () => (await import('../mail/parse-mail.ts')).closeMailParser(),
    checkLead,
    checkPartner,
    checkProgramme: async (value) => (await import('../api/programme-document.ts')).checkProgramme(value),
    programmeSchema: async () =>
      (await import('../api/programme-document.ts')).programmeJsonSchema('urn:leadpost:programme'),
    wordsOf: async (refusal) =>
      ((await import('../api/problems.ts')).refused(refusal).body as Problem).detail,
  };
}

/** A mail as the service would compose and sign it. */
async function composeSigned({ dkim }: Settings, message: Message): Promise<Buffer> {
  const { composeMessage } = await import('../mail/compose-message.ts');
  const { signedCompose } = await import('../mail/dkim.ts');
  return signedCompose(composeMessage, dkim)(message);
}

const publishedKey = async ({ dkim }: Settings): Promise<string | null> =>
  dkim && (await import('../mail/dkim.ts')).dkimRecord(dkim);

const checkLead: Room['checkLead'] = async (value) => {
  const { check } = await import('../api/faults.ts');
  const { newLead } = await import('../api/lead-schemas.ts');
  const { normaliseLead } = await import('../dispatch/normalise-lead.ts');
  const checked = check(newLead, value);
  return checked.ok ? { ok: true, lead: normaliseLead(checked.value) } : checked;
};

const checkPartner: Room['checkPartner'] = async (externalId, value, house) => {
  const { check } = await import('../api/faults.ts');
  const { partnerBody } = await import('../api/partner-schemas.ts');
  const { normalisePartner } = await import('../dispatch/normalise-partner.ts');
  const checked = check(partnerBody, { external_id: externalId, ...(value as object) });
  return checked.ok
    ? { ok: true, partner: normalisePartner(externalId, checked.value, house) }
    : { ok: false, errors: checked.errors };
};

/** Logs in and opens the mailbox, as the watcher will. */
async function tryMailbox(url: string, mailbox: string): Promise<void> {
  const { ImapFlow } = await import('imapflow');
  const { imapOptions } = await import('../mail/imap-account.ts');
  const patience = 15_000;
  const client = new ImapFlow({
    ...imapOptions(url),
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
  });
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
  const tell = (about: object, message: string): void =>
    err(`${message} ${debug ? JSON.stringify(about) : ''}`.trimEnd().concat('\n'));
  return { info: debug ? tell : () => {}, warn: debug ? tell : () => {}, error: tell };
}
