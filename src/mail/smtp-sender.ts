import nodemailer from 'nodemailer';
import { Readable } from 'node:stream';
import type { Delivery, MailRoom } from '../dispatch/deps.ts';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly pass: string | null;
  /** `auto`: STARTTLS when offered; `starttls`: or not at all; `tls`: from the first byte; `none`: never. */
  readonly security: 'auto' | 'starttls' | 'tls' | 'none';
}

/** More gain little, fewer leave the relay waiting (measured: 1, 5, 20 connections). */
const connections = 5;

/** SMTP out. Takes nothing but stored bytes, and says what became of each attempt. */
export function openSmtp(server: SmtpServer): { send: MailRoom['send']; close(): void } {
  const transport = nodemailer.createTransport({
    ...poolOptions(server),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: (envelope, raw) => attempt(transport, envelope, raw),
    close: () => transport.close(),
  };
}

type Transport = ReturnType<typeof nodemailer.createTransport>;

const poolOptions = ({ host, port, user, pass, security }: SmtpServer) => ({
  host,
  port,
  ...(user === null ? {} : { auth: { user, pass: pass ?? '' } }),
  secure: security === 'tls',
  requireTLS: security === 'starttls',
  ignoreTLS: security === 'none',
  pool: true as const,
  maxConnections: connections,
  maxMessages: Number.POSITIVE_INFINITY,
  connectionTimeout: 30_000,
  greetingTimeout: 30_000,
  // RFC 5321 4.5.3.2.6: ten minutes for the answer to the final dot; shorter makes duplicates.
  socketTimeout: 10 * 60_000,
});

async function attempt(transport: Transport, envelope: { from: string; to: string }, raw: Buffer): Promise<Delivery> {
  const body = watched(raw);
  try {
    const info = await transport.sendMail({ envelope: { from: envelope.from, to: [envelope.to] }, raw: body.stream });
    // nodemailer resolves when some recipient was taken; ours is one, so any rejection is a rejection.
    const rejected = (info as { rejected?: unknown[] }).rejected ?? [];
    if (rejected.length > 0) return { kind: 'permanent', error: `rejected: ${String(info.response)}` };
    return { kind: 'sent', response: String(info.response) };
  } catch (error) {
    return failure(error as SmtpError, body.readToEnd());
  }
}

interface SmtpError extends Error {
  readonly responseCode?: number;
  readonly code?: string;
}

/** nodemailer does not tell before from after the final dot; a body read to its end without an answer does. */
function failure(error: SmtpError, readToEnd: boolean): Delivery {
  const text = error.message;
  const code = error.responseCode;
  if (code === undefined) return { kind: readToEnd ? 'ambiguous' : 'temporary', error: text };
  // 535 and its kin are our own credentials: no reason to give a letter up.
  if (code >= 500 && error.code !== 'EAUTH') return { kind: 'permanent', error: text };
  return { kind: 'temporary', error: text };
}

function watched(raw: Buffer): { stream: Readable; readToEnd(): boolean } {
  let ended = false;
  const stream = Readable.from([raw], { objectMode: false });
  stream.once('end', () => {
    ended = true;
  });
  return { stream, readToEnd: () => ended };
}
