import { closeOffers, withdrawLapsed } from './distribute.ts';
import { type Act, type Change, changeOf, draftOf, type LeadCase, moveLead } from './lead-case.ts';
import { ok, type Result, refuse } from './result.ts';
import { allowedMoves, leadMoves } from './tables.ts';

/** A lead that came in by mistake goes, as long as nobody has taken it: open offers are withdrawn, its data erased. */
export function withdraw(c: LeadCase, act: Act): Result<Change> {
  const { state } = c.lead;
  if (c.assignments.length > 0 || state === 'erased')
    return refuse({ kind: 'illegal-move', state, allowed: allowedMoves(leadMoves, state) });
  const d = draftOf(c, act);
  closeOffers(d, 'withdraw');
  withdrawLapsed(d);
  moveLead(d, 'erase', 'lead.erased');
  return ok(changeOf(d));
}
