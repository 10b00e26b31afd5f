import type { PromiseWord } from '../lead/assignment.ts';
import { accept, decline } from '../lead/claim.ts';
import type { LeadCase } from '../lead/lead-case.ts';
import type { Result } from '../lead/result.ts';
import { changeLead } from './change-lead.ts';
import type { Actor, Deps } from './deps.ts';
import { withStanding } from './partner-standing.ts';

/** A contact accepts an offer. First yes wins; everybody else learns it kindly. */
export const acceptOffer = (
  deps: Deps,
  offerId: string,
  promise: PromiseWord | null,
  actor: Actor,
): Promise<Result<LeadCase>> =>
  changeLead(deps, { about: offerId }, actor, async (c, act, tx) =>
    accept(await withStanding(deps, tx, c, [offerId], act.at), offerId, promise, act),
  );

/** A contact declines an offer, or adds the reason afterwards. The next partner is asked at once. */
export const declineOffer = (
  deps: Deps,
  offerId: string,
  said: { readonly reason: string | null; readonly words: string | null },
  actor: Actor,
): Promise<Result<LeadCase>> =>
  changeLead(deps, { about: offerId }, actor, (c, act) => decline(c, offerId, said, act));
