import { createHash } from 'node:crypto';
import { type AddressObject, type Attachment, type ParsedMail, simpleParser } from 'mailparser';
import type {
  AttachmentFact,
  InboundMail,
  MailAddress,
  MailHeader,
  MailPart,
} from '../replies/inbound-mail.ts';
import { htmlAsText } from './html-as-text.ts';

const maxHeaderBytes = 256 * 1024;
const maxHtml = 500_000;
const maxPart = 128 * 1024;
const maxText = 1024 * 1024;

/**
 * Parses raw bytes in this thread. May throw and may take long on hostile input:
 * `parse-mail.ts` runs it in a worker with a deadline.
 */
export async function readMessage(raw: Uint8Array): Promise<InboundMail> {
  const bytes = withLineFeeds(raw);
  const parsed = await simpleParser(bytes, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
    maxHtmlLengthToParse: maxHtml,
    keepDeliveryStatus: true,
  });
  const mail = asInbound(parsed);
  const isEmpty = mail.text.trim() === '' && mail.html === null && mail.attachments.length === 0;
  return isEmpty ? { ...mail, text: rawBody(bytes) } : mail;
}

/** What stands below the headers of a mail whose structure is broken: better than nothing to show. */
function rawBody(bytes: Buffer): string {
  const head = bytes.subarray(0, maxHeaderBytes).toString('latin1').replace(/\r\n/g, '\n');
  const end = head.indexOf('\n\n');
  if (end < 0) return '';
  const lines = head.slice(end + 2, end + 64 * 1024).split('\n');
  return lines
    .filter((line) => !/^--\S|^content-[a-z-]{1,40}:|^\s?boundary=/i.test(line))
    .join('\n')
    .trim();
}

/** The header lines alone, by a parser that cannot fail. At most 256 KiB are read. */
export function readHeaders(raw: Uint8Array): MailHeader[] {
  const head = withLineFeeds(raw.subarray(0, maxHeaderBytes)).toString('latin1').replace(/\r\n/g, '\n');
  const end = head.indexOf('\n\n');
  const lines = (end < 0 ? head : head.slice(0, end))
    .replace(/\n[ \t]{1,100}/g, ' ')
    .split('\n')
    .slice(0, 1000);
  return lines.flatMap((line): MailHeader[] => {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    return /^[!-9;-~]{1,120}$/.test(name) ? [[name, line.slice(colon + 1, colon + 8001).trim()]] : [];
  });
}

/** Mails with bare CR line ends come out empty from any parser; binary parts stay as they are. */
function withLineFeeds(raw: Uint8Array): Buffer {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  let bare = 0;
  let feeds = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    if (bytes[i] === 10) feeds += 1;
    else if (bytes[i] === 13 && bytes[i + 1] !== 10) bare += 1;
  }
  if (bare <= feeds) return bytes;
  const fixed = Buffer.from(bytes);
  for (let i = 0; i < fixed.length; i += 1) if (fixed[i] === 13 && fixed[i + 1] !== 10) fixed[i] = 10;
  return fixed;
}

function asInbound(parsed: ParsedMail): InboundMail {
  const headers = parsed.headerLines.map(({ key, line }): MailHeader => [key, unfold(line)]);
  const text = (parsed.text ?? '').slice(0, maxText);
  const html = parsed.html ? parsed.html.slice(0, maxHtml) : null;
  return {
    headers,
    from: firstAddress(parsed.from),
    to: addresses(parsed.to),
    cc: addresses(parsed.cc),
    deliveredTo: deliveredTo(headers),
    subject: parsed.subject ?? '',
    messageId: parsed.messageId ?? null,
    inReplyTo: messageIds(parsed.inReplyTo ?? ''),
    references: messageIds([parsed.references ?? []].flat().join(' ')),
    date:
      parsed.date && Number.isFinite(parsed.date.getTime()) && headers.some(([name]) => name === 'date')
        ? parsed.date
        : null,
    text,
    html,
    htmlAsText: text.trim() === '' && html !== null ? htmlAsText(html) : null,
    parts: parsed.attachments.filter(isTelling).map(asPart),
    attachments: parsed.attachments.map(asFact),
  };
}

function unfold(line: string): string {
  return line
    .slice(line.indexOf(':') + 1)
    .replace(/\r?\n[ \t]{1,100}/g, ' ')
    .trim();
}

function firstAddress(field: AddressObject | undefined): MailAddress | null {
  for (const entry of field?.value ?? []) {
    const single = entry.address ? entry : entry.group?.find((member) => member.address);
    if (single?.address) return { address: single.address.toLowerCase(), name: single.name };
  }
  return null;
}

function addresses(field: AddressObject | AddressObject[] | undefined): string[] {
  const entries = [field ?? []].flat().flatMap((object) => object.value);
  const members = entries.flatMap((entry) => (entry.group ? entry.group : [entry]));
  return members.flatMap((entry) => (entry.address ? [entry.address.toLowerCase()] : []));
}

const envelopeHeaders = [
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
  'x-forwarded-to',
  'x-rcptto',
];

function deliveredTo(headers: readonly MailHeader[]): string[] {
  const values = envelopeHeaders.flatMap((name) => headers.filter(([header]) => header === name));
  return values.flatMap(([, value]) =>
    value
      .slice(0, 2000)
      .toLowerCase()
      .split(/[,\s<>]{1,20}/)
      .filter((word) => word.includes('@')),
  );
}

function messageIds(value: string): string[] {
  return value.slice(0, 20_000).match(/<[^<>\s]{1,900}>/g) ?? [];
}

function isTelling(attachment: Attachment): boolean {
  return /^(?:message\/|text\/rfc822-headers|text\/calendar)/.test(attachment.contentType ?? '');
}

function asPart(attachment: Attachment): MailPart {
  return {
    type: attachment.contentType.toLowerCase(),
    content: attachment.content.subarray(0, maxPart).toString('utf8'),
  };
}

function asFact(attachment: Attachment): AttachmentFact {
  return {
    filename: attachment.filename ?? null,
    type: attachment.contentType ?? 'application/octet-stream',
    size: attachment.size ?? attachment.content.length,
    sha256: createHash('sha256').update(attachment.content).digest('hex'),
  };
}
