import { keepBounce, markUnreachable, oneAddressAtATime } from '../postgres/bounces.ts';
import type { Tx } from '../postgres/database.ts';
import type { Settled } from '../postgres/letters.ts';
import { readRefusal } from '../replies/bounce.ts';
import type { Deps } from './deps.ts';
import { postBounceNotice } from './trouble-letters.ts';

/** An answer of the relay; what we could not compose, or have given up after days, begins otherwise. */
const refusedAtOnce = /^(?!compose:|gave up ).{0,300}\b5\d\d\b/s;

/** Letters the relay refused because their address does not exist. */
export const refusedForGood = (settled: readonly Settled[]): readonly Settled[] =>
  settled.filter(
    ({ end }) =>
      end.state === 'dead' && refusedAtOnce.test(end.error) && readRefusal(end.error).kind === 'hard',
  );

/**
 * A relay that knows the address does not exist says at once what a mail would have told later: its reader is left out
 * of offers and reports until it is changed. Everything else it refuses says nothing about the address. In a transaction
 * of its own, without any lead's lock: all that the reader has is woken.
 *
 * @param refused as `refusedForGood` finds them
 */
export async function noteRefusals(deps: Deps, tx: Tx, refused: readonly Settled[]): Promise<void> {
  await oneAddressAtATime(tx);
  for (const { letter, end } of refused) {
    if (end.state !== 'dead') continue;
    const { kind, status } = readRefusal(end.error);
    const { id: letter_id, person_id } = letter;
    keepBounce(tx, { id: deps.ids.uuid(tx.now), letter_id, person_id, inbound_id: null, kind, status });
    const lost = await markUnreachable(tx, letter.to_address);
    // The end of an offer tells of it by itself.
    if (letter.kind === 'offer') continue;
    for (const { id } of lost) await postBounceNotice(deps, tx, { personId: id, words: end.error });
  }
}
