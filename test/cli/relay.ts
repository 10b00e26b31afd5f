import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A relay on this machine, without TLS, that behaves as a test wants. */
export interface Relay {
  readonly url: string;
  readonly port: number;
  readonly mails: readonly { readonly from: string; readonly to: string; readonly raw: string }[];
  stop(): Promise<void>;
}

export async function startRelay(options: SMTPServerOptions = {}, login = ''): Promise<Relay> {
  const mails: { from: string; to: string; raw: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', ...(login ? [] : ['AUTH'])],
    allowInsecureAuth: true,
    logger: false,
    onData(stream, session, done) {
      let raw = '';
      stream.on('data', (part: Buffer) => {
        raw += part.toString();
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo[0]?.address ?? '', raw });
        done(null, '2.0.0 queued as 4711');
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://${login}127.0.0.1:${port}`,
    port,
    mails,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** An SMTP "no" as smtp-server wants it. */
export const refusal = (code: number, text: string): Error =>
  Object.assign(new Error(text), { responseCode: code });
