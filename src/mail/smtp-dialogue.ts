import { lookup } from 'node:dns/promises';
import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js';
import type { SmtpServer } from './smtp-sender.ts';
import { fixFor } from './smtp-symptoms.ts';

export interface Step {
  readonly step: string;
  readonly ok: boolean;
  /** The server's answer, or the error, word for word. */
  readonly answer: string;
  readonly fix: string | null;
}

export interface TestLetter {
  readonly from: string;
  readonly to: string;
  readonly raw: Buffer;
}

/** How long to wait for a connection and its greeting, and for any later answer; milliseconds. */
export interface DialoguePatience {
  readonly greeting: number;
  readonly answer: number;
}
const usual: DialoguePatience = { greeting: 15_000, answer: 60_000 };

/**
 * Talks to an SMTP server and tells each step as it happens: resolve, connect, TLS, auth, and with a letter MAIL FROM,
 * RCPT TO, DATA and what the server called it. Ends with the first step that fails.
 */
export async function* smtpDialogue(
  server: SmtpServer,
  letter: TestLetter | null,
  patience: DialoguePatience = usual,
): AsyncGenerator<Step> {
  const heard = new Transcript();
  const resolved = await resolve(server);
  yield resolved;
  if (!resolved.ok) return;
  const connection = open(server, heard, patience);
  try {
    yield* heard.after('connect', server, () => connect(connection));
    if (!heard.fine) return;
    yield { step: 'TLS', ok: true, answer: tlsOf(connection, server), fix: null };
    if (server.user !== null) {
      const credentials = { user: server.user, pass: server.pass ?? '' };
      yield* heard.after('auth', server, () =>
        called((done) => connection.login({ credentials } as never, done)),
      );
      if (!heard.fine) return;
    }
    if (letter) {
      const { from, to, raw } = letter;
      yield* heard.after('DATA', server, () =>
        called((done) => connection.send({ from, to: [to] }, raw, done)),
      );
    }
  } finally {
    // A goodbye that is not awaited: everything worth knowing has been said.
    if (heard.fine) connection.quit();
    else connection.close();
  }
}

async function resolve({ host }: SmtpServer): Promise<Step> {
  try {
    const found = await lookup(host, { all: true });
    return {
      step: 'resolve',
      ok: true,
      answer: `${host} is ${found.map((a) => a.address).join(', ')}`,
      fix: null,
    };
  } catch (error) {
    return {
      step: 'resolve',
      ok: false,
      answer: (error as Error).message,
      fix: fixFor('resolve', 'ENOTFOUND', host),
    };
  }
}

/** nodemailer's own log is the only place that has the server's words; only commands and answers are kept of it. */
class Transcript {
  readonly lines: { said: string; answer: string }[] = [];
  fine = true;
  readonly logger = Object.fromEntries(
    ['level', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [
      level,
      (entry: unknown, text: unknown) => this.#hear(entry, text),
    ]),
  );
  #hear(entry: unknown, text: unknown): void {
    const who = (entry as { tnx?: string } | null)?.tnx;
    const line = String(text).trim();
    if (who === 'client') this.lines.push({ said: commandOf(line), answer: '' });
    if (who !== 'server') return;
    // Commands are sent without waiting where the server allows it; answers come in their order.
    const asked = this.lines.find(({ answer }) => answer === '');
    if (asked) asked.answer = line;
    else this.lines.push({ said: this.lines.length === 0 ? 'connect' : 'queued', answer: line });
  }
  /** Does something, then tells the commands it consisted of; the last one carries the failure. */
  async *after(step: string, server: SmtpServer, act: () => Promise<unknown>): AsyncGenerator<Step> {
    this.lines.length = 0;
    const failure = await act().then(
      () => undefined,
      (error: SmtpError) => error,
    );
    this.fine = failure === undefined;
    const told = this.lines.filter(({ said }) => step !== 'connect' || said === 'connect');
    const steps = stepsOf(step, told);
    if (!failure) {
      yield* steps.map((s) => ({ ...s, ok: true, fix: null }));
      return;
    }
    const failedAt = steps.findIndex((s) => /^[45]/.test(s.answer));
    yield* steps.slice(0, Math.max(0, failedAt)).map((s) => ({ ...s, ok: true, fix: null }));
    const last = steps[failedAt] ?? {
      step: failure.command === 'STARTTLS' || isTls(failure) ? 'TLS' : step,
      answer: failure.message,
    };
    yield {
      ...last,
      ok: false,
      fix: fixFor(last.step, `${last.answer} ${failure.message} ${failure.code ?? ''}`, server.host),
    };
  }
}

function stepsOf(step: string, lines: Transcript['lines']): { step: string; answer: string }[] {
  if (step === 'auth') return lines.slice(-1).map(({ answer }) => ({ step, answer }));
  if (step === 'connect') return lines.map(({ answer }) => ({ step, answer }));
  return lines.map(({ said, answer }) => ({ step: said, answer }));
}

/** The words before the argument; a password or an address never. */
function commandOf(line: string): string {
  if (/^(MAIL FROM|RCPT TO)/i.test(line)) return line.slice(0, line.indexOf(':')).toUpperCase();
  return /^(DATA|EHLO|HELO|STARTTLS|QUIT)\b/i.exec(line)?.[0].toUpperCase() ?? 'queued';
}

type SmtpError = Error & { readonly code?: string; readonly command?: string };

function open(server: SmtpServer, heard: Transcript, patience: DialoguePatience): SMTPConnection {
  return new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    connectionTimeout: patience.greeting,
    greetingTimeout: patience.greeting,
    socketTimeout: patience.answer,
    logger: heard.logger as never,
    debug: true,
  });
}

function connect(connection: SMTPConnection): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.on('error', reject);
    connection.connect((error) => (error ? reject(error) : resolve(undefined)));
  });
}

function called(start: (done: (error: Error | null, result?: unknown) => void) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result)));
  });
}

function tlsOf(connection: SMTPConnection, server: SmtpServer): string {
  if (!connection.secure)
    return server.security === 'none'
      ? 'off (SMTP_SECURITY=none)'
      : 'not offered by the server; mails travel unencrypted';
  const socket = (connection as unknown as { _socket?: { getProtocol?(): string | null } })._socket;
  return `${socket?.getProtocol?.() ?? 'on'}, certificate verified`;
}

const isTls = (error: SmtpError): boolean =>
  error.code === 'ETLS' || /certificate|SSL|TLS|wrong version/i.test(error.message);
