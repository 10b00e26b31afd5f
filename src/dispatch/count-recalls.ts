import { elapsedMs } from '../lead/duration.ts';
import type { Act, Change } from '../lead/lead-case.ts';
import { countRecall, recallsIn } from '../lead/standing.ts';
import type { Tx } from '../postgres/database.ts';
import { lockLedger } from '../postgres/points.ts';
import { beginSuspension, recallsSince } from '../postgres/standing.ts';

/** A recall by the ladder is counted against the partner, and may suspend it: in the transaction of the recall. */
export async function countRecalls(tx: Tx, change: Change, act: Act): Promise<Change> {
  if (!recallsIn(change)) return change;
  const recalled = change.facts.find((f) => f.what === 'assignment.recalled');
  const held = change.case.assignments.find((a) => a.id === recalled?.id);
  if (!held) return change;
  const since = new Date(act.at.getTime() - elapsedMs(change.case.programme.standing.within));
  // Two of its leads may be taken back at the same instant: they are counted one after the other.
  await lockLedger(tx, held.partner_id);
  const earlier = await recallsSince(tx, held.partner_id, since);
  const counted = countRecall(change, earlier.length, act);
  const begun = counted.facts.find((f) => f.what === 'suspension.begun');
  if (begun) {
    beginSuspension(tx, {
      id: act.newId(),
      partner_id: held.partner_id,
      lead_id: change.case.lead.id,
      assignment_id: held.id,
      reason: begun.data['reason'] === 'ladder' ? 'ladder' : 'recalls',
      at: act.at,
    });
  }
  return counted;
}
