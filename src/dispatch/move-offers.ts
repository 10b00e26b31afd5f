import { waitAnew } from '../lead/chance.ts';
import { changeOf, draftOf } from '../lead/lead-case.ts';
import { ok, refuse } from '../lead/result.ts';
import { moveOfferLetter, waitingOffers } from '../postgres/waiting-letters.ts';
import { changeLead } from './change-lead.ts';
import type { Deps } from './deps.ts';

/**
 * Somebody has chosen other times for their mails: offers that waited for the old ones wait for the new ones, or go out
 * at once. Each under its own lead's lock, after the choice is kept; one that is missed goes out at the old time.
 */
export async function moveOffers(deps: Deps, personId: string): Promise<void> {
  for (const about of await waitingOffers(deps.db, personId)) {
    const actor = { who: { kind: 'contact', id: personId }, channel: 'link' } as const;
    await changeLead(deps, { about }, actor, (c, act, tx) => {
      const d = draftOf(c, act);
      const moved = waitAnew(d, about);
      if (!moved) return refuse({ kind: 'not-found', what: 'offer' });
      moveOfferLetter(tx, about, moved.leaves, moved.until);
      return ok(changeOf(d));
    });
  }
}
