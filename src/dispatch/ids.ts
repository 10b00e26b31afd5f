import { createHash, randomBytes, randomInt } from 'node:crypto';

/** The one source of ids and chance. */
export interface Ids {
  /** A UUIDv7 (RFC 9562 5.7) of the given instant; ids made one after the other sort in that order. */
  uuid(at: Date): string;
  /** `L-` and Crockford base32 characters, without I, L, O and U. */
  reference(length: number): string;
  /** The secret part of a reply address: 16 lowercase base32 characters, 80 bits. */
  replyKey(): string;
  /** A number for a process, 1 to 2^31 - 1. */
  owner(): number;
  /** A fencing token, secret or password of n random bytes as text. */
  secret(bytes: number): string;
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

export function createIds(): Ids {
  let last = 0;
  let counter = 0;
  return {
    uuid: (at) => {
      const ms = at.getTime();
      counter = ms === last ? counter + 1 : randomInt(0x400);
      // The counter may run into the next millisecond's place, never backwards within one.
      if (counter > 0xfff) counter = 0xfff;
      last = ms;
      return uuidOf(ms, counter);
    },
    reference: (length) => `L-${letters(crockford, length)}`,
    replyKey: () => letters(base32, 16),
    owner: () => randomInt(1, 2 ** 31 - 1),
    secret: (bytes) => randomBytes(bytes).toString('hex'),
  };
}

/** Deterministic share in [0, 1) of a text: who explores is decided by the lead, not by chance. */
export const shareOf = (text: string): number =>
  createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;

function uuidOf(ms: number, counter: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const letters = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(32)]).join('');
