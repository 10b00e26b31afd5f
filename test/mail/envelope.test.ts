import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSmtp } from '../../src/mail/smtp-sender.ts';
import { type Sink, startSink } from './sink.ts';

let sink: Sink;
let smtp: ReturnType<typeof openSmtp>;
beforeEach(async () => {
  sink = await startSink();
  smtp = openSmtp({ host: '127.0.0.1', port: sink.port, user: null, pass: null, security: 'none' });
});
afterEach(async () => {
  smtp.close();
  await sink.stop();
});

const key = 'a'.repeat(42);
const send = () =>
  smtp.send(
    { from: `bounce+${key}@leads.example`, to: 'anna@a.example' },
    Buffer.from('Subject: x\r\n\r\nx\r\n'),
  );
const said = (verb: string): string | undefined => sink.heard.find((line) => line.startsWith(verb));

test('a relay that can is asked to report failures only, naming the letter and its reader', async () => {
  sink.misbehave((stage) => (stage === 'ehlo' ? '250 DSN' : undefined));
  expect(await send()).toMatchObject({ kind: 'sent' });
  expect(said('MAIL FROM')).toBe(`MAIL FROM:<bounce+${key}@leads.example> RET=HDRS ENVID=${key}`);
  expect(said('RCPT TO')).toBe('RCPT TO:<anna@a.example> NOTIFY=FAILURE ORCPT=rfc822;anna@a.example');
});

test('a relay that cannot hears nothing of it', async () => {
  expect(await send()).toMatchObject({ kind: 'sent' });
  expect([said('MAIL FROM'), said('RCPT TO')]).toEqual([
    `MAIL FROM:<bounce+${key}@leads.example>`,
    'RCPT TO:<anna@a.example>',
  ]);
});
