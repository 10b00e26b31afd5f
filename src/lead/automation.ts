import type { StoredFact } from './facts.ts';
import { type Act, type Change, changeOf, draftOf, type LeadCase, note } from './lead-case.ts';
import { rewindAccept } from './rewind.ts';
import { lastAct, undo } from './undo.ts';

/** Two contradicting presses within this time from one network come from a program that presses everything. */
export const tripwireMs = 60_000;

/**
 * Both buttons of an offer were pressed, as by something that presses every button. Neither press counts: what the
 * first one did is taken back as if it had not been, and the person is asked by mail. Undefined where the first press
 * did nothing that could be taken back: then the second one is as good as any.
 */
export function suspectAutomation(c: LeadCase, offerId: string, act: Act): Change | undefined {
  const first = firstPress(c, offerId, act);
  const back = first && takeBack(c, first, act);
  if (!back) return undefined;
  const d = draftOf(back, act);
  const claim = c.assignments.find((a) => a.offer_id === offerId && a.state === 'active');
  note(d, 'automation.suspected', { thing: 'offer', id: offerId, data: { claim: claim?.id ?? null } });
  return changeOf(d);
}

/** What the earlier press did, if it did anything. */
function firstPress(c: LeadCase, offerId: string, { who, at }: Act): StoredFact | undefined {
  const last = who.id ? lastAct(c, who.id) : undefined;
  return last?.id === offerId && at.getTime() - last.at.getTime() <= tripwireMs ? last : undefined;
}

function takeBack(c: LeadCase, first: StoredFact, act: Act): Change | undefined {
  if (first.what === 'offer.accepted') return rewindAccept(draftOf(c, act), first);
  if (first.what !== 'offer.declined' && first.what !== 'offer.wished') return undefined;
  const done = undo(c, 0, act);
  return done.ok ? done.value : undefined;
}
