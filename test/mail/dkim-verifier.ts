import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

/** What a receiving server makes of a signature (RFC 6376 6.1), with the public key at hand instead of in DNS. */
export interface Verified {
  readonly pass: boolean;
  /** The names of the `h=` tag, in lower case, in order. */
  readonly signed: readonly string[];
  readonly tags: ReadonlyMap<string, string>;
}

/** Verifies the first signature, or that of a selector; relaxed/relaxed only. @param record as published in DNS */
export function verifyDkim(raw: Buffer, record: string, selector?: string): Verified {
  const text = raw.toString('latin1');
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const fields = head
    .split(/\r\n(?=[^ \t])/)
    .map((line) => ({ name: line.split(':')[0]?.trim().toLowerCase(), line }));
  const signatures = fields.filter(({ name }) => name === 'dkim-signature');
  const own = signatures.find(({ line }) => !selector || tagsOf(line).get('s') === selector);
  if (!own) return { pass: false, signed: [], tags: new Map() };
  const tags = tagsOf(own.line);
  const signed = (tags.get('h') ?? '').split(':').map((name) => name.trim().toLowerCase());
  const left = [...fields];
  const lines = signed.flatMap((name) => {
    const at = left.findLastIndex((field) => field.name === name);
    return at < 0 ? [] : [relax(left.splice(at, 1)[0]?.line ?? '')];
  });
  const empty = own.line.replace(/([;\s]b=)[^;]*$/, '$1');
  const data = Buffer.from([...lines, relax(empty)].join('\r\n'), 'latin1');
  const hash = createHash('sha256')
    .update(relaxBody(rest.join('\r\n\r\n')), 'latin1')
    .digest('base64');
  const proof = Buffer.from((tags.get('b') ?? '').replace(/\s/g, ''), 'base64');
  const key = publicKey(record);
  const right =
    tags.get('a') === 'ed25519-sha256'
      ? verify(null, createHash('sha256').update(data).digest(), key, proof)
      : verify('sha256', data, key, proof);
  return { pass: right && hash === tags.get('bh')?.replace(/\s/g, ''), signed, tags };
}

const tagsOf = (line: string): Map<string, string> =>
  new Map(
    line
      .slice(line.indexOf(':') + 1)
      .split(';')
      .map((tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).trim()] as const),
  );

function publicKey(record: string): KeyObject {
  const tags = tagsOf(`:${record}`);
  const bytes = Buffer.from(tags.get('p') ?? '', 'base64');
  const prefix = Buffer.from('302a300506032b6570032100', 'hex');
  const der = tags.get('k') === 'ed25519' ? Buffer.concat([prefix, bytes]) : bytes;
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

function relax(line: string): string {
  const unfolded = line.replace(/\r\n/g, '');
  const colon = unfolded.indexOf(':');
  const value = unfolded
    .slice(colon + 1)
    .replace(/[ \t]+/g, ' ')
    .trim();
  return `${unfolded.slice(0, colon).trim().toLowerCase()}:${value}`;
}

function relaxBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${line}\r\n`).join('');
}
