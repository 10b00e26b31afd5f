import { headersOf, type InboundMail, partOf } from './inbound-mail.ts';

/** 42 characters of lower-case base32: which letter (26) and the proof that we named it (16). */
const keyShape = /^[a-z2-7]{42}$/;

/** A word that mail servers may have written in capitals, as a key; null when it is none. */
function asKey(word: string): string | null {
  const key = word.trim().toLowerCase();
  return keyShape.test(key) ? key : null;
}

/** The address a letter comes back to, by a pattern such as `bounce+{key}@leads.example`. */
export const bounceAddress = (pattern: string, key: string): string => pattern.replace('{key}', key);

/** The key in an address of the pattern, as it is written there; null when the address is none of ours. */
function wordInAddress(pattern: string, address: string): string | null {
  const [before = '', after = ''] = pattern.toLowerCase().split('{key}');
  const bare = address.trim().toLowerCase().slice(0, 320).replace(/^<|>$/g, '');
  if (!bare.startsWith(before) || !bare.endsWith(after)) return null;
  const word = bare.slice(before.length, bare.length - after.length);
  return /^[^@\s]{1,64}$/.test(word) ? word : null;
}

export interface BounceKeys {
  /** Keys in their shape, in the order they are to be believed; whether they are ours is for whoever knows the secret. */
  readonly keys: readonly string[];
  /** The mail came to an address of the pattern. */
  readonly addressed: boolean;
}

/**
 * The keys a report carries: in the address it was sent to (RFC 5321 4.4, the sender of the envelope), as the envelope
 * id it returns (RFC 3461 4.4), or as the return path it quotes (RFC 5965 3.2, RFC 5322 3.6.7).
 */
export function bounceKeys(mail: InboundMail, pattern: string | null): BounceKeys {
  if (pattern === null) return { keys: [], addressed: false };
  const words = [...mail.to, ...mail.cc, ...mail.deliveredTo].flatMap(
    (address) => wordInAddress(pattern, address) ?? [],
  );
  const quoted = [...envelopeIds(mail), ...returnPaths(mail, pattern)];
  const keys = [...words, ...quoted].flatMap((word) => asKey(word) ?? []);
  return { keys: [...new Set(keys)].slice(0, 10), addressed: words.length > 0 };
}

function envelopeIds(mail: InboundMail): string[] {
  const report = partOf(mail, 'message/delivery-status', 'message/global-delivery-status');
  return found(report?.content, /^original-envelope-id:[ \t]{0,20}(\S{1,100})/gim);
}

function returnPaths(mail: InboundMail, pattern: string): string[] {
  const quoted = mail.parts
    .filter(({ type }) => /^(?:message\/|text\/rfc822-headers)/.test(type))
    .flatMap(({ content }) =>
      found(content, /^(?:original-mail-from|return-path):[ \t]{0,20}<?([^\s<>]{1,320})/gim),
    );
  return [...quoted, ...headersOf(mail, 'x-original-return-path')].flatMap(
    (address) => wordInAddress(pattern, address) ?? [],
  );
}

const found = (text: string | undefined, pattern: RegExp): string[] =>
  [...(text ?? '').slice(0, 60_000).matchAll(pattern)].slice(0, 10).map((match) => match[1] ?? '');
