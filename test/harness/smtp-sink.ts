import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A relay that takes everything and counts the copies of every mail. */
export interface SmtpSink {
  readonly url: string;
  /** Per Message-ID: the sha256 of every copy that came, in order. */
  readonly copies: ReadonlyMap<string, readonly string[]>;
  stop(): Promise<void>;
}

/**
 * @param answerAfter milliseconds between the final dot and the 250; differs from mail to mail up to this
 * @param refused an address that is not taken, and named in the refusal as relays do
 */
export async function startSmtpSink(answerAfter = 0, refused?: string): Promise<SmtpSink> {
  const copies = new Map<string, string[]>();
  let taken = 0;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo({ address }, _session, done) {
      if (address !== refused) return done();
      done(
        Object.assign(new Error(`5.1.1 <${address}>: ask ${address} or +49 731 5550 199`), {
          responseCode: 550,
        }),
      );
    },
    onData(stream, _session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        count(copies, Buffer.concat(parts));
        taken += 1;
        if (answerAfter > 0) setTimeout(done, (taken * 7) % answerAfter);
        else done();
      });
      stream.on('error', () => {});
    },
  });
  // A client that is killed in the middle of a mail is what this is for.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    copies,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function count(copies: Map<string, string[]>, raw: Buffer): void {
  const id = /^message-id:\s*(<[^>]+>)/im.exec(raw.toString('latin1'))?.[1] ?? 'none';
  copies.set(id, [...(copies.get(id) ?? []), hashOf(raw)]);
}

/** The line end after the last line belongs to SMTP, not to the mail. */
export const hashOf = (raw: Buffer): string =>
  createHash('sha256')
    .update(raw.toString('latin1').replace(/(?:\r?\n)+$/, ''), 'latin1')
    .digest('hex');
