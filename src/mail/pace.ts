import { setTimeout as pause } from 'node:timers/promises';
import type { Pace } from '../dispatch/deps.ts';

/** Timers may be this early, milliseconds. */
const early = 2;
/** Attempts by whose quickest the way to the relay is known, and how many have to be seen before it counts. */
const remembered = 50;
const enough = 20;

/**
 * How many letters the relay takes in how many seconds. A place is kept for the whole period after an attempt's end,
 * less the time that every attempt takes: what all have in common moves them alike and brings none closer to another.
 */
export function openPace(rate: { readonly letters: number; readonly seconds: number }): Pace {
  const taken: number[] = [];
  const common = (): number => (taken.length < enough ? 0 : Math.min(...taken));
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
        if (end.kind === 'sent') taken.push(ended - began);
        if (taken.length > remembered) taken.shift();
        const rest = (): number => Math.max(0, period - common() - (performance.now() - ended));
        return { end, rest };
      };
    },
  };
}
