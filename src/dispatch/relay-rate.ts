import { setTimeout as pause } from 'node:timers/promises';
import type { Tx } from '../postgres/database.ts';
import {
  freePlaces,
  givePlaceBack,
  lockPlaces,
  makePlaces,
  nextPlace,
  type Place,
  takePlaces,
} from '../postgres/relay-places.ts';
import type { Delivery, Deps, Pace } from './deps.ts';
import { leaseSeconds } from './settle-letters.ts';

/**
 * The relay's rate, kept by places in the database (`SMTP_RATE`). Without a rate nothing here asks the database
 * anything.
 */

/** Letters are taken this long before their place is free, so that they are composed by then, milliseconds. */
const ahead = 250;
/** A place may come free earlier than anybody could know: nobody waits longer without looking again. */
const look = 100;
/** No letter waits longer for the one before it, milliseconds. */
const longestStep = 100;
/** After so long without a place somebody else looks. */
const patience = 1_000;

type Rated = Pick<Deps, 'db' | 'mail' | 'log'>;

/** Sends one letter when its turn has come. */
export type Turn = (attempt: () => Promise<Delivery>) => Promise<Delivery>;
const atOnce: Turn = (attempt) => attempt();

/** The turns a transaction can give to letters. */
export interface Turns {
  /** How many letters may be taken. */
  readonly limit: number;
  /** Gives out a turn for each letter, in order; what is left over stays free. */
  give(letters: number): readonly Turn[];
}

/** What the relay bears at the moment, locked for this transaction. */
export async function turnsFor(
  deps: Rated,
  tx: Tx,
  how: { readonly limit: number; readonly token: string },
): Promise<Turns> {
  const { pace } = deps.mail;
  if (!pace) return { limit: how.limit, give: (letters) => Array.from({ length: letters }, () => atOnce) };
  const places = await lockPlaces(tx, { count: pace.letters, ahead, limit: how.limit });
  const turns = spread(places, pace).map((place) => turnAt(deps, pace, place, how.token));
  return {
    limit: places.length,
    give: (letters) => {
      takePlaces(tx, places.slice(0, letters), how.token, leaseSeconds);
      return turns.slice(0, letters);
    },
  };
}

/** Places that have been free for long are used one after the other, evenly, and keep that distance from then on. */
function spread(places: readonly Place[], { letters, seconds }: Pace): readonly Place[] {
  const period = seconds * 1000;
  const step = Math.min(period / letters, longestStep);
  return places.map((place, i) => (-place.wait > period / 2 ? { ...place, wait: i * step } : place));
}

function turnAt(deps: Rated, pace: Pace, place: Place, token: string): Turn {
  const turn = pace.turn(place.wait);
  return async (attempt) => {
    const { end, rest } = await turn(attempt);
    givePlaceBack(deps.db, place.n, token, rest()).catch((error: unknown) =>
      // Whoever looks after leases frees it.
      deps.log.warn({ err: error }, 'a place at the relay could not be given back'),
    );
    return end;
  };
}

/** One of a process's loops waits for a place; more would only ask more often. */
const waiting = new WeakSet<object>();

/** Sends until letters went out, none is due, or nobody had a place for a while. @param send some letters, how many */
export async function atRate(deps: Rated, send: () => Promise<number>): Promise<number> {
  const { pace } = deps.mail;
  const sent = await send();
  if (!pace || sent > 0 || waiting.has(pace)) return sent;
  waiting.add(pace);
  try {
    return (await placeComes(deps, pace)) ? await send() : 0;
  } finally {
    waiting.delete(pace);
  }
}

/** Whether a place comes free, soon and for a letter that is due. */
async function placeComes({ db }: Rated, pace: Pace): Promise<boolean> {
  for (let waited = 0; waited < patience; ) {
    const wait = await nextPlace(db, { count: pace.letters, ahead });
    if (wait === null || wait === 0) return wait === 0;
    const nap = Math.min(Math.max(wait, 5), look);
    await pause(nap);
    waited += nap;
  }
  return false;
}

/** As many places as the relay has, however many there were before. */
export const preparePlaces = async ({ db, mail }: Rated): Promise<void> => {
  if (mail.pace) await makePlaces(db, mail.pace.letters);
};

/** Places that went with a process that is gone; its letters may have gone out until just now. */
export const recoverPlaces = ({ mail }: Pick<Deps, 'mail'>, tx: Tx): void => {
  if (mail.pace) freePlaces(tx, mail.pace.seconds * 1000);
};
