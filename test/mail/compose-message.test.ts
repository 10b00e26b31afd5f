import { type ParsedMail, simpleParser } from 'mailparser';
import nodemailer from 'nodemailer';
import { expect, test } from 'vitest';
import type { Message } from '../../src/dispatch/deps.ts';
import { composeMessage } from '../../src/mail/compose-message.ts';

const png = Buffer.from(`89504e470d0a1a0a${'00ff'.repeat(200)}`, 'hex');
const long = `https://leads.acme.example/o/${'x'.repeat(300)}`;
const message = (part: Partial<Message> = {}): Message => ({
  from: { name: 'Acme „Wärme“', address: 'leads@acme.example' },
  to: { name: 'Anna Groß', address: 'anna@solarwerk.example' },
  replyTo: 'reply+abc@acme.example',
  subject: 'Wärmepumpe in Ulm: 28.000 €',
  html: `<p>Grüße 👋</p><a href="${long}">Ja</a>`,
  text: `Grüße 👋\n\n${long}\n`,
  messageId: '<1@acme.example>',
  inReplyTo: '<0@acme.example>',
  references: ['<a@acme.example>', '<0@acme.example>'],
  date: new Date('2026-11-16T12:00:00Z'),
  headers: { 'X-Leadpost-Kind': 'offer' },
  ...part,
});

const cases: Record<string, Message> = {
  'letters and long lines': message(),
  'plain short lines': message({ text: 'Yes\n\n-- \nAcme\n', html: '<p>Yes</p>\n', subject: 'Yes' }),
  'a picture': message({ html: '<img src="cid:logo@leadpost">', picture: { cid: 'logo@leadpost', png } }),
  'what looks like a boundary': message({ text: '----_NmP-0-Part_1\n--\n.\n..\n', html: '--\r\n.\r\n' }),
  'lines that no server need take': message({
    html: `<p>${'ä long way '.repeat(200)}</p>`,
    text: 'a '.repeat(1000),
  }),
  'lines as long as a server must take': message({ html: 'ä'.repeat(166), text: 'a'.repeat(998) }),
  'characters that do nothing but harm': message({ html: '<p>\u0001 \u007f</p>', text: 'a\u0001' }),
  'text alone': message({ html: '', text: 'Yes\n' }),
  'nothing at all': message({ text: ' ', html: ' ', inReplyTo: null, references: [], replyTo: null }),
};

test.each(Object.entries(cases))('%s arrive as they were meant', async (_, asked) => {
  const raw = await composeMessage(asked);
  const mail = await simpleParser(raw);
  expect({ ...said(mail), text: lines(mail.text), html: lines(shown(mail.html || '')) }).toEqual({
    from: [asked.from],
    to: [asked.to],
    subject: asked.subject,
    messageId: asked.messageId,
    inReplyTo: asked.inReplyTo,
    references: asked.references,
    kind: 'offer',
    text: lines(asked.text),
    html: lines(asked.picture ? mailedPicture(asked.picture.png) : asked.html.replace(/\p{Cc}/gu, harmless)),
    pictures: asked.picture ? [asked.picture.png.toString('hex')] : [],
  });
});

test.each(Object.entries(cases))('%s have the structure the library gives them', async (_, asked) => {
  const { picture, html, text, ...rest } = asked;
  const attachments = picture
    ? [{ cid: picture.cid, content: picture.png, contentType: 'image/png', filename: 'logo.png' }]
    : [];
  const library = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const info = await library.sendMail({
    ...rest,
    html: html && (asItIs(referenced(html), 'html') ?? html),
    // A raw part that is the only one would be the whole message.
    text: (html && asItIs(text, 'plain')) || text,
    replyTo: rest.replyTo ?? '',
    inReplyTo: rest.inReplyTo ?? '',
    references: [...rest.references],
    headers: { ...rest.headers },
    textEncoding: 'quoted-printable',
    attachments: attachments.map((a) => ({ ...a, contentDisposition: 'inline' as const })),
  });
  expect(bare(await composeMessage(asked))).toEqual(bare(info.message as Buffer));
});

test('every line ends with CRLF, none is longer than 998 bytes, and there are no bytes but ASCII', async () => {
  for (const asked of Object.values(cases)) {
    const raw = (await composeMessage(asked)).toString('latin1');
    expect(raw.replaceAll('\r\n', '')).toMatch(/^[\x20-\x7e]*$/);
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(raw.endsWith(asked.html === '' ? 'Yes\r\n' : '--\r\n')).toBe(true);
  }
});

test('a carriage return by itself is not sent as it is', async () => {
  const raw = (await composeMessage(message({ text: 'a\rb', html: '<p>a\rb</p>' }))).toString('latin1');
  expect(raw.replaceAll('\r\n', '')).not.toContain('\r');
  expect((await simpleParser(raw)).text).toMatch(/^a\s+b/);
});

test('what fits into seven bits is not encoded: a reader of the source finds the words', async () => {
  const raw = (await composeMessage(message())).toString('latin1');
  expect(raw).toContain(`<p>Gr&#252;&#223;e &#128075;</p><a href="${long}">Ja</a>`);
});

const referenced = (html: string): string =>
  html.replace(/[^\t\n\r -~]/gu, (sign) => `&#${harmless(sign).codePointAt(0)};`);

/** A part of its own making, where the library would encode what needs no encoding. */
const asItIs = (text: string, kind: string) =>
  /[^\t\n\r -~]/.test(text) || text.split('\n').some((line) => line.length > 998)
    ? undefined
    : {
        raw: `Content-Type: text/${kind}; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n${text.replace(/\r?\n/g, '\r\n')}`,
      };

/** What is shown where HTML has a control character. */
const harmless = (sign: string): string => (/[^\t\n\r\P{Cc}]/u.test(sign) ? '\ufffd' : sign);

/** Numeric references as the signs they stand for. */
const shown = (html: string): string =>
  html.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
const lines = (text: string | undefined): string => (text ?? '').replaceAll('\r\n', '\n');
const mailedPicture = (bytes: Buffer): string =>
  `<img src="data:image/png;base64,${bytes.toString('base64')}">`;

/** The bytes without the chance in the boundary, nor the places where a long line is broken for the way. */
const bare = (raw: Buffer): string =>
  raw
    .toString('latin1')
    .replace(/--_NmP-[0-9a-f]+/g, '--_NmP-')
    .replaceAll('=\r\n', '');

function said(mail: ParsedMail) {
  const people = (of: ParsedMail['from'] | ParsedMail['to']) =>
    [of].flat().flatMap((list) => list?.value.map(({ name, address }) => ({ name, address })) ?? []);
  return {
    from: people(mail.from),
    to: people(mail.to),
    subject: mail.subject,
    messageId: mail.messageId,
    inReplyTo: mail.inReplyTo ?? null,
    references: [mail.references ?? []].flat(),
    kind: mail.headers.get('x-leadpost-kind'),
    pictures: mail.attachments.map((a) => a.content.toString('hex')),
  };
}
