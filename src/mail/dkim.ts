import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { MailRoom } from '../dispatch/deps.ts';

/** Who vouches for our letters, and where the world finds the other half of the key (RFC 6376). */
export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
  readonly privateKey: KeyObject;
}

/**
 * What is signed, whether a letter has it or not: a header that is named once more than it occurs cannot be added on the
 * way (RFC 6376 5.4.2). RFC 8058 wants both List-Unsubscribe headers covered.
 */
const covered = [
  'From',
  'Sender',
  'Reply-To',
  'To',
  'Cc',
  'Subject',
  'Date',
  'Message-ID',
  'In-Reply-To',
  'References',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'Auto-Submitted',
  'List-Id',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'Feedback-ID',
  'X-Leadpost-Kind',
] as const;

/** What the name server has to say at `<selector>._domainkey.<domain>` (RFC 6376 3.6.1, RFC 8463 4). */
export function dkimRecord({ privateKey }: Pick<DkimKey, 'privateKey'>): string {
  const bare = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  // Ed25519 publishes the 32 bytes alone, which are the end of the structure.
  return privateKey.asymmetricKeyType === 'ed25519'
    ? `v=DKIM1; k=ed25519; p=${bare.subarray(-32).toString('base64')}`
    : `v=DKIM1; k=rsa; p=${bare.toString('base64')}`;
}

/** Composes as ever and signs what came out. The signature is part of the bytes that are kept, so a retry repeats it. */
export function signedCompose(compose: MailRoom['compose'], key: DkimKey | null): MailRoom['compose'] {
  if (!key) return compose;
  return async (message) => signMessage(await compose(message), key, message.date);
}

/** The message with its signature on top; relaxed canonicalisation of headers and body, SHA-256. */
export function signMessage(raw: Buffer, key: DkimKey, at: Date): Buffer {
  const text = raw.toString('latin1');
  const border = text.indexOf('\r\n\r\n');
  if (border < 0) throw new Error('a message to be signed must have CRLF lines and a body');
  const headers = text.slice(0, border).split(/\r\n(?![ \t])/);
  const body = createHash('sha256')
    .update(relaxedBody(text.slice(border + 4)), 'latin1')
    .digest('base64');
  const chosen = covered.flatMap((name) => {
    const found = headers.filter((header) => nameOf(header) === name.toLowerCase());
    // From the last one up, then one that is not there.
    return [...found.reverse().map((header) => ({ name, line: relaxed(header) })), { name, line: null }];
  });
  const ed25519 = key.privateKey.asymmetricKeyType === 'ed25519';
  const unsigned = [
    `DKIM-Signature: v=1; a=${ed25519 ? 'ed25519' : 'rsa'}-sha256; c=relaxed/relaxed;`,
    ` d=${key.domain}; s=${key.selector}; t=${Math.floor(at.getTime() / 1000)};`,
    ...folded(`h=${chosen.map(({ name }) => name).join(':')};`, ':'),
    ` bh=${body};`,
    ' b=',
  ].join('\r\n');
  const told = [...chosen.flatMap(({ line }) => line ?? []), relaxed(unsigned)].join('\r\n');
  const signature = signed(Buffer.from(told, 'latin1'), key.privateKey, ed25519).toString('base64');
  return Buffer.concat([Buffer.from(`${unsigned}${inLines(signature)}\r\n`, 'latin1'), raw]);
}

/** RFC 8463 3: Ed25519 signs the hash, not the text. */
const signed = (text: Buffer, key: KeyObject, ed25519: boolean): Buffer =>
  ed25519 ? sign(null, createHash('sha256').update(text).digest(), key) : sign('sha256', text, key);

const nameOf = (header: string): string => header.slice(0, header.indexOf(':')).trim().toLowerCase();

/** RFC 6376 3.4.2. Only space and tab count: other bytes may be halves of letters. */
function relaxed(header: string): string {
  const value = header.slice(header.indexOf(':') + 1).replaceAll('\r\n', '');
  return `${nameOf(header)}:${value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '')}`;
}

/** RFC 6376 3.4.4. */
function relaxedBody(body: string): string {
  const lines = body.replace(/[ \t]+(?=\r\n|$)/g, '').replace(/[ \t]+/g, ' ');
  const trimmed = lines.replace(/(?:\r\n)+$/, '');
  return trimmed === '' ? '' : `${trimmed}\r\n`;
}

/** A long list in lines of at most 76 characters, broken behind its separator. */
function folded(text: string, separator: string): string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text
    .split(separator)
    .map((part, i, all) => (i < all.length - 1 ? `${part}${separator}` : part))) {
    if (line.length + word.length > 76) {
      lines.push(line);
      line = ' ';
    }
    line += word;
  }
  return [...lines, line];
}

const inLines = (signature: string): string => (signature.match(/.{1,72}/g) ?? []).join('\r\n ');
