import { Readable } from 'node:stream';
import SMTPPool from 'nodemailer/lib/smtp-pool/index.js';
import type { Barred } from '../dispatch/deliver-letters.ts';
import type { MailRoom } from '../dispatch/deps.ts';
import { isBarred, type SmtpFailure, verdictOn } from './smtp-verdict.ts';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly pass: string | null;
  /** `auto`: STARTTLS when offered; `starttls`: or not at all; `tls`: from the first byte; `none`: never. */
  readonly security: 'auto' | 'starttls' | 'tls' | 'none';
}

/** How long to wait for the relay, milliseconds. No settings: shorter ones make duplicates, longer ones outlast leases. */
export interface Patience {
  /** Silence on an open connection. RFC 5321 4.5.3.2.6: ten minutes for the answer to the final dot. */
  readonly silence: number;
  /** From taking a letter to its final dot; with `silence` less than the letter's lease (15 minutes). */
  readonly untilDot: number;
  /** How long nothing is tried after the relay has refused our credentials. */
  readonly barred: number;
}

const usual: Patience = { silence: 10 * 60_000, untilDot: 4 * 60_000, barred: 60_000 };

/** More gain little, fewer leave the relay waiting (measured: 1, 5, 20 connections). */
const connections = 5;

type Envelope = { readonly from: string; readonly to: string };

/** SMTP out. Takes nothing but stored bytes, and says what became of each attempt. */
export function openSmtp(
  server: SmtpServer,
  given: Partial<Patience> = {},
): { send: MailRoom['send']; close(): void } {
  const patience = { ...usual, ...given };
  const pool = openPool(server, patience);
  const underway = new Set<Progress>();
  let barred: { readonly until: number; readonly end: Barred } | undefined;
  const bar = (end: Barred): void => {
    barred = { until: Date.now() + patience.barred, end };
    // One refused login is enough: a thousand letters must not make a thousand of them.
    for (const { dotted, giveUp } of underway) if (!dotted) giveUp.abort(new Error(end.error));
  };
  const send = async (envelope: Envelope, raw: Buffer): ReturnType<MailRoom['send']> => {
    if (barred && Date.now() < barred.until) return barred.end;
    const progress: Progress = { dotted: false, giveUp: new AbortController() };
    const late = setTimeout(() => {
      if (!progress.dotted) progress.giveUp.abort(new Error('the relay did not take the letter in time'));
    }, patience.untilDot);
    underway.add(progress);
    const end = await attempt(pool, envelope, raw, progress);
    underway.delete(progress);
    clearTimeout(late);
    if (isBarred(end)) bar(end);
    // Given up because of another letter's refused login.
    else if (progress.giveUp.signal.aborted && barred && Date.now() < barred.until) return barred.end;
    return end;
  };
  return { send, close: () => pool.close() };
}

/** What is noted about a message while it is sent. */
interface Progress {
  /** The final dot has been handed over: from here on silence does not mean that nothing arrived. */
  dotted: boolean;
  /** Gives the attempt up; only before the dot. */
  readonly giveUp: AbortController;
}

const openPool = (
  { host, port, user, pass, security }: SmtpServer,
  { silence }: Patience,
): InstanceType<typeof SMTPPool> =>
  new SMTPPool({
    host,
    port,
    ...(user === null ? {} : { auth: { user, pass: pass ?? '' }, forceAuth: true }),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    connectionTimeout: 30_000,
    greetingTimeout: 30_000,
    socketTimeout: silence,
  });

/**
 * What a server that knows RFC 3461 is asked for: a report of failure only, with the headers alone, that names our letter
 * and the reader as we wrote it, however often it was forwarded.
 */
const reportWished = ({ from, to }: Envelope) => {
  const id = /[a-z2-7]{42}/.exec(from)?.[0];
  return { ...(id ? { id } : {}), return: 'headers', notify: 'failure', recipient: `rfc822;${to}` } as const;
};

/**
 * A message as the library's transports want it. Its bytes are ready: what the library does to messages it composes
 * itself (four streams one behind the other) would only read them through once more.
 */
const messageOf = (envelope: Envelope, raw: Buffer, progress: Progress) => ({
  data: { dsn: reportWished(envelope), signal: progress.giveUp.signal },
  message: {
    getEnvelope: () => ({ from: envelope.from, to: [envelope.to] }),
    // Only its log would say them.
    messageId: () => '',
    getHeader: () => '',
    createReadStream: () => bytesOf(raw, progress),
  },
});

/** Ends when the last byte has been taken, which nobody does before the relay has said 354. */
function bytesOf(raw: Buffer, progress: Progress): Readable {
  const bytes = new Readable({
    read() {
      this.push(raw);
      this.push(null);
    },
  });
  return bytes.once('end', () => {
    progress.dotted = true;
  });
}

async function attempt(
  pool: InstanceType<typeof SMTPPool>,
  envelope: Envelope,
  raw: Buffer,
  progress: Progress,
): ReturnType<MailRoom['send']> {
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<MailRoom['send']>>>();
  const mail = messageOf(envelope, raw, progress) as unknown as Parameters<typeof pool.send>[0];
  pool.send(mail, (error, info) => {
    if (error) resolve(verdictOn(error as SmtpFailure, progress.dotted));
    // The library is content when some recipient was taken; ours is one, so any rejection is a rejection.
    else if (info && info.rejected.length > 0)
      resolve({ kind: 'permanent', error: `rejected: ${info.response}` });
    else resolve({ kind: 'sent', response: info?.response ?? '' });
  });
  return promise;
}
