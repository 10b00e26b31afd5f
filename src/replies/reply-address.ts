import type { InboundMail } from './inbound-mail.ts';

/** Sixteen characters of lowercase unpadded base32 (RFC 4648), ten random bytes. */
export type ReplyKey = string;

const keyShape = /^[a-z2-7]{16}$/;
const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Ten bytes as a reply key; the bytes come from whoever owns chance. */
export function replyKey(bytes: Uint8Array): ReplyKey {
  let bits = '';
  for (const byte of bytes.subarray(0, 10)) bits += byte.toString(2).padStart(8, '0');
  const groups = bits.match(/.{5}/g) ?? [];
  return groups.map((group) => base32[Number.parseInt(group, 2)]).join('');
}

export function isReplyKey(word: string): boolean {
  return keyShape.test(word);
}

/** The address that carries a key, by a pattern such as `reply+{key}@leads.example` or `{key}@reply.example`. */
export function replyAddress(patternWithKey: string, key: ReplyKey): string {
  return patternWithKey.replace('{key}', key.toLowerCase());
}

/** The key in an address, or null. Compared lower-cased; the key alone is no authority. */
export function keyInAddress(patternWithKey: string, address: string): ReplyKey | null {
  const [before = '', after = ''] = patternWithKey.toLowerCase().split('{key}');
  const bare = address.trim().toLowerCase().slice(0, 320);
  if (!patternWithKey.includes('{key}') || !bare.startsWith(before) || !bare.endsWith(after)) return null;
  const key = bare.slice(before.length, bare.length - after.length);
  return isReplyKey(key) ? key : null;
}

/** The reply key a mail carries: in To, Cc or an envelope header, else as a code in subject or body. */
export function findReplyKey(mail: InboundMail, patternWithKey: string): ReplyKey | null {
  const addresses = [...mail.to, ...mail.cc, ...mail.deliveredTo];
  return (
    addresses.map((address) => keyInAddress(patternWithKey, address)).find((found) => found !== null) ??
    keyInBody(mail)
  );
}

/** The ids a mail answers, newest first: In-Reply-To, then References from their end, at most ten. */
export function threadMessageIds(mail: InboundMail): string[] {
  return [...new Set([...mail.inReplyTo, ...mail.references.toReversed()])].slice(0, 10);
}

/** "L-4F7K2Q" in a subject, "L-" and six or more characters of Crockford's base32: a hint that never changes a state. */
export function leadReference(subject: string): string | null {
  return (
    /(?:^|[^A-Z0-9])(L-[0-9A-HJKMNP-TV-Z]{6,10})(?![A-Z0-9])/.exec(
      subject.slice(0, 500).toUpperCase(),
    )?.[1] ?? null
  );
}

/** The short code that the cut marker's line or the footer carries where the address lost its key: "[#key]". */
export function bodyCode(key: ReplyKey): string {
  return `[#${key}]`;
}

function keyInBody(mail: InboundMail): ReplyKey | null {
  const found = /\[#([a-z2-7]{16})\]/i.exec(
    `${mail.subject.slice(0, 500)}\n${(mail.text || mail.htmlAsText || '').slice(0, 64 * 1024)}`,
  );
  return found?.[1]?.toLowerCase() ?? null;
}
