import { afterAll, describe, expect, it } from 'vitest';
import { imapOptions } from '../../src/mail/imap-account.ts';
import { openMailParser } from '../../src/mail/parse-mail.ts';
import { vouchesForSender } from '../../src/mail/vouch-for-sender.ts';

const parser = openMailParser();
afterAll(() => parser.close());

const passed = 'Authentication-Results: mx.test; dmarc=pass header.from=a.example';
const mail = (...lines: string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n\r\naccept\r\n`);
const vouched = (raw: Buffer, id: string | null = 'mx.test'): Promise<boolean> =>
  vouchesForSender(parser.parse, raw, id);

describe('who wrote a mail that came by IMAP', () => {
  it('DMARC passed for the domain of the one author, says our own server', async () => {
    expect(await vouched(mail(passed, 'From: Alice <alice@A.example>'))).toBe(true);
    expect(
      await vouched(mail('Received: by mx.test', passed, 'From: "Adams, Alice" <alice@a.example>')),
    ).toBe(true);
  });

  it('without the id of our own server nobody is believed', async () => {
    expect(await vouched(mail(passed, 'From: alice@a.example'), null)).toBe(false);
    expect(await vouched(mail(passed, 'From: alice@a.example'), 'mx.other')).toBe(false);
    expect(await vouched(mail('From: alice@a.example'))).toBe(false);
  });

  it.each([
    ['another domain', mail(passed, 'From: alice@b.example')],
    [
      'a result below a foreign one',
      mail('Authentication-Results: mx.evil; dmarc=fail', passed, 'From: alice@a.example'),
    ],
    ['a failure', mail(passed.replace('pass', 'fail'), 'From: alice@a.example')],
    ['two From headers', mail(passed, 'From: alice@a.example', 'From: bob@a.example')],
    ['two authors', mail(passed, 'From: alice@a.example, bob@a.example')],
    ['an address in the name', mail(passed, 'From: "alice@a.example" <eve@evil.example>')],
    ['a group', mail(passed, 'From: all: alice@a.example, bob@a.example;')],
    ['no author', mail(passed, 'From: ', 'To: x@a.example')],
    [
      'a bare CR that hides a header from some',
      mail(passed, 'X-Note: a\rFrom: alice@a.example', 'From: eve@a.example'),
    ],
    ['nothing but headers', Buffer.from(`${passed}\r\nFrom: alice@a.example\r\n`)],
    ['nothing', Buffer.alloc(0)],
  ])('not with %s', async (_, raw) => {
    expect(await vouched(raw)).toBe(false);
  });
});

describe('an IMAP address', () => {
  it('imaps is TLS from the first byte, imap is STARTTLS or not at all', () => {
    expect(imapOptions('imaps://leads:p%40ss@imap.acme.example')).toMatchObject({
      host: 'imap.acme.example',
      port: 993,
      secure: true,
      auth: { user: 'leads', pass: 'p@ss' },
    });
    expect(imapOptions('imap://leads%40acme.example:x@imap.acme.example:1143')).toMatchObject({
      port: 1143,
      secure: false,
      doSTARTTLS: true,
      auth: { user: 'leads@acme.example' },
    });
  });

  it('but on this machine it may be plain', () => {
    expect(imapOptions('imap://leads:x@127.0.0.1')).not.toHaveProperty('doSTARTTLS');
    expect(imapOptions('imap://leads:x@[::1]:1143')).toMatchObject({ host: '::1', port: 1143 });
  });
});
