import { expect } from 'vitest';
import type { Database } from '../../src/postgres/database.ts';
import { unpacked } from '../../src/postgres/stored-bytes.ts';
import { hashOf, type SmtpSink } from './smtp-sink.ts';

interface Sent {
  readonly message_id: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly raw: Buffer | null;
}

/**
 * Database and relay agree: every letter is sent, came once, or once more for each time it was tried, and all copies
 * are the stored bytes; the relay has nothing the database does not know.
 */
export async function expectExactCopies(
  db: Database,
  sink: SmtpSink,
): Promise<{ readonly letters: number; readonly twice: number }> {
  const letters = await db.query<Sent>(
    `select l.message_id, l.kind, l.state, l.attempts, b.raw
     from letters l left join letter_bytes b on b.letter_id = l.id where l.state <> 'dropped'`,
  );
  const faults = letters.flatMap(({ message_id, kind, state, attempts, raw }) => {
    const copies = sink.copies.get(message_id) ?? [];
    if (state !== 'sent' || !raw) return [`a letter (${kind}) is ${state}`];
    if (copies.length < 1 || copies.length > attempts)
      return [`${copies.length} copies of a letter (${kind}) in ${attempts} attempts`];
    return new Set([...copies, hashOf(unpacked(raw))]).size === 1
      ? []
      : [`copies of a letter (${kind}) differ`];
  });
  expect(faults).toEqual([]);
  const known = new Set(letters.map((letter) => letter.message_id));
  expect([...sink.copies.keys()].filter((id) => !known.has(id))).toEqual([]);
  const twice = [...sink.copies.values()].filter((copies) => copies.length > 1).length;
  return { letters: letters.length, twice };
}
