import { ImapFlow, type StatusObject } from 'imapflow';
import nodemailer from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { alice, bob, cam, dora, emil, manager, qualifier } from '../../harness/cast.ts';
import { eventually } from '../../harness/house.ts';
import { type Mail, readMail } from '../../harness/mail.ts';
import { type Dovecot, startDovecot } from './dovecot.ts';

const password = 'secret';

/** Everybody's mailboxes on a real mail server, and the relay in front of it. */
export interface MailServer {
  readonly dovecot: Dovecot;
  /** Where Leadpost hands its mail in; what it hands in goes on to the mailboxes by LMTP. */
  readonly relayPort: number;
  /** Environment of a Leadpost that sends through the relay and reads the mailbox of its replies. */
  readonly env: Readonly<Record<string, string>>;
  /** Delivers a mail as a mail server does. */
  deliver(to: string, raw: string | Buffer): Promise<void>;
  /** What lies in somebody's folder. */
  mailsOf(address: string, folder?: string): Promise<Mail[]>;
  /** Waits for a mail of a kind to somebody (the newest one). */
  arrived(address: string, kind: string, capMs?: number): Promise<Mail>;
  count(user: string, folder: string): Promise<number>;
  uidValidity(user: string): Promise<bigint>;
  stop(): Promise<void>;
}

const local = (address: string): string => address.split(/[@+]/)[0] as string;

/** The local part of the address that replies go to: its mailbox is the one Leadpost reads. */
export const replies = 'reply';

export async function startMailServer(): Promise<MailServer> {
  const people = [alice, bob, dora, emil, cam, manager, qualifier].map(local);
  const dovecot = await startDovecot(
    Object.fromEntries([...people, replies].map((user) => [user, password])),
  );
  const deliver = async (to: string, raw: string | Buffer): Promise<void> => {
    const lmtp = nodemailer.createTransport({
      host: '127.0.0.1',
      port: dovecot.lmtpPort,
      lmtp: true,
      ignoreTLS: true,
    });
    const done = await lmtp.sendMail({ envelope: { from: 'somebody@mail.example', to: [to] }, raw });
    if (done.rejected.length > 0) throw new Error(`LMTP refused ${to}: ${done.response}`);
  };
  const relay = await startRelay(deliver);
  const { imapPort } = dovecot;
  const asked = <T>(user: string, ask: (client: ImapFlow) => Promise<T>): Promise<T> =>
    withMailbox(imapPort, user, ask);
  const mailsOf = (address: string, folder = 'INBOX'): Promise<Mail[]> =>
    asked(local(address), async (client) => {
      const lock = await client.getMailboxLock(folder);
      try {
        if (!client.mailbox || client.mailbox.exists === 0) return [];
        const sources: Buffer[] = [];
        for await (const message of client.fetch('1:*', { source: true }))
          sources.push(message.source as Buffer);
        return Promise.all(sources.map((raw, index) => readMail(raw, String(index))));
      } finally {
        lock.release();
      }
    });
  return {
    dovecot,
    relayPort: relay.port,
    env: {
      SMTP_URL: `smtp://127.0.0.1:${relay.port}`,
      INBOUND: 'imap',
      IMAP_URL: `imap://${replies}:${password}@127.0.0.1:${imapPort}`,
      INBOUND_AUTHSERV_ID: 'mx.test',
      REPLY_ADDRESS: `${replies}+{key}@leads.example`,
    },
    deliver,
    mailsOf,
    arrived: (address, kind, capMs = 15_000) =>
      eventually(async () => {
        const mails = await mailsOf(address);
        const found = mails.findLast((mail) => mail.kind === kind);
        if (!found)
          throw new Error(
            `${address} has no ${kind} among ${mails.map((mail) => mail.kind).join(', ') || 'no mails'}`,
          );
        return found;
      }, capMs),
    count: (user, folder) =>
      asked(user, async (client) => ofStatus(await client.status(folder, { messages: true })).messages ?? 0),
    uidValidity: (user) =>
      asked(
        user,
        async (client) => ofStatus(await client.status('INBOX', { uidValidity: true })).uidValidity as bigint,
      ),
    stop: async () => {
      await relay.stop();
      await dovecot.remove();
    },
  };
}

function ofStatus(answer: StatusObject | false): StatusObject {
  if (!answer) throw new Error('the server did not say how the folder stands');
  return answer;
}

/** SMTP in front of the mailboxes, as the relay of a company would be. */
async function startRelay(deliver: MailServer['deliver']): Promise<{ port: number; stop(): Promise<void> }> {
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    hideSTARTTLS: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks);
        const to = session.envelope.rcptTo.map((one) => one.address);
        Promise.all(to.map((address) => deliver(address, raw))).then(
          () => done(),
          () => done(Object.assign(new Error('try again later'), { responseCode: 451 })),
        );
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as { port: number }).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function withMailbox<T>(port: number, user: string, ask: (client: ImapFlow) => Promise<T>): Promise<T> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    auth: { user, pass: password },
    logger: false,
    disableAutoIdle: true,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.logout();
  }
}
