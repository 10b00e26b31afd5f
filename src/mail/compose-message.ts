import { encode, wrap } from 'nodemailer/lib/base64/index.js';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type MimeNode from 'nodemailer/lib/mime-node/index.js';
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
    // For the rest: a third of the time of quoted-printable, and long links stay whole.
    textEncoding: 'base64',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const asTheyAre = new Set<unknown>(Object.values(plainly).filter((bytes) => bytes !== undefined));
  return Buffer.concat(written(composer.compile(), asTheyAre));
}

/** A part with all its parts (RFC 2046 5.1.1). @param asTheyAre contents that need no encoding */
function written(part: MimeNode, asTheyAre: ReadonlySet<unknown>): Buffer[] {
  const plain = asTheyAre.has(part.content);
  if (part.content) part.getTransferEncoding = () => (plain ? '7bit' : 'base64');
  // Decides the boundary, so it comes before that is asked for.
  const head = Buffer.from(`${part.buildHeaders()}\r\n\r\n`);
  if (!part.multipart) return [head, plain ? (part.content as Buffer) : inBase64(part.content as string)];
  const between = `--${part.boundary}`;
  const parts = part.childNodes.flatMap((child) => [
    Buffer.from(`${between}\r\n`),
    ...written(child, asTheyAre),
    Buffer.from('\r\n'),
  ]);
  return [head, ...parts, Buffer.from(`${between}--\r\n`)];
}

const inBase64 = (content: string | Buffer): Buffer => Buffer.from(wrap(encode(content), 76), 'latin1');

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
