import type { Act, Change } from '../lead/lead-case.ts';
import { pointsOf } from '../lead/points.ts';
import type { Tx } from '../postgres/database.ts';
import { bookPoints, reinstatePoints, reversePoints } from '../postgres/points.ts';

/** Writes what a change earns or takes back, in its transaction. @param seq the lead's newest fact before the change */
export function keepLedger(tx: Tx, change: Change, seq: number, act: Act): void {
  const { earned, reversed, reinstated } = pointsOf(change, seq);
  const leadId = change.case.lead.id;
  reversePoints(tx, leadId, reversed);
  reinstatePoints(tx, leadId, reinstated);
  bookPoints(
    tx,
    leadId,
    earned.map((entry) => ({ ...entry, id: act.newId() })),
  );
}
