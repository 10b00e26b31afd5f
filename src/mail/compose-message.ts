import * as base64 from 'nodemailer/lib/base64/index.js';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type MimeNode from 'nodemailer/lib/mime-node/index.js';
import * as quotedPrintable from 'nodemailer/lib/qp/index.js';
import type { Message } from '../dispatch/deps.ts';
import { sevenBit, sevenBitHtml } from './seven-bit.ts';

/**
 * The bytes of a message, made once. Everything that decides them is handed in, so the same message always gives the
 * same bytes but for the MIME boundary. nodemailer makes the parts and every header of them, with its protection
 * against what does not belong there; they are only written down here, for its dozen streams a message cost more than
 * all the rest of composing.
 */
export async function composeMessage(message: Message): Promise<Buffer> {
  // The library would encode any line of more than 76 characters: a third more on the wire, and nothing left to pack.
  const plainly = {
    text: sevenBit(message.text),
    html: message.html === '' ? undefined : sevenBitHtml(message.html),
  };
  const composer = new MailComposer({
    from: { name: plain(message.from.name), address: message.from.address },
    to: { name: plain(message.to.name), address: message.to.address },
    ...(message.replyTo ? { replyTo: message.replyTo } : {}),
    subject: plain(message.subject),
    text: plainly.text ?? message.text,
    html: plainly.html ?? message.html,
    ...(message.picture ? { attachments: [inline(message.picture)] } : {}),
    messageId: message.messageId,
    ...(message.inReplyTo ? { inReplyTo: message.inReplyTo, references: [...message.references] } : {}),
    date: message.date,
    headers: { ...message.headers },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const asTheyAre = new Set<unknown>(Object.values(plainly).filter((bytes) => bytes !== undefined));
  return Buffer.concat(written(composer.compile(), asTheyAre));
}

/** A part with all its parts (RFC 2046 5.1.1). @param asTheyAre contents that need no encoding */
function written(part: MimeNode, asTheyAre: ReadonlySet<unknown>): Buffer[] {
  const body = part.content ? bodyOf(part.content as string | Buffer, asTheyAre) : undefined;
  if (body) part.getTransferEncoding = () => body.encoding;
  // Decides the boundary, so it comes before that is asked for.
  const head = Buffer.from(`${part.buildHeaders()}\r\n\r\n`);
  if (body) return [head, body.bytes];
  const between = `--${part.boundary}`;
  const parts = part.childNodes.flatMap((child) => [
    Buffer.from(`${between}\r\n`),
    ...written(child, asTheyAre),
    Buffer.from('\r\n'),
  ]);
  return [head, ...parts, Buffer.from(`${between}--\r\n`)];
}

interface Body {
  readonly encoding: '7bit' | 'quoted-printable' | 'base64';
  readonly bytes: Buffer;
}

/** Text stays legible, and what it shares with the HTML is stored but once; a picture is base64. */
function bodyOf(content: string | Buffer, asTheyAre: ReadonlySet<unknown>): Body {
  if (typeof content === 'string') {
    const lines = content.replace(/\r\n?|\n/g, '\r\n');
    const text = quotedPrintable.wrap(quotedPrintable.encode(lines), 76);
    return { encoding: 'quoted-printable', bytes: Buffer.from(text, 'latin1') };
  }
  if (asTheyAre.has(content)) return { encoding: '7bit', bytes: content };
  return { encoding: 'base64', bytes: Buffer.from(base64.wrap(base64.encode(content), 76), 'latin1') };
}

/** Shown where the HTML names it, and nowhere else. */
const inline = ({ cid, png }: NonNullable<Message['picture']>) => ({
  cid,
  content: png,
  contentType: 'image/png',
  contentDisposition: 'inline' as const,
  filename: 'logo.png',
});

/** Header values are one line without control characters, whatever a lead says. */
const plain = (value: string): string => value.replace(/\p{Cc}+/gu, ' ').trim();
