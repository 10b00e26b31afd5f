import type { Assignment } from '../lead/assignment.ts';
import type { Lead } from '../lead/lead.ts';
import { orderRows, statusRows } from './accepted-letter.ts';
import type { ToPartner, ToVendor } from './buttons.ts';
import { button, iso, isoOrNull, pageOrder, toPartner, toVendor } from './buttons.ts';
import { heldLead } from './held-lead.ts';
import type {
  ButtonRow,
  Consequence,
  DutyFacts,
  LadderConsequence,
  RecallCount,
  RecalledView,
  ReminderView,
  WarningView,
} from './letter.ts';
import { plainLine } from './plain.ts';
import { otherLine } from './taken-letter.ts';
import { teaser } from './teaser.ts';

export interface DutyLetterInput extends ToPartner {
  readonly lead: Lead;
  readonly assignment: Assignment;
  /** What the next rung of the ladder does, and when. */
  readonly next?: LadderConsequence | null;
  /** An order is implemented, not sold. */
  readonly order?: boolean;
}

export interface ReminderInput extends DutyLetterInput {
  /** Other leads of this holder that are due as well: several reminders are one mail. */
  readonly also?: readonly { readonly lead: Lead; readonly assignment: Assignment }[];
}

/** "Did you reach …?" or "What is the news?". */
export function reminderLetter(input: ReminderInput): ReminderView {
  return {
    ...toPartner('reminder', input.lead.reference, input, dutyRows(input.assignment, input.order)),
    ...dutyFacts(input),
    also: (input.also ?? []).map(({ lead, assignment: held }) => ({
      ...otherLine(teaser(lead), isoOrNull(held.deadline), pageOrder(held.id)),
      buttons: dutyRows(held, input.order).flat(),
    })),
  };
}

/** To the vendor's own person, about the step they owe. */
export function leaderReminder(
  input: ToVendor & { readonly lead: Lead; readonly assignment: Assignment; readonly partner: string },
): ReminderView {
  const { lead, assignment } = input;
  const { vendor_owes: owes, vendor_deadline: deadline } = assignment;
  const own = { ...assignment, owes, deadline, attempts: 0 };
  const rows = owes === 'contact' ? statusRows(assignment.id) : dutyRows(own).slice(0, 2);
  return {
    ...toVendor('reminder', lead.reference, input, rows),
    ...dutyFacts({ lead, assignment: own }),
    also: [],
    page: null,
    partner: plainLine(input.partner, 80),
  };
}

/** The reminder that names the consequence and its date. */
export function warningLetter(input: DutyLetterInput): WarningView {
  return {
    ...toPartner('warning', input.lead.reference, input, dutyRows(input.assignment, input.order)),
    ...dutyFacts(input),
  };
}

export interface RecalledLetterInput extends ToPartner {
  readonly lead: Lead;
  readonly assignment: Assignment;
  readonly moment: 'before' | 'after';
  readonly at: Date;
  readonly goes?: 'reoffer' | 'hold';
  readonly count?: RecallCount | null;
}

/** The lead is taken back: told before it happens, and when it has happened. The customer is not named any more. */
export function recalledLetter(input: RecalledLetterInput): RecalledView {
  const { lead, assignment, moment } = input;
  return {
    ...toPartner('recalled', lead.reference, input, moment === 'before' ? dutyRows(assignment) : []),
    lead: teaser(lead),
    moment,
    at: iso(input.at),
    goes: input.goes ?? 'reoffer',
    owes: assignment.owes,
    count: input.count ?? null,
  };
}

function dutyFacts({
  lead,
  assignment,
  next,
}: Pick<DutyLetterInput, 'lead' | 'assignment' | 'next'>): DutyFacts {
  const due = assignment.deadline ?? assignment.promise_at;
  return {
    lead: heldLead(lead),
    owes: assignment.owes ?? 'update',
    claimedAt: iso(assignment.claimed_at),
    dueAt: isoOrNull(due),
    attempts: assignment.attempts,
    next: consequence(next),
    page: pageOrder(assignment.id),
    partner: null,
  };
}

/** A rung without an effect that writes to the account manager is the escalation. */
export const consequence = (next: LadderConsequence | null | undefined): Consequence | null =>
  next
    ? {
        effect: next.letter === 'escalation' && next.effect === 'none' ? 'escalate' : next.effect,
        at: iso(next.at),
      }
    : null;

const dutyRows = ({ id, owes }: Assignment, order = false): readonly ButtonRow[] =>
  order
    ? [...orderRows(id), [button('snooze', id)]]
    : owes === 'contact'
      ? [[button('contacted', id, 'go'), button('not-reached', id), button('return', id)]]
      : [
          [button('quoted', id, 'main'), button('unchanged', id)],
          [button('won', id), button('lost', id, 'quiet', { word: 'lost-update' })],
          [button('snooze', id), button('return', id)],
        ];
