import type { ImapFlow } from 'imapflow';
import type { Deps } from '../dispatch/deps.ts';
import { receiveMail } from '../dispatch/receive-mail.ts';
import { maxMailBytes } from './parse-mail.ts';
import { vouchesForSender } from './vouch-for-sender.ts';

/** Where mails go once they are dealt with. */
export interface Folders {
  readonly processed: string;
  readonly tooLarge: string;
}

export interface Intake {
  readonly deps: Deps;
  readonly mailbox: string;
  readonly authservId: string | null;
  readonly signal: AbortSignal;
  /** How often a mail could not be stored, by UIDVALIDITY and UID: those come last, so that they hold up nobody. */
  readonly setbacks: Map<string, number>;
}

/** Makes the folders unless they are there. */
export async function makeFolders(client: ImapFlow): Promise<Folders> {
  const processed = await client.mailboxCreate('Processed');
  const tooLarge = await client.mailboxCreate('TooLarge');
  return { processed: processed.path, tooLarge: tooLarge.path };
}

/** Mails looked at before the mailbox is asked again what is new. */
const batch = 50;
/** So many in a row that cannot be stored are no poisoned mails: the database is away. */
const failuresInARow = 3;

/**
 * Stores what lies in the mailbox, mail by mail, and moves each out after it is stored: what is in the mailbox is
 * what remains to be done. UIDs are remembered nowhere, so it does not matter when the server gives them out anew.
 *
 * @returns whether there is more than one batch
 */
export async function emptyMailbox(client: ImapFlow, folders: Folders, intake: Intake): Promise<boolean> {
  const lock = await client.getMailboxLock(intake.mailbox);
  try {
    // A mailbox that was selected before is not looked at anew by the lock.
    await client.noop();
    const box = client.mailbox;
    if (!box) throw new Error(`the mailbox ${intake.mailbox} cannot be opened`);
    const key = (uid: number): string => `${box.uidValidity}:${uid}`;
    const setbacks = (uid: number): number => intake.setbacks.get(key(uid)) ?? 0;
    const found = (await client.search({ deleted: false }, { uid: true })) || [];
    const uids = found.toSorted((a, b) => setbacks(a) - setbacks(b) || a - b).slice(0, batch);
    let failed = 0;
    for (const { uid, size } of await sizes(client, uids)) {
      if (intake.signal.aborted) return false;
      try {
        await takeOut(client, folders, intake, uid, size);
        intake.setbacks.delete(key(uid));
        failed = 0;
      } catch (error) {
        if (!client.usable) throw error;
        intake.setbacks.set(key(uid), setbacks(uid) + 1);
        intake.deps.log.error({ uid, err: error }, 'a mail could not be stored; it stays in the mailbox');
        failed += 1;
        if (failed >= failuresInARow) throw error;
      }
    }
    return found.length > uids.length && failed === 0;
  } finally {
    lock.release();
  }
}

/** In the order asked for. No other command may run while a fetch is being read, so it is read to its end first. */
async function sizes(client: ImapFlow, uids: readonly number[]): Promise<{ uid: number; size: number }[]> {
  if (uids.length === 0) return [];
  const byUid = new Map<number, number>();
  for await (const { uid, size } of client.fetch([...uids], { uid: true, size: true }, { uid: true }))
    byUid.set(uid, size ?? 0);
  return uids.flatMap((uid) => (byUid.has(uid) ? [{ uid, size: byUid.get(uid) as number }] : []));
}

async function takeOut(
  client: ImapFlow,
  folders: Folders,
  intake: Intake,
  uid: number,
  size: number,
): Promise<void> {
  const { deps, authservId } = intake;
  if (size > maxMailBytes) {
    deps.log.error({ uid, size, folder: folders.tooLarge }, 'a mail over 10 MB was put aside unread');
    return move(client, uid, folders.tooLarge);
  }
  const message = await client.fetchOne(String(uid), { source: true }, { uid: true });
  const raw = message ? message.source : undefined;
  // Somebody else has taken it out in the meantime: another process, or a person.
  if (!raw) return;
  const authenticated = await vouchesForSender(deps.mail.parse, raw, authservId);
  await receiveMail(deps, raw, { via: 'imap', authenticated });
  await move(client, uid, folders.processed);
}

/** A mail that is stored but cannot be moved is met again, stored once, and tried again. */
async function move(client: ImapFlow, uid: number, folder: string): Promise<void> {
  const moved = await client.messageMove([uid], folder, { uid: true });
  if (!moved) throw new Error(`the server did not move the mail to ${folder}`);
}
