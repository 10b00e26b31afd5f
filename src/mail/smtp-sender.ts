import nodemailer from 'nodemailer';
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
type Transport = ReturnType<typeof openTransport>;

/** SMTP out. Takes nothing but stored bytes, and says what became of each attempt. */
export function openSmtp(
  server: SmtpServer,
  given: Partial<Patience> = {},
): { send: MailRoom['send']; close(): void } {
  const patience = { ...usual, ...given };
  const transport = openTransport(server, patience);
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
    const end = await attempt(transport, envelope, raw, progress);
    underway.delete(progress);
    clearTimeout(late);
    if (isBarred(end)) bar(end);
    // Given up because of another letter's refused login.
    else if (progress.giveUp.signal.aborted && barred && Date.now() < barred.until) return barred.end;
    return end;
  };
  return { send, close: () => transport.close() };
}

/** What is noted about a message while it is sent; the transport finds it in the message's own data. */
interface Progress {
  /** The final dot has been handed over: from here on silence does not mean that nothing arrived. */
  dotted: boolean;
  /** Gives the attempt up; only before the dot. */
  readonly giveUp: AbortController;
}

function openTransport({ host, port, user, pass, security }: SmtpServer, patience: Patience) {
  const transport = nodemailer.createTransport({
    host,
    port,
    ...(user === null ? {} : { auth: { user, pass: pass ?? '' }, forceAuth: true }),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    pool: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    connectionTimeout: 30_000,
    greetingTimeout: 30_000,
    socketTimeout: patience.silence,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // The outgoing stream ends when its last byte has been read, which nobody does before the relay has said 354; the
  // source would not do, because it is read ahead into buffers.
  transport.use('stream', (mail, done) => {
    const { progress } = mail.data as { progress?: Progress };
    mail.message.processFunc((bytes) =>
      bytes.once('end', () => {
        if (progress) progress.dotted = true;
      }),
    );
    done();
  });
  return transport;
}

/**
 * What a server that knows RFC 3461 is asked for: a report of failure only, with the headers alone, that names our letter
 * and the reader as we wrote it, however often it was forwarded.
 */
const reportWished = ({ from, to }: Envelope) => {
  const id = /[a-z2-7]{42}/.exec(from)?.[0];
  return { ...(id ? { id } : {}), return: 'headers', notify: 'failure', recipient: `rfc822;${to}` } as const;
};

async function attempt(
  transport: Transport,
  { from, to }: Envelope,
  raw: Buffer,
  progress: Progress,
): ReturnType<MailRoom['send']> {
  try {
    const message = {
      envelope: { from, to: [to] },
      dsn: reportWished({ from, to }),
      raw,
      progress,
      signal: progress.giveUp.signal,
    };
    const info = await transport.sendMail(message);
    // nodemailer resolves when some recipient was taken; ours is one, so any rejection is a rejection.
    if (info.rejected.length > 0) return { kind: 'permanent', error: `rejected: ${info.response}` };
    return { kind: 'sent', response: info.response };
  } catch (error) {
    return verdictOn(error as SmtpFailure, progress.dotted);
  }
}
