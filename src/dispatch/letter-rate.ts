import type { LetterView } from '../letters/letter.ts';
import type { Tx } from '../postgres/database.ts';
import { nthNewest } from '../postgres/letter-rates.ts';

/**
 * Letters that answer somebody's own mails and presses: whoever (or whatever, in their name) writes to us without end
 * makes as many of them. Those that a lead causes come as they must.
 */
const echoes: readonly LetterView['kind'][] = ['receipt', 'ask', 'taken', 'login'];

/** So many of them a person gets in an hour; the rest waits its turn, and none is lost. */
export const echoesAnHour = 60;
const hourMs = 3_600_000;

/** When a letter may go out, as far as its reader's mailbox is concerned. */
export async function roomFor(tx: Tx, kind: LetterView['kind'], address: string): Promise<Date> {
  if (!echoes.includes(kind)) return tx.now;
  const before = await nthNewest(tx, address, echoes, echoesAnHour);
  const free = new Date((before?.getTime() ?? 0) + hourMs);
  return free > tx.now ? free : tx.now;
}
