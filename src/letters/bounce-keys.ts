import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { LinkKey } from './signed-links.ts';

/** Names letters in the sender of their envelope, where a mail server that cannot deliver them sends them back to. */
export interface BounceKeys {
  /** The same for a letter as long as its key signs; 42 characters that survive a server that writes capitals. */
  of(letterId: string): string;
  /** The letter a key names; undefined unless one of our secrets signed it. */
  letter(key: string): string | undefined;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
/** Eighty bits, as many as a reply key: nobody guesses them one mail at a time. */
const proofBytes = 10;
const idLength = 26;

/** The first secret signs, all of them verify. */
export function createBounceKeys(keys: readonly LinkKey[]): BounceKeys {
  const secrets = keys.map(({ secret }) =>
    createSecretKey(createHmac('sha256', secret).update('leadpost bounce').digest()),
  );
  return {
    of: (letterId) => {
      const [first] = secrets;
      if (!first) throw new Error('SECRET_KEYS must name at least one key ("kid:secret")');
      const id = Buffer.from(letterId.replaceAll('-', ''), 'hex');
      return base32(id) + base32(proof(first, id));
    },
    letter: (key) => {
      const id = bytesOf(key.slice(0, idLength));
      const given = bytesOf(key.slice(idLength));
      if (id?.length !== 16 || given?.length !== proofBytes) return undefined;
      if (!secrets.some((secret) => timingSafeEqual(proof(secret, id), given))) return undefined;
      return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}

const proof = (secret: KeyObject, id: Buffer): Buffer =>
  createHmac('sha256', secret).update(id).digest().subarray(0, proofBytes);

/** RFC 4648, lower case, no padding. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}

/** Back to bytes; undefined unless it is the one canonical spelling. */
function bytesOf(text: string): Buffer | undefined {
  const values = [...text].map((letter) => alphabet.indexOf(letter));
  if (values.includes(-1)) return undefined;
  const bits = values.map((value) => value.toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  return base32(bytes) === text ? bytes : undefined;
}
