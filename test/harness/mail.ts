import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';

/** A letter as its reader's mail program shows it. */
export interface Mail {
  readonly id: string;
  readonly kind: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly replyTo: string | null;
  readonly messageId: string;
  readonly raw: Buffer;
  /** Every address the mail links to, in text and HTML, once. */
  readonly links: readonly string[];
  readonly parsed: ParsedMail;
}

export async function readMail(raw: Buffer, id: string): Promise<Mail> {
  const parsed = await simpleParser(raw);
  const html = parsed.html || '';
  const text = parsed.text ?? '';
  const inHtml = [...html.matchAll(/href="(https?:[^"]+)"/g)].map((m) =>
    (m[1] as string).replaceAll('&amp;', '&'),
  );
  const inText = text.match(/https?:\/\/[^\s<>)]+/g) ?? [];
  return {
    id,
    kind: String(parsed.headers.get('x-leadpost-kind') ?? ''),
    to: addressOf(parsed.to),
    from: addressOf(parsed.from),
    subject: parsed.subject ?? '',
    text,
    html,
    replyTo: parsed.replyTo ? addressOf(parsed.replyTo) : null,
    messageId: parsed.messageId ?? '',
    raw,
    links: [...new Set([...inHtml, ...inText])],
    parsed,
  };
}

const addressOf = (field: AddressObject | AddressObject[] | undefined): string =>
  [field].flat()[0]?.value[0]?.address ?? '';

export interface Token {
  readonly act: string;
  readonly sub: string;
  readonly obj: string;
}

/** What a link claims, read without verifying; undefined for links that carry no token. */
export function tokenOf(link: string): Token | undefined {
  const payload = /^\/(?:a|l|my|prefs|stop)\/[\w-]+\.([\w-]+)\.[\w-]+(?:\/updates)?$/.exec(
    new URL(link).pathname,
  )?.[1];
  return payload ? (JSON.parse(Buffer.from(payload, 'base64url').toString()) as Token) : undefined;
}

/** The first link that leads to an act; fails with the acts there are. */
export function linkTo(links: readonly string[], act: string): string {
  const found = links.find((link) => tokenOf(link)?.act === act);
  if (found) return found;
  throw new Error(`no link to "${act}" among ${links.map((link) => tokenOf(link)?.act ?? link).join(', ')}`);
}

let written = 0;

/** A plain reply: reply address, thread headers, the words, and the mail quoted below as programs do. */
export function replyMail(
  mail: Mail,
  words: string,
  how: { readonly at?: Date; readonly from?: string; readonly headers?: readonly string[] } = {},
): string {
  written += 1;
  const quoted = mail.text.split('\n').map((line) => `> ${line}`);
  return [
    `From: ${how.from ?? mail.to}`,
    `To: ${mail.replyTo ?? mail.from}`,
    `Subject: Re: ${mail.subject.replace(/[^\x20-\x7e]/g, '?')}`,
    ...(how.at ? [`Date: ${how.at.toUTCString().replace('GMT', '+0000')}`] : []),
    `Message-ID: <reply-${written}-${process.pid}@mail.example>`,
    `In-Reply-To: ${mail.messageId}`,
    `References: ${mail.messageId}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    ...(how.headers ?? []),
    '',
    words,
    '',
    'On Mon, 23 Nov 2026 at 10:00, the lead desk wrote:',
    ...quoted,
    '',
  ].join('\r\n');
}
