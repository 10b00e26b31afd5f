import { accept } from '../lead/claim.ts';
import type { Channel } from '../lead/facts.ts';
import { activeAssignment } from '../lead/lead-case.ts';
import { type HeldOffer, holdsOf } from '../postgres/offer-waits.ts';
import { changeLead } from './change-lead.ts';
import type { Deps } from './deps.ts';
import { withStanding } from './partner-standing.ts';

/** A lead that was kept for somebody: theirs now, or still waiting for the last word. */
export interface Kept {
  readonly hold: HeldOffer;
  /** The claim it has become; null while something else still waits for a word. */
  readonly assignment_id: string | null;
}

/**
 * Somebody has just said a word on a lead: whatever is kept for their partner meanwhile becomes theirs when nothing
 * stands in the way any more. A transaction of its own, under the lock of the other lead; should it not happen, pressing
 * "accept" once more does the same.
 */
export async function claimHeld(deps: Deps, partnerId: string, channel: Channel): Promise<Kept[]> {
  const holds = await holdsOf(deps.db, partnerId, await deps.db.now());
  const kept: Kept[] = [];
  for (const hold of holds) {
    const actor = {
      who: { kind: 'contact', id: hold.contact_id },
      channel,
      evidence: { rule: 'hold' },
    } as const;
    const done = await changeLead(deps, { about: hold.offer_id }, actor, async (c, act, tx) =>
      accept(await withStanding(deps, tx, c, [hold.offer_id], act.at), hold.offer_id, hold.promise, act),
    );
    const held = done.ok ? activeAssignment(done.value) : undefined;
    if (done.ok || done.refusal.kind === 'claims-blocked')
      kept.push({ hold, assignment_id: held?.id ?? null });
  }
  return kept;
}
