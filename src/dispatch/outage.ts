import { setTimeout as pause } from 'node:timers/promises';
import { isUnavailable } from '../postgres/unavailable.ts';

export { isUnavailable };

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/**
 * Work that must be written down although the database is away at the moment: tried again until it is back. Any other
 * failure is the caller's, at once; so is this one after `forMs`. The work must bear being done twice, because an answer
 * may be lost after the commit.
 */
export async function outlast<T>(forMs: number, work: () => Promise<T>): Promise<T> {
  for (let waited = 0, wait = firstPauseMs; ; wait = Math.min(wait * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error) || waited >= forMs) throw error;
    }
    await pause(wait);
    waited += wait;
  }
}
