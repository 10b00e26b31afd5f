import { ImapFlow } from 'imapflow';
import type { Deps } from '../dispatch/deps.ts';
import { imapOptions } from './imap-account.ts';
import { emptyMailbox, type Intake, makeFolders } from './imap-intake.ts';

export interface Watching {
  readonly url: string;
  readonly mailbox: string;
  /** The id our mail server signs Authentication-Results with; null means that no mail counts as authenticated. */
  readonly authservId: string | null;
  /** A look at least this often, because IDLE may fall silent unnoticed; milliseconds. */
  readonly pollMs?: number;
  /** Pause after the first failure, doubled with each further one up to a minute; milliseconds. */
  readonly pauseMs?: number;
}

const longestPause = 60_000;
const farewellMs = 2_000;

/**
 * Watches a mailbox until stopped: every mail is stored, then moved to `Processed`. At least once from the server,
 * exactly once in the database, because a mail is known by its Message-ID and hash.
 */
export function watchMailbox(deps: Deps, watching: Watching): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { mailbox, authservId } = watching;
  const intake: Intake = { deps, mailbox, authservId, signal: stopping.signal, setbacks: new Map() };
  if (authservId === null) {
    deps.log.warn({ mailbox }, 'INBOUND_AUTHSERV_ID is not set: no reply by mail will change anything');
  }
  const done = keepWatching(watching, intake);
  return {
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}

async function keepWatching(watching: Watching, intake: Intake): Promise<void> {
  const { signal, deps } = intake;
  const { pauseMs = 1_000 } = watching;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await watchOnce(watching, intake, () => {
        failures = 0;
      });
      if (!signal.aborted)
        deps.log.warn({ mailbox: watching.mailbox }, 'the mail server closed the connection');
    } catch (error) {
      deps.log.error(reason(error), 'watching the mailbox failed; it is tried again');
    }
    // Jitter, so that many installations do not come back to a restarted server at the same instant.
    const pause = Math.min(pauseMs * 2 ** Math.min(failures, 16), longestPause) * (0.75 + Math.random() / 2);
    failures += 1;
    await rest(pause, signal).over;
  }
}

/** One connection from beginning to end; an ImapFlow cannot be used twice. */
async function watchOnce(watching: Watching, intake: Intake, fine: () => void): Promise<void> {
  const { pollMs = 60_000 } = watching;
  const { signal } = intake;
  const client = new ImapFlow(imapOptions(watching.url));
  let ring = (): void => {};
  const nudge = (): void => ring();
  // Without a listener for errors the process would die of them; whatever was being waited for rejects as well.
  client.on('error', nudge);
  client.on('close', nudge);
  client.on('exists', nudge);
  signal.addEventListener('abort', nudge);
  // What is in hand is finished first, unless the server takes too long over it.
  const session = new AbortController();
  const hurry = async (): Promise<void> => {
    await rest(farewellMs, session.signal).over;
    if (!session.signal.aborted) client.close();
  };
  signal.addEventListener('abort', hurry, { signal: session.signal });
  try {
    await client.connect();
    const folders = await makeFolders(client);
    while (client.usable && !signal.aborted) {
      // Armed before looking, so that nothing is missed in between.
      const pause = rest(pollMs, signal);
      ring = pause.end;
      const more = await emptyMailbox(client, folders, intake);
      fine();
      if (!more && client.usable) {
        client.idle().catch(nudge);
        await pause.over;
      }
      pause.end();
    }
  } finally {
    signal.removeEventListener('abort', nudge);
    session.abort();
    await goodbye(client);
  }
}

async function goodbye(client: ImapFlow): Promise<void> {
  const patience = rest(farewellMs);
  if (client.usable) await Promise.race([client.logout().catch(() => {}), patience.over]);
  patience.end();
  client.close();
}

/** A pause that can be cut short. */
function rest(ms: number, signal?: AbortSignal): { readonly over: Promise<void>; end(): void } {
  let end = (): void => {};
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(() => end(), ms);
    end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
  return { over, end };
}

/** What is worth telling of an IMAP failure, without the command, which may hold the password. */
function reason(error: unknown): object {
  const { message, code, responseText, authenticationFailed } = error as Error & {
    code?: string;
    responseText?: string;
    authenticationFailed?: boolean;
  };
  return {
    error: message,
    code,
    answer: responseText,
    ...(authenticationFailed ? { authentication: 'failed' } : {}),
  };
}
