import { readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { watchMailbox } from '../../../src/mail/imap-watcher.ts';
import { eventually, type House, startHouse } from '../../harness/house.ts';
import { query } from '../../harness/server.ts';
import { type MailServer, replies, startMailServer } from './mail-server.ts';

let mail: MailServer;
let house: House;
beforeAll(async () => {
  mail = await startMailServer();
});
beforeEach(async () => {
  house = await startHouse({ env: mail.env });
});
afterEach(async () => {
  await house.stop();
  for (const folder of ['', '.Processed', '.TooLarge'])
    empty(path.join(mail.dovecot.maildir(replies), folder));
});
afterAll(() => mail.stop());

const letter = (id: string, body = 'Good morning'): string =>
  [`Message-ID: <${id}@mail.example>`, 'From: somebody@mail.example', 'Subject: Hello', '', body, ''].join(
    '\r\n',
  );

const deliver = (id: string, body?: string): Promise<void> =>
  mail.deliver(`${replies}@leads.example`, letter(id, body));

/** How often each mail was stored. */
async function stored(): Promise<Map<string, number>> {
  const { rows } = await query(house.database.connection, 'select message_id from inbound');
  const counts = new Map<string, number>();
  for (const { message_id } of rows as { message_id: string }[]) {
    const id = message_id.replace(/^<|@.*$/g, '');
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

const files = (folder: string): string[] =>
  ['new', 'cur'].flatMap((part) => {
    const dir = path.join(mail.dovecot.maildir(replies), folder, part);
    return readdirSync(dir).map((file) => path.join(dir, file));
  });

function empty(folder: string): void {
  for (const part of ['new', 'cur']) {
    const dir = path.join(folder, part);
    for (const file of readdirSync(dir)) rmSync(path.join(dir, file));
  }
}

const names = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

async function expectOnceEach(ids: readonly string[], capMs = 20_000): Promise<void> {
  await eventually(async () => expect([...(await stored()).keys()].sort()).toEqual([...ids].sort()), capMs);
  await eventually(async () => expect(await mail.count(replies, 'INBOX')).toBe(0), capMs);
  expect([...(await stored()).values()].every((times) => times === 1)).toBe(true);
}

test('mails that come one by one, and many at once', async () => {
  const singles = names(5, 'single');
  for (const id of singles) {
    const began = performance.now();
    await deliver(id);
    await eventually(async () => expect((await stored()).has(id)).toBe(true));
    console.info(`delivered to stored: ${Math.round(performance.now() - began)} ms`);
  }
  const many = names(120, 'many');
  const began = performance.now();
  await Promise.all(many.map((id) => deliver(id)));
  await expectOnceEach([...singles, ...many]);
  console.info(`120 at once, all stored and moved: ${Math.round(performance.now() - began)} ms`);
});

test('the mail server is killed and started again while mails arrive: nothing lost, nothing twice', async () => {
  const ids = names(150, 'storm');
  /** Tries of each mail: one whose answer was lost in a kill may lie in the mailbox twice, as two different mails. */
  const tries = new Map<string, number>();
  let next = 0;
  const postman = async (): Promise<void> => {
    for (let id = ids[next++]; id; id = ids[next++]) {
      for (let delivered = false; !delivered; ) {
        tries.set(id, (tries.get(id) ?? 0) + 1);
        delivered = await deliver(id).then(
          () => true,
          () => false,
        );
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  const postmen = Promise.all([postman(), postman(), postman()]);
  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGKILL'] as const) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    await mail.dovecot.stop(signal);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await mail.dovecot.start();
  }
  await postmen;
  await eventually(async () => expect((await stored()).size).toBe(ids.length), 40_000);
  await eventually(async () => expect(await mail.count(replies, 'INBOX')).toBe(0), 40_000);
  const counts = await stored();
  const copies = await mail.count(replies, 'Processed');
  expect([...counts.values()].reduce((sum, times) => sum + times, 0)).toBe(copies);
  for (const [id, times] of counts) expect(times).toBeLessThanOrEqual(tries.get(id) ?? 0);
  const repeated = [...tries.values()].filter((times) => times > 1).length;
  console.info(
    `${ids.length} mails, 4 ends of the server, ${repeated} delivered again, ${copies} copies in the mailbox, ${copies} rows`,
  );
});

test('UIDs given out anew: mails that are met again are not stored again, new ones are', async () => {
  const before = names(20, 'before');
  await Promise.all(before.map((id) => deliver(id)));
  await expectOnceEach(before);
  const validity = await mail.uidValidity(replies);
  await mail.dovecot.stop();
  // As after a restored backup: the mails are back in the inbox, and the server has forgotten its UIDs.
  const maildir = mail.dovecot.maildir(replies);
  for (const file of files('.Processed')) {
    renameSync(file, path.join(maildir, 'new', path.basename(file).replace(/:2,.*$/, '')));
  }
  for (const file of readdirSync(maildir))
    if (/^dovecot[.-](?:uid|index|list)/.test(file)) rmSync(path.join(maildir, file), { recursive: true });
  // UIDVALIDITY is the second in which the list is made.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await mail.dovecot.start();
  expect(await mail.uidValidity(replies)).not.toBe(validity);
  const after = names(20, 'after');
  await Promise.all(after.map((id) => deliver(id)));
  await expectOnceEach([...before, ...after]);
  expect(await mail.count(replies, 'Processed')).toBe(40);
});

test('two processes on one mailbox: nothing lost, nothing twice', async () => {
  const second = watchMailbox(house.running.deps, {
    url: mail.env['IMAP_URL'] as string,
    mailbox: 'INBOX',
    authservId: 'mx.test',
  });
  const ids = names(60, 'shared');
  await Promise.all(ids.map((id) => deliver(id)));
  await expectOnceEach(ids);
  await second.stop();
});

test('mails that cannot be stored stay where they are and hold up nobody', async () => {
  await query(
    house.database.connection,
    `
    create function refuse() returns trigger language plpgsql as 'begin raise exception ''poison''; end';
    create trigger refuse before insert on inbound for each row when (new.message_id like '<poison%') execute function refuse()`,
  );
  const poison = names(4, 'poison');
  for (const id of poison) await deliver(id);
  const good = names(10, 'good');
  for (const id of good) await deliver(id);
  await eventually(async () => expect([...(await stored()).keys()].sort()).toEqual([...good].sort()), 30_000);
  expect(await mail.count(replies, 'INBOX')).toBe(4);
  await query(house.database.connection, 'drop trigger refuse on inbound');
  await deliver('last');
  await expectOnceEach([...poison, ...good, 'last'], 70_000);
});

test('a mail over 10 MB is put aside unread, and said aloud', async () => {
  await deliver('huge', 'A roof in Ulm.\r\n'.repeat(750_000));
  await deliver('small');
  await expectOnceEach(['small']);
  expect(await mail.count(replies, 'TooLarge')).toBe(1);
  expect(JSON.stringify(house.complaints)).toContain('a mail over 10 MB was put aside unread');
});

test('a wrong password is said without being told, and stopping is quick at any moment', async () => {
  const url = (mail.env['IMAP_URL'] as string).replace(':secret@', ':wr0ng-password@');
  const watcher = watchMailbox(house.running.deps, { url, mailbox: 'INBOX', authservId: null, pauseMs: 50 });
  await eventually(
    async () => expect(JSON.stringify(house.complaints)).toContain('watching the mailbox failed'),
    20_000,
  );
  const complaints = JSON.stringify(house.complaints);
  expect(complaints).toContain('INBOUND_AUTHSERV_ID is not set');
  expect(complaints).not.toContain('wr0ng-password');
  const began = performance.now();
  await watcher.stop();
  expect(performance.now() - began).toBeLessThan(4_000);
});
