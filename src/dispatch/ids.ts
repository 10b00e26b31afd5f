import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';

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

/** The variant and 62 random bits are those of a version 4, which Node draws many at a time. */
function uuidOf(ms: number, counter: number): string {
  const time = ms.toString(16).padStart(12, '0');
  const count = counter.toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${randomUUID().slice(19)}`;
}

const letters = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(32)]).join('');
