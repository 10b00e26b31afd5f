import { offerBounced, offerSent } from '../lead/distribute.ts';
import { ok } from '../lead/result.ts';
import type { Tx } from '../postgres/database.ts';
import { type Composed, freeDeadLeases, keepBytes, settleLetter, type Settlement, type TakenLetter, takeLetters } from '../postgres/letters.ts';
import { changeLeadIn } from './change-lead.ts';
import { composeLetter } from './compose-letter.ts';
import { type Delivery, type Deps, timer } from './deps.ts';

/** Longer than the ten minutes SMTP may take over its last answer (RFC 5321 4.5.3.2.6). */
const leaseSeconds = 15 * 60;
const minute = 60_000;
/** Pauses before the next try, in minutes; after the last one the letter is dead and stands on the operator's list. */
export const retryMinutes = [1, 5, 15, 30, 60, 120, 240, 480, 960, 1440, 1440] as const;
const ambiguousPause = 10;

/**
 * Takes due letters, composes the ones that have no bytes yet, keeps the bytes, sends them, and acknowledges each by
 * itself. Two transactions with the sending between them: no transaction stays open over I/O.
 *
 * @returns how many letters were taken
 */
export async function deliverLetters(deps: Deps, limit = 20): Promise<number> {
  const taken = await deps.db.inTransaction((tx) =>
    takeLetters(tx, { limit, leaseSeconds, token: deps.ids.uuid(tx.now) }),
  );
  const ready = await composeAll(deps, taken);
  await Promise.all(ready.map((letter) => deliver(deps, letter)));
  return taken.length;
}

/** A single process takes over the leases it held before it died; among several, only those that ran out. */
export const recoverLetters = (deps: Deps, alone: boolean): Promise<number> =>
  deps.db.inTransaction((tx) => freeDeadLeases(tx, alone));

type Ready = TakenLetter & { readonly raw: Buffer };

async function composeAll(deps: Deps, taken: readonly TakenLetter[]): Promise<Ready[]> {
  const composed: Composed[] = [];
  const ready: Ready[] = [];
  for (const letter of taken) {
    if (letter.raw) {
      ready.push(letter as Ready);
      continue;
    }
    try {
      const made = await composeLetter(deps, letter);
      composed.push(made);
      ready.push({ ...letter, raw: made.raw });
    } catch (error) {
      // A letter that cannot be rendered will not render tomorrow either; its neighbours go out all the same.
      deps.log.error({ letter_id: letter.id, kind: letter.kind, err: error }, 'a letter could not be composed');
      await settle(deps, letter, { kind: 'permanent', error: `compose: ${(error as Error).message}` });
    }
  }
  await keepBytes(deps.db, composed);
  return ready;
}

async function deliver(deps: Deps, letter: Ready): Promise<void> {
  const end = await deps.mail.send({ from: deps.house.from.address, to: letter.to_address }, letter.raw);
  if (end.kind !== 'sent') {
    deps.log.warn({ letter_id: letter.id, kind: letter.kind, attempt: letter.attempts, end: end.kind }, 'a letter was not taken');
  }
  await settle(deps, letter, end);
}

async function settle(deps: Deps, letter: TakenLetter, end: Delivery): Promise<void> {
  await deps.db.inTransaction(async (tx) => {
    const settlement = settlementOf(letter, end, tx.now);
    // The lead's lock comes before the letter's, here as everywhere.
    if (letter.kind === 'offer') await settleOffer(deps, tx, letter, settlement);
    await settleLetter(tx, letter, settlement);
  });
}

/** What an attempt means for the letter (DESIGN 4.1: acknowledge, retry with backoff, dead after the last try). */
export function settlementOf(letter: Pick<TakenLetter, 'attempts' | 'kind'>, end: Delivery, now: Date): Settlement {
  if (end.kind === 'sent') return { state: 'sent', response: end.response };
  if (end.kind === 'permanent') return { state: 'dead', error: end.error };
  if (end.kind === 'ambiguous') {
    if (letter.kind.endsWith('digest') || letter.attempts > 1) return { state: 'parked', error: end.error };
    return { state: 'due', again: new Date(now.getTime() + ambiguousPause * minute), error: end.error };
  }
  const pause = retryMinutes[letter.attempts - 1];
  if (pause === undefined) return { state: 'dead', error: `gave up after ${letter.attempts} tries: ${end.error}` };
  return { state: 'due', again: new Date(now.getTime() + pause * minute), error: end.error };
}

async function settleOffer(deps: Deps, tx: Tx, letter: TakenLetter, end: Settlement): Promise<void> {
  const offerId = letter.offer_id;
  if (!offerId || (end.state !== 'sent' && end.state !== 'dead')) return;
  const actor = { ...timer, evidence: { letter_id: letter.id } };
  await changeLeadIn(deps, tx, { about: offerId }, actor, (c, act) =>
    ok(end.state === 'sent' ? offerSent(c, offerId, act) : offerBounced(c, offerId, act)),
  );
}
