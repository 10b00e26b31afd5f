import type { Assignment } from '../lead/assignment.ts';
import type { Lead } from '../lead/lead.ts';
import { holderRows } from './accepted-letter.ts';
import type { LinkOrder } from './acts.ts';
import { button, isoOrNull, pageOrder, type ToPartner, toPartner } from './buttons.ts';
import { heldLead } from './held-lead.ts';
import type { ButtonRow, Expected, HeldLead, Letter } from './letter.ts';
import { plainLine } from './plain.ts';
import type { TeaserLead } from './teaser.ts';
import { teaser } from './teaser.ts';

/** A lead changes hands within a company, or goes down to a reseller. */
export interface HandOverView extends Letter<'hand-over'> {
  /** `given`: the reader holds it now. `back`: again, because what took it away was undone. `link`: a mail was forwarded to the reader. `gone`: somebody else has it now. */
  readonly moment: 'given' | 'back' | 'link' | 'gone';
  readonly lead: HeldLead | TeaserLead;
  /** Who passed it on, took it over, or whose mail was forwarded; null: the vendor. */
  readonly by: string | null;
  readonly owes: 'contact' | 'update' | null;
  readonly dueAt: string | null;
  readonly page: LinkOrder | null;
}

export interface HandOverLetterInput extends ToPartner {
  readonly lead: Lead;
  readonly by: string | null;
}

const named = (name: string | null): string | null => (name === null ? null : plainLine(name, 80));

/** To the new holder: who the customer is, what is owed by when, and links of their own. */
export function givenLetter(
  input: HandOverLetterInput & {
    readonly assignment: Assignment;
    readonly scenario?: Expected['scenario'] | undefined;
    readonly passOn?: boolean;
    readonly back?: boolean;
  },
): HandOverView {
  const { lead, assignment } = input;
  return {
    ...toPartner('hand-over', lead.reference, input, holderRows(assignment.id, input.scenario, input.passOn)),
    moment: input.back ? 'back' : 'given',
    lead: heldLead(lead),
    by: named(input.by),
    owes: assignment.owes,
    dueAt: isoOrNull(assignment.deadline),
    page: pageOrder(assignment.id),
  };
}

/** To a colleague whom a mail was forwarded to: a link of their own, and no word of who the customer is. */
export const ownLinkLetter = (input: HandOverLetterInput & { readonly obj: string }): HandOverView =>
  teased('link', input, [[button('take-over', input.obj, 'main')]]);

/** To whoever had it: somebody else has it now. */
export const goneLetter = (input: HandOverLetterInput): HandOverView => teased('gone', input, []);

const teased = (
  moment: HandOverView['moment'],
  input: HandOverLetterInput,
  rows: readonly ButtonRow[],
): HandOverView => ({
  ...toPartner('hand-over', input.lead.reference, input, rows),
  moment,
  lead: teaser(input.lead),
  by: named(input.by),
  owes: null,
  dueAt: null,
  page: null,
});
