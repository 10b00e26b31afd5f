import type { Tx } from '../postgres/database.ts';
import { freeInbound } from '../postgres/inbound.ts';
import { freeForgotten, freeLetters, handBackLetters } from '../postgres/letter-leases.ts';
import { type Composed, keepBytes, type TakenLetter, takeLetters } from '../postgres/letters.ts';
import type { Take } from '../postgres/queue.ts';
import { bounceAddress } from '../replies/bounce-address.ts';
import { composeLetters } from './compose-letter.ts';
import type { Delivery, Deps } from './deps.ts';
import { isUnavailable, outlast } from './outage.ts';
import { atRate, recoverPlaces, type Turn, turnsFor } from './relay-rate.ts';
import { leaseSeconds, type Settle, settler, type Withheld } from './settle-letters.ts';

export type { Barred, Withheld } from './settle-letters.ts';

/** Loops that deliver side by side: while one waits for the relay or the database, another composes. */
export const deliveryLoops = 3;

/** What taking costs is shared by so many; with more, a relay that is slow would leave the last ones waiting too long. */
const lettersARound = 40;

/**
 * Takes due letters, composes the ones that have no bytes yet, keeps the bytes, sends them, and acknowledges each as
 * its answer comes. Bytes are kept in the transaction that takes the letter; no transaction stays open over the sending.
 * Where the relay has a limit, no more are taken than it bears.
 *
 * @returns how many letters were taken
 */
export const deliverLetters = (deps: Deps, limit = lettersARound): Promise<number> =>
  atRate(deps, () => deliverSome(deps, limit));

async function deliverSome(deps: Deps, limit: number): Promise<number> {
  let token: string | undefined;
  const hand = openHand();
  try {
    const { taken, ready, failed } = await deps.db.inTransaction((tx) => {
      token = deps.ids.uuid(tx.now);
      return takeAndCompose(deps, tx, { limit, leaseSeconds, token, owner: deps.owner }, hand);
    });
    const settle = settler(deps, taken);
    // To the last one, so that nothing is handed back that is still on its way.
    const ends = await Promise.allSettled([
      ...ready.map((letter) => deliver(deps, letter, settle).then(() => hand.drop(letter.id))),
      ...failed.map(({ letter, end }) => settle(letter, end)),
    ]);
    const lost = ends.find((end) => end.status === 'rejected');
    if (lost) throw lost.reason;
    return taken.length;
  } catch (error) {
    if (token && isUnavailable(error)) await handBack(deps, token);
    throw error;
  } finally {
    hand.empty();
  }
}

/** Letters this process is at, and how often: one that was freed may be taken again by another of its loops. */
const inHand = new Map<string, number>();

interface Hand {
  take(id: string): void;
  drop(id: string): void;
  empty(): void;
}

/** What one round of deliveries holds. */
function openHand(): Hand {
  const held = new Set<string>();
  const drop = (id: string): void => {
    if (!held.delete(id)) return;
    const rest = (inHand.get(id) ?? 1) - 1;
    if (rest > 0) inHand.set(id, rest);
    else inHand.delete(id);
  };
  return {
    take: (id) => {
      held.add(id);
      inHand.set(id, (inHand.get(id) ?? 0) + 1);
    },
    drop,
    empty: () => {
      for (const id of [...held]) drop(id);
    },
  };
}

/**
 * The database went away, perhaps after it had given us letters: they go back into the queue, or they would wait for
 * the end of a lease that nobody uses. Those that went out have been acknowledged by now.
 */
async function handBack(deps: Deps, token: string): Promise<void> {
  await outlast(leaseSeconds * 1_000, () => deps.db.inTransaction((tx) => handBackLetters(tx, token)));
}

/**
 * Takes over what processes that are gone had in hand, and what a database that crashed has forgotten that we did.
 *
 * @returns how many letters and mails are free again
 */
