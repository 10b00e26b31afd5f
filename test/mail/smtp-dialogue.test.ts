import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Step, smtpDialogue } from '../../src/mail/smtp-dialogue.ts';
import type { SmtpServer } from '../../src/mail/smtp-sender.ts';
import { selfMadeCertificate } from './self-made-certificate.ts';
import { type Fault, type Sink, type Stage, startSink } from './sink.ts';

let sink: Sink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.stop());
afterEach(() => sink.misbehave(undefined));

const letter = {
  from: 'leads@acme.example',
  to: 'anna@partner.example',
  raw: Buffer.from('Subject: test\r\n\r\nHello\r\n'),
};
const login = { user: 'leads', pass: 's3cret-word' };

/** The steps of a talk with a server on this machine; silence is met with little patience. */
async function talk(server: Partial<SmtpServer> = {}): Promise<Step[]> {
  const steps: Step[] = [];
  const relay = {
    host: '127.0.0.1',
    port: sink.port,
    user: null,
    pass: null,
    security: 'none' as const,
    ...server,
  };
  for await (const step of smtpDialogue(relay, letter, { greeting: 400, answer: 400 })) steps.push(step);
  expect(JSON.stringify(steps)).not.toContain(login.pass);
  return steps;
}

const faulty = (stage: Stage, fault: Fault): void =>
  sink.misbehave((at) => (at === stage ? fault : undefined));

/** Everything before the broken step went well, and it is the last. */
function brokenAt(steps: readonly Step[], step: string): Step {
  const last = steps.at(-1) as Step;
  expect({ step: last.step, ok: last.ok, before: steps.slice(0, -1).filter((s) => !s.ok) }).toEqual({
    step,
    ok: false,
    before: [],
  });
  return last;
}

async function withServer<T>(options: SMTPServerOptions, work: (port: number) => Promise<T>): Promise<T> {
  const server = new SMTPServer({ logger: false, ...options });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  try {
    return await work((server.server.address() as AddressInfo).port);
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

test('a talk that goes well names every step with the words of the server', async () => {
  const steps = await talk(login);
  expect(steps.every(({ ok, fix }) => ok && fix === null)).toBe(true);
  expect(steps.map(({ step }) => step)).toEqual([
    'resolve',
    'connect',
    'TLS',
    'auth',
    'MAIL FROM',
    'RCPT TO',
    'DATA',
    'queued',
  ]);
  expect(steps.at(-1)?.answer).toBe('250 2.0.0 taken');
});

describe('each fault of a relay ends the talk at its step, with the answer and what to do', () => {
  test('nobody listens', async () => {
    expect(brokenAt(await talk({ port: 1 }), 'connect').fix).toContain('Nothing listens there');
  });
  test('nobody knows the name', async () => {
    const step = brokenAt(await talk({ host: 'nowhere.invalid' }), 'resolve');
    expect(step.answer).toContain('nowhere.invalid');
    expect(step.fix).toContain('host name is wrong');
  });
  test('a certificate that nobody vouches for', async () => {
    const certified = { ...selfMadeCertificate('localhost'), authOptional: true };
    const steps = await withServer(certified, (port) =>
      talk({ host: 'localhost', port, security: 'starttls' }),
    );
    expect(brokenAt(steps, 'TLS').fix).toContain('NODE_EXTRA_CA_CERTS');
  });
  test('no STARTTLS where it is wanted', async () => {
    const plain = { disabledCommands: ['STARTTLS'], authOptional: true };
    const steps = await withServer(plain, (port) => talk({ port, security: 'starttls' }));
    expect(brokenAt(steps, 'TLS').fix).toContain('offers no STARTTLS');
  });
  test('TLS on a port that begins without', async () => {
    expect(brokenAt(await talk({ security: 'tls' }), 'TLS').fix).toContain('465 goes with SMTP_SECURITY=tls');
  });
  test('no login offered', async () => {
    sink.misbehave((at) =>
      at === 'ehlo'
        ? '250 sink.example'
        : at === 'auth'
          ? '503 5.5.1 AUTH command used when not advertised'
          : undefined,
    );
    const step = brokenAt(await talk(login), 'auth');
    expect(step.answer).toContain('not advertised');
    expect(step.fix).toContain('offers no login here');
  });

  test.each<[string, Stage, Fault, string, string]>([
    ['a wrong password', 'auth', '535 5.7.8 bad credentials', 'auth', 'app password'],
    [
      'no login where one is wanted',
      'mail',
      '530 5.7.0 Authentication required',
      'MAIL FROM',
      'set SMTP_USER',
    ],
    [
      'no TLS where it is wanted',
      'mail',
      '530 5.7.0 Must issue a STARTTLS command first',
      'MAIL FROM',
      '=starttls',
    ],
    ['a sender it does not allow', 'mail', '553 5.7.1 sender not owned', 'MAIL FROM', 'BOUNCE_ADDRESS'],
    [
      'too many mails',
      'mail',
      '454 4.7.0 Throttling failure: sending rate exceeded',
      'MAIL FROM',
      'SMTP_RATE',
    ],
    ['a reader it does not know', 'rcpt', '550 5.1.1 no such user', 'RCPT TO', 'does not take this address'],
    [
      'a reader elsewhere',
      'rcpt',
      '554 5.7.1 <a@b.example>: Relay access denied',
      'RCPT TO',
      'own people only',
    ],
    ['greylisting', 'rcpt', '451 4.7.1 Greylisting in action', 'RCPT TO', 'greylisting'],
    [
      'a mail it finds too big',
      'mail',
      '552 5.3.4 Message size exceeds fixed limit',
      'MAIL FROM',
      'larger than',
    ],
    ['a mail it finds too big at its end', 'dot', '552 5.3.4 message too big', 'queued', 'larger than'],
    [
      'a mail it takes for unwanted',
      'dot',
      '550 5.7.26 not authenticated by SPF or DKIM',
      'queued',
      'SPF, DKIM',
    ],
    [
      'an address it has on a list',
      'connect',
      '554 5.7.1 listed at spam.example',
      'connect',
      'this machine’s address',
    ],
    ['silence at the door', 'connect', 'silence', 'connect', 'port 2525'],
    ['silence after the mail', 'dot', 'silence', 'DATA', 'stopped answering'],
    ['a hang-up', 'data', 'rst', 'DATA', 'hung up'],
  ])('%s', async (_, stage, fault, step, fix) => {
    faulty(stage, fault);
    const last = brokenAt(await talk(stage === 'auth' ? login : {}), step);
    if (/^\d/.test(fault)) expect(last.answer).toBe(fault);
    expect(last.fix).toContain(fix);
  });
});
