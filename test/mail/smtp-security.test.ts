import { createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { openSmtp, type SmtpServer } from '../../src/mail/smtp-sender.ts';
import { selfMadeCertificate } from './self-made-certificate.ts';

type Security = SmtpServer['security'];

const known = selfMadeCertificate('localhost');
const unknown = selfMadeCertificate('localhost');
const expired = selfMadeCertificate('localhost', new Date('2021-01-01T00:00:00Z'));
const elsewhere = selfMadeCertificate('mail.elsewhere.example');
// As NODE_EXTRA_CA_CERTS does at the start of a process.
setDefaultCACertificates([...getCACertificates('default'), known.cert, expired.cert, elsewhere.cert]);

const envelope = { from: 'leads@acme.example', to: 'alice@a.example' };
const letter = Buffer.from(
  'Message-ID: <1@acme.example>\r\nSubject: An offer\r\n\r\nA roof in Ulm.\r\n.dot\r\n',
);
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Relay {
  readonly port: number;
  /** What arrived, and whether over TLS. */
  readonly taken: { readonly body: string; readonly secure: boolean; readonly user: unknown }[];
  readonly logins: string[];
}

async function startRelay(options: SMTPServerOptions = {}): Promise<Relay> {
  const taken: Relay['taken'] = [];
  const logins: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    ...known,
    ...options,
    onAuth: ({ username, password }, session, done) => {
      logins.push(`${username} ${session.secure ? 'over TLS' : 'in plain text'}`);
      if (password === 'right') done(null, { user: username });
      else done(new Error('authentication failed'));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        taken.push({ body: Buffer.concat(chunks).toString(), secure: session.secure, user: session.user });
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return { port: (server.server.address() as { port: number }).port, taken, logins };
}

function sendTo(port: number, security: Security, login: { user?: string; pass?: string } = {}) {
  const smtp = openSmtp(
    { host: 'localhost', port, user: login.user ?? null, pass: login.pass ?? null, security },
    { untilDot: 5_000 },
  );
  closers.push(() => smtp.close());
  return smtp.send(envelope, letter);
}

describe('how the connection is secured', () => {
  it.each<[Security, SMTPServerOptions, boolean]>([
    ['auto', {}, true],
    ['auto', { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] }, false],
    ['starttls', {}, true],
    ['tls', { secure: true }, true],
    ['none', {}, false],
  ])('%s, %o: it arrives, byte for byte', async (security, options, secure) => {
    const relay = await startRelay(options);
    expect(await sendTo(relay.port, security)).toMatchObject({ kind: 'sent' });
    expect(relay.taken).toMatchObject([{ body: letter.toString(), secure }]);
  });

  it('starttls with a relay that cannot: refused, never in plain text', async () => {
    const relay = await startRelay({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    expect(await sendTo(relay.port, 'starttls', { user: 'leads', pass: 'right' })).toMatchObject({
      kind: 'temporary',
    });
    expect([relay.taken, relay.logins]).toEqual([[], []]);
  });

  it.each([
    ['nobody vouches for', unknown],
    ['has expired', expired],
    ['belongs to somebody else', elsewhere],
  ])(
    'a certificate that %s: refused in every way that asks for one, and the password is not told',
    async (_, pair) => {
      for (const [security, secure] of [
        ['auto', false],
        ['starttls', false],
        ['tls', true],
      ] as const) {
        const relay = await startRelay({ ...pair, secure });
        expect(await sendTo(relay.port, security, { user: 'leads', pass: 'right' })).toMatchObject({
          kind: 'temporary',
        });
        expect([relay.taken, relay.logins]).toEqual([[], []]);
      }
    },
  );

  it('garbage instead of TLS is a failure that may pass', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    const { port } = server.address() as { port: number };
    expect(await sendTo(port, 'tls')).toMatchObject({ kind: 'temporary' });
    expect(await sendTo(port, 'auto')).toMatchObject({ kind: 'temporary' });
  });
});

describe('login', () => {
  it('goes over TLS, and the letter after it', async () => {
    const relay = await startRelay({ authOptional: false });
    expect(await sendTo(relay.port, 'starttls', { user: 'leads', pass: 'right' })).toMatchObject({
      kind: 'sent',
    });
    expect(relay.logins).toEqual(['leads over TLS']);
    expect(relay.taken.map((mail) => mail.user)).toEqual(['leads']);
  });

  it("refused: our matter, not the letter's; and not tried again at once", async () => {
    const relay = await startRelay({ authOptional: false });
    const smtp = openSmtp({
      host: 'localhost',
      port: relay.port,
      user: 'leads',
      pass: 'wrong',
      security: 'starttls',
    });
    closers.push(() => smtp.close());
    for (let i = 0; i < 5; i++) {
      expect(await smtp.send(envelope, letter)).toMatchObject({ kind: 'temporary', barred: true });
    }
    expect(relay.logins).toEqual(['leads over TLS']);
  });

  it('left out where the relay demands it: our matter too', async () => {
    const relay = await startRelay({ authOptional: false });
    expect(await sendTo(relay.port, 'starttls')).toMatchObject({ kind: 'temporary', barred: true });
  });
});
