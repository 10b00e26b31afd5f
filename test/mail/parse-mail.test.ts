import { afterAll, describe, expect, it } from 'vitest';
import { parseReplyFile } from '../../src/mail/parse-file.ts';
import { closeMailParser, openMailParser, parseMail } from '../../src/mail/parse-mail.ts';

const head =
  'From: Anna <Anna@Partner.example>\r\nTo: reply+k@leads.example\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nDelivered-To: <Box@Leads.example>\r\nReferences: <1@x> <2@x>\r\nDate: Mon, 16 Nov 2026 10:02:00 +0100\r\n';
const bytes = (text: string) => Buffer.from(text);

afterAll(closeMailParser);

describe('parsing a received mail', () => {
  it('hands over addresses, ids, date and text', async () => {
    const parsed = await parseMail(bytes(`${head}\r\nJa\r\n`));
    expect(parsed).toMatchObject({
      ok: true,
      mail: {
        from: { address: 'anna@partner.example', name: 'Anna' },
        subject: 'Grüße',
        deliveredTo: ['box@leads.example'],
        references: ['<1@x>', '<2@x>'],
        date: new Date('2026-11-16T09:02:00Z'),
        htmlAsText: null,
      },
    });
    expect(parsed.ok && parsed.mail.text.trim()).toBe('Ja');
  });
  it('does not invent a date', async () => {
    expect(await parseMail(bytes('From: a@b.example\r\n\r\nJa'))).toMatchObject({
      ok: true,
      mail: { date: null },
    });
  });
  it('reads mails with bare CR line ends', async () => {
    const parsed = await parseMail(bytes(`${head}\r\nJa, gerne\r\n`.replaceAll('\r\n', '\r')));
    expect(parsed.ok && parsed.mail.text.trim()).toBe('Ja, gerne');
  });
  it('survives a nesting bomb of HTML quickly enough to answer', async () => {
    const bomb = `${head}Content-Type: text/html\r\n\r\nJa${'<table><tr><td>'.repeat(30_000)}deep`;
    const parsed = await parseMail(bytes(bomb));
    expect(parsed.ok && parsed.mail.htmlAsText).toContain('Ja');
  });
  it('turns quotes of an HTML mail into quoted lines and keeps the words above', async () => {
    const parsed = await parseMail(
      bytes(`${head}Content-Type: text/html\r\n\r\n<p>Ja &amp; danke</p><blockquote>alt</blockquote>`),
    );
    expect(parsed.ok && parsed.mail.htmlAsText).toMatch(/^Ja & danke\n+> alt/);
  });
  it('keeps attachments as facts', async () => {
    const parsed = await parseMail(
      bytes(
        `${head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nJa\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nabc\r\n--b--\r\n`,
      ),
    );
    expect(parsed.ok && parsed.mail.attachments).toMatchObject([
      { filename: 'a.pdf', type: 'application/pdf', size: 3 },
    ]);
  });
  it('answers a mail that is too large with its headers only', async () => {
    const parser = openMailParser({ maxBytes: 100 });
    const parsed = await parser.parse(bytes(`${head}\r\nJa`));
    await parser.close();
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.headers).toContainEqual(['references', '<1@x> <2@x>']);
  });
  it('gives up at the deadline and parses the next mail all the same', async () => {
    const hasty = openMailParser({ deadlineMs: 0 });
    expect(await hasty.parse(bytes(`${head}\r\nJa`))).toMatchObject({
      ok: false,
      error: 'not parsed within 0 ms',
    });
    await hasty.close();
    expect((await parseMail(bytes(`${head}\r\nJa`))).ok).toBe(true);
  });
  it('answers mails in the order in which they came', async () => {
    const parsed = await Promise.all(['a', 'b', 'c'].map((word) => parseMail(bytes(`${head}\r\n${word}`))));
    expect(parsed.map((one) => one.ok && one.mail.text.trim())).toEqual(['a', 'b', 'c']);
  });
  it('says which file cannot be read', async () => {
    expect(
      await parseReplyFile('/nowhere/x.eml', { context: 'lead', zone: 'UTC', locale: 'en', currency: null }),
    ).toMatchObject({ file: '/nowhere/x.eml', error: expect.stringContaining('ENOENT') });
  });
});
