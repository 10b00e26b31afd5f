import type { Assignment, PromiseWord } from '../lead/assignment.ts';
import type { Lead } from '../lead/lead.ts';
import type { ToPartner } from './buttons.ts';
import { button, iso, isoOrNull, pageOrder, toPartner } from './buttons.ts';
import { heldLead } from './held-lead.ts';
import type { AcceptedView, ButtonRow } from './letter.ts';

export interface AcceptedLetterInput extends ToPartner {
  readonly lead: Lead;
  readonly assignment: Assignment;
  readonly promise?: PromiseWord | null;
  readonly undoUntil?: Date | null;
  readonly nameInSubject?: boolean;
}

/** "It is yours": the one letter that reveals who the customer is. Addressed to the holder only. */
export function acceptedLetter(input: AcceptedLetterInput): AcceptedView {
  const { lead, assignment, undoUntil } = input;
  return {
    ...toPartner('accepted', lead.reference, input, statusRows(assignment.id)),
    lead: heldLead(lead),
    promise: input.promise ?? null,
    promiseAt: isoOrNull(assignment.promise_at),
    undo: undoUntil ? { order: { path: 'a', act: 'undo', obj: assignment.id }, until: iso(undoUntil) } : null,
    page: pageOrder(assignment.id),
    nameInSubject: input.nameInSubject ?? true,
  };
}

/** What a holder reports after the first call, in the order of likelihood. */
export const statusRows = (assignmentId: string): readonly ButtonRow[] => [
  [
    button('contacted', assignmentId, 'main', { word: 'reached' }),
    button('not-reached', assignmentId, 'quiet', { word: 'not-reached-short' }),
  ],
  [button('meeting', assignmentId), button('lost', assignmentId)],
];
