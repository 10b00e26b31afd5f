import type { Assignment } from '../lead/assignment.ts';
import type { StoredFact } from '../lead/facts.ts';
import type { Lead } from '../lead/lead.ts';
import type { Contact, Partner } from '../lead/partner.ts';
import type { ToVendor } from './buttons.ts';
import { button, iso, isoOrNull, toVendor } from './buttons.ts';
import { consequence } from './duty-letters.ts';
import type {
  ButtonRow,
  EscalationView,
  LadderConsequence,
  QualifyView,
  UnplacedView,
  WhyLine,
} from './letter.ts';
import { whyLine } from './offer-letter.ts';
import { plainLine } from './plain.ts';
import { teaser } from './teaser.ts';

export interface EscalationLetterInput extends ToVendor {
  readonly lead: Lead;
  readonly assignment: Assignment;
  readonly partner: Partner;
  readonly holder: Contact | null;
  readonly dueAt: Date;
  /** Working days since then, at least 1 in the words of the mail. */
  readonly daysLate: number;
  readonly reminders: number;
  readonly signs?: readonly string[];
  readonly nextPartner?: { readonly name: string } | null;
  readonly nextWhy?: readonly (WhyLine | string)[];
  readonly next?: LadderConsequence | null;
  /** The newest facts, with the names of those who acted where they are known. */
  readonly events?: readonly (Pick<StoredFact, 'at' | 'what'> & { readonly by?: string | null })[];
}

/** The partner's account manager decides with one tap. The customer is not named: only the holder may know. */
export function escalationLetter(input: EscalationLetterInput): EscalationView {
  const { lead, assignment, partner, holder } = input;
  const next = input.nextPartner ? plainLine(input.nextPartner.name, 60) : null;
  return {
    ...toVendor('escalation', lead.reference, input, escalationRows(assignment.id, next)),
    lead: teaser(lead),
    owes: assignment.owes ?? 'update',
    partner: {
      name: plainLine(partner.name, 80),
      contact: holder && plainLine(holder.name, 80),
      email: holder?.email ?? null,
      phone: holder?.phone ?? null,
    },
    claimedAt: iso(assignment.claimed_at),
    dueAt: iso(input.dueAt),
    daysLate: Math.max(1, Math.floor(input.daysLate)),
    reminders: input.reminders,
    attempts: assignment.attempts,
    signs: input.signs ?? [],
    nextPartner: next,
    nextWhy: (input.nextWhy ?? []).slice(0, 3).map(whyLine),
    next: consequence(input.next),
    events: (input.events ?? [])
      .slice(-6)
      .map((e) => ({ at: iso(e.at), what: e.what, by: e.by ? plainLine(e.by, 60) : null })),
  };
}

function escalationRows(assignmentId: string, next: string | null): readonly ButtonRow[] {
  const calm = [button('extend', assignmentId), button('on-it', assignmentId)];
  return next === null
    ? [calm]
    : [[button('move', assignmentId, 'main', { params: { partner: next } })], calm];
}

export interface QualifyLetterInput extends ToVendor {
  readonly lead: Lead;
  readonly missing: readonly string[];
  readonly duplicates?: readonly { readonly reference: string; readonly reason: string }[];
}

/** The qualifier's task: what is missing, and the verdicts as buttons. */
export function qualifyLetter(input: QualifyLetterInput): QualifyView {
  const { lead, missing } = input;
  const duplicates = (input.duplicates ?? []).slice(0, 5);
  return {
    ...toVendor(
      'qualify',
      lead.reference,
      input,
      qualifyRows(lead.id, missing.length === 0, duplicates[0]?.reference),
    ),
    lead: teaser(lead),
    missing,
    duplicates,
    dueAt: isoOrNull(lead.due_at),
    chased: lead.chased,
  };
}

function qualifyRows(
  leadId: string,
  complete: boolean,
  duplicateOf: string | undefined,
): readonly ButtonRow[] {
  const b = (act: 'qualify' | 'needs-more' | 'disqualify' | 'nurture') =>
    button(act, leadId, act === 'qualify' && complete ? 'go' : 'quiet');
  const rows: ButtonRow[] = [
    [b('qualify'), b('needs-more')],
    [b('disqualify'), b('nurture')],
  ];
  return duplicateOf === undefined
    ? rows
    : [...rows, [button('duplicate', leadId, 'quiet', { params: { of: duplicateOf } })]];
}

export interface UnplacedLetterInput extends ToVendor {
  readonly lead: Lead;
  readonly asked: number;
  readonly declined?: readonly { readonly partner: string; readonly reason: string | null }[];
  readonly silent?: readonly string[];
  readonly excluded?: readonly { readonly code: string; readonly count: number }[];
}

/** Nobody took it: why, in figures. It carries no links, since it also goes to plain addresses that are no users. */
export function unplacedLetter(input: UnplacedLetterInput): UnplacedView {
  const { lead } = input;
  return {
    ...toVendor('unplaced', lead.reference, input, []),
    lead: teaser(lead),
    waves: lead.wave,
    asked: input.asked,
    declined: (input.declined ?? [])
      .slice(0, 25)
      .map((d) => ({ partner: plainLine(d.partner, 80), reason: d.reason && plainLine(d.reason, 120) })),
    silent: (input.silent ?? []).slice(0, 25).map((name) => plainLine(name, 80)),
    excluded: input.excluded ?? [],
    dueAt: isoOrNull(lead.due_at),
  };
}
