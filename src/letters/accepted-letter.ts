import type { Assignment, PromiseWord } from '../lead/assignment.ts';
import type { Lead } from '../lead/lead.ts';
import type { ToPartner, ToVendor } from './buttons.ts';
import { button, iso, isoOrNull, pageOrder, toPartner, toVendor } from './buttons.ts';
import { heldLead } from './held-lead.ts';
import type { AcceptedView, ButtonRow, Expected } from './letter.ts';

export interface AcceptedLetterInput extends ToPartner {
  readonly lead: Lead;
  readonly assignment: Assignment;
  readonly promise?: PromiseWord | null;
  readonly undoUntil?: Date | null;
  readonly nameInSubject?: boolean;
  readonly expects?: Expected | null;
  /** Whether there is somebody to pass it on to. */
  readonly passOn?: boolean;
}

/** "It is yours": the one letter that reveals who the customer is. Addressed to the holder only. */
export function acceptedLetter(input: AcceptedLetterInput): AcceptedView {
  const { lead, assignment, undoUntil } = input;
  return {
    ...toPartner(
      'accepted',
      lead.reference,
      input,
      holderRows(assignment.id, input.expects?.scenario, input.passOn),
    ),
    lead: heldLead(lead),
    promise: input.promise ?? null,
    promiseAt: isoOrNull(assignment.promise_at),
    undo: undoUntil ? { order: { path: 'a', act: 'undo', obj: assignment.id }, until: iso(undoUntil) } : null,
    page: pageOrder(assignment.id),
    expects: input.expects ?? null,
    nameInSubject: input.nameInSubject ?? true,
  };
}

export interface LeaderLetterInput extends ToVendor {
  readonly lead: Lead;
  readonly assignment: Assignment;
  readonly expects: Expected;
}

/** To the vendor's own person who leads a lead, alone or with its holder: whom to call, by when, with whom. */
export function leaderLetter(input: LeaderLetterInput): AcceptedView {
  const { lead, assignment, expects } = input;
  return {
    ...toVendor('accepted', lead.reference, input, statusRows(assignment.id)),
    lead: heldLead(lead),
    promise: null,
    promiseAt: isoOrNull(assignment.vendor_deadline),
    undo: null,
    page: null,
    expects,
    nameInSubject: true,
  };
}

/** What a holder can do with a claim from a mail. @param passOn whether there is somebody to pass it on to */
export function holderRows(
  id: string,
  scenario: Expected['scenario'] | undefined,
  passOn = false,
): readonly ButtonRow[] {
  const more = passOn ? [[button('pass-on', id)]] : [];
  if (scenario === 'fulfilment') return [...orderRows(id), ...more];
  if (scenario !== 'vendor_led') return [...statusRows(id), ...more];
  return [[button('meeting', id), button('quoted', id)], [button('return', id)], ...more];
}

/** What there is to say of an order. */
export const orderRows = (id: string): readonly ButtonRow[] => [
  [button('won', id, 'go', { word: 'implemented' }), button('unchanged', id)],
  [button('lost', id, 'quiet', { word: 'cancelled' }), button('return', id)],
];

/** What a holder reports after the first call, in the order of likelihood. */
export const statusRows = (assignmentId: string): readonly ButtonRow[] => [
  [
    button('contacted', assignmentId, 'main', { word: 'reached' }),
    button('not-reached', assignmentId, 'quiet', { word: 'not-reached-short' }),
  ],
  [button('meeting', assignmentId), button('lost', assignmentId)],
];