export const recoverLeases = (deps: Pick<Deps, 'db' | 'owner' | 'mail'>): Promise<number> =>
  deps.db.inTransaction(async (tx) => {
    const freed =
      (await freeLetters(tx)) +
      (await freeInbound(tx)) +
      (await freeForgotten(tx, deps.owner, (id) => inHand.has(id)));
    recoverPlaces(deps, tx);
    return freed;
  });

type Ready = TakenLetter & { readonly raw: Buffer };
type Sendable = Ready & { readonly turn: Turn };

interface Work {
  readonly taken: readonly TakenLetter[];
  readonly ready: readonly Sendable[];
  readonly failed: readonly { readonly letter: TakenLetter; readonly end: Delivery }[];
}

/** Nobody's mail any more: an offer in it was never made, so the next partner is asked. */
const readerLeft: Withheld = { kind: 'permanent', error: 'its reader has left', withheld: true };

async function takeAndCompose(deps: Deps, tx: Tx, how: Take, hand: Hand): Promise<Work> {
  // A transaction that is tried again takes anew.
  hand.empty();
  const turns = await turnsFor(deps, tx, how);
  const taken = await takeLetters(tx, { ...how, limit: turns.limit });
  // Before the commit, so that nobody finds a letter of ours that is not in hand.
  for (const { id } of taken) hand.take(id);
  const fresh = taken.filter((letter) => !letter.left && !letter.raw);
  const compose = deps.composeLetters ?? ((letters) => composeLetters(deps, letters));
  const made = await compose(fresh);
  const outcomes = new Map(fresh.map((letter, i) => [letter, made[i]]));
  const composed: Composed[] = [];
  const ready: Ready[] = [];
  const failed: { letter: TakenLetter; end: Delivery }[] = [];
  for (const letter of taken) {
    if (letter.left) {
      failed.push({ letter, end: readerLeft });
      continue;
    }
    if (letter.raw) {
      ready.push(letter as Ready);
      continue;
    }
    const outcome = outcomes.get(letter);
    if (outcome?.ok) {
      composed.push(outcome.value);
      ready.push({ ...letter, raw: outcome.value.raw });
      continue;
    }
    // A letter that cannot be rendered will not render tomorrow either; its neighbours go out all the same.
    const error = outcome?.error as Error;
    deps.log.error({ letter_id: letter.id, kind: letter.kind, err: error }, 'a letter could not be composed');
    failed.push({ letter, end: { kind: 'permanent', error: `compose: ${error.message}` } });
  }
  keepBytes(tx, composed);
  const given = turns.give(ready.length);
  return { taken, ready: ready.map((letter, i) => ({ ...letter, turn: given[i] as Turn })), failed };
}

async function deliver(deps: Deps, letter: Sendable, settle: Settle): Promise<void> {
  const envelope = { from: senderOf(deps, letter), to: letter.to_address };
  const end = await letter.turn(() => deps.mail.send(envelope, letter.raw));
  if (end.kind !== 'sent') {
    deps.log.warn(
      { letter_id: letter.id, kind: letter.kind, attempt: letter.attempts, end: end.kind },
      'a letter was not taken',
    );
  }
  await settle(...afterSilence(letter, end));
}

/** Whoever cannot deliver the letter returns it to an address that names it. */
const senderOf = ({ house, links }: Deps, { id }: TakenLetter): string =>
  house.bounceAddress ? bounceAddress(house.bounceAddress, links.bounces.of(id)) : house.from.address;

/** Begins the stored error of a letter that once went out without an answer; later failures keep it. */
const unanswered = 'may have arrived: ';

/**
 * Whether a letter may be tried once more after silence depends on earlier silence, not on earlier failures that were
 * answered: a greylisted letter still has its one more try.
 */
function afterSilence(letter: TakenLetter, end: Delivery): [TakenLetter, Delivery] {
  const before = letter.last_error?.startsWith(unanswered) ?? false;
  if (end.kind === 'ambiguous')
    return [
      { ...letter, attempts: before ? 2 : 1 },
      { ...end, error: unanswered + end.error },
    ];
  return before && end.kind === 'temporary'
    ? [letter, { ...end, error: unanswered + end.error }]
    : [letter, end];
}
