import { setTimeout as pause } from 'node:timers/promises';
import type { Pace } from '../dispatch/deps.ts';

/** Timers may be this early, milliseconds. */
const early = 2;
/** Attempts that have to be seen before their quickest says anything about the way to the relay. */
const enough = 20;
/**
 * How much of the quickest attempt every attempt takes for certain, wherever in the talk the relay counts: on a busy
 * machine one attempt is late at its beginning and another at its end.
 */
const certain = 0.5;

/**
 * How many letters the relay takes in how many seconds. A place is kept for the whole period after an attempt's end,
 * less the time that every attempt takes: what all have in common moves them alike and brings none closer to another.
 */
export function openPace(rate: { readonly letters: number; readonly seconds: number }): Pace {
  let seen = 0;
  let quickest = Number.POSITIVE_INFINITY;
  const common = (): number => (seen < enough ? 0 : certain * quickest);
  const period = rate.seconds * 1000;
  return {
    ...rate,
    turn: (wait) => {
      const from = performance.now() + wait;
      return async (attempt) => {
        for (let left = from - performance.now(); left > 0; left = from - performance.now())
          await pause(left + early);
        const began = performance.now();
        const end = await attempt();
        const ended = performance.now();
        if (end.kind === 'sent') {
          seen += 1;
          quickest = Math.min(quickest, ended - began);
        }
        const rest = (): number => Math.max(0, period - common() - (performance.now() - ended));
        return { end, rest };
      };
    },
  };
}
