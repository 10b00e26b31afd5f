// Long because the views of all kinds of letters stand on one page, in the order of their lives.
import type { PromiseWord } from '../lead/assignment.ts';
import type { Temperature } from '../lead/lead.ts';
import type { Money } from '../lead/money.ts';
import type { CriterionKind, LadderEffect, LadderLetter } from '../lead/programme.ts';
import type { AbsenceView } from './absence-letter.ts';
import type { LinkOrder } from './acts.ts';
import type {
  DistributorDigestView,
  ManagerDigestView,
  PartnerDigestView,
  VendorDigestView,
} from './digest-view.ts';
import type { HandOverView } from './hand-over-letter.ts';
import type { LoginView } from './login-letter.ts';
import type { ProspectCheckView, ProspectPromiseView } from './prospect-letters.ts';
import type { StandingView } from './standing-letter.ts';
import type { DealView, ReferralView } from './submitted-letters.ts';
import type { TeaserLead } from './teaser.ts';
import type { BounceNoticeView, OperatorView, QualityAlertView } from './trouble-letters.ts';
import type { WelcomeView } from './welcome-letter.ts';
import type { Wording } from './words.ts';

/**
 * What a letter says, without language, zone or tokens: plain JSON, stored with the letter. Instants are ISO strings,
 * an absent value is null (templates are strict: a missing name throws instead of mailing a hole).
 */
export type LetterView =
  | OfferView
  | AcceptedView
  | TakenView
  | ReminderView
  | WarningView
  | RecalledView
  | ReceiptView
  | AskView
  | EscalationView
  | QualifyView
  | UnplacedView
  | AbsenceView
  | HandOverView
  | StandingView
  | WelcomeView
  | LoginView
  | ProspectPromiseView
  | ProspectCheckView
  | PartnerDigestView
  | ManagerDigestView
  | DistributorDigestView
  | VendorDigestView
  | BounceNoticeView
  | QualityAlertView
  | ReferralView
  | DealView
  | OperatorView;
export type LetterKind = LetterView['kind'];
export const letterKinds = [
  'offer',
  'accepted',
  'taken',
  'reminder',
  'warning',
  'recalled',
  'receipt',
  'ask',
  'escalation',
  'unplaced',
  'qualify',
  'welcome',
  'standing',
  'absence',
  'hand-over',
  'login',
  'prospect-promise',
  'prospect-check',
  'partner-digest',
  'manager-digest',
  'distributor-digest',
  'vendor-digest',
  'bounce-notice',
  'quality-alert',
  'referral',
  'deal',
  'operator',
] as const satisfies readonly LetterKind[];

/** Looks of a button: `go` is the one act we hope for, `main` the neutral first choice, `quiet` all others. */
export type Tone = 'go' | 'main' | 'quiet';

/** A button is a link order and the word that names it (`buttons.<word>`); its reply word is `replies.<act>`. */
export interface Button {
  readonly order: LinkOrder;
  readonly word: string;
  readonly tone: Tone;
  /** Placeholders of the label, e.g. the name of the next partner. */
  readonly params: Readonly<Record<string, string>>;
}
/** One row of buttons, three at most. */
export type ButtonRow = readonly Button[];

/** Whom to call with a question; the footer of every mail names the desk. */
export interface Desk {
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
}

/** The reader as the letter greets and explains: a contact of a partner, somebody at the vendor, or the end customer. */
export interface ReaderView {
  readonly side: 'partner' | 'vendor' | 'prospect';
  readonly name: string | null;
  readonly company: string | null;
}

export interface Letter<K extends string> {
  readonly kind: K;
  readonly reference: string;
  readonly reader: ReaderView;
  readonly desk: Desk | null;
  readonly rows: readonly ButtonRow[];
  /** The programme's own wording, where it has one. */
  readonly wording?: Wording;
  /** The preferences link of the footer; null for readers without any. */
  readonly prefs: LinkOrder | null;
}

/** A line "why you": a criterion of the matching, or (`plain`) words that are ready. */
export interface WhyLine {
  readonly kind: CriterionKind | 'plain';
  readonly detail: string | null;
}

export interface OfferView extends Letter<'offer'> {
  readonly lead: TeaserLead;
  readonly others: number;
  /** Yeses are collected before one wins: not the first one does. */
  readonly fair: boolean;
  readonly expiresAt: string | null;
  readonly distanceKm: number | null;
  readonly why: readonly WhyLine[];
  /** "This would be 8 of 10", where the partner has a limit. */
  readonly capacity: Capacity | null;
  readonly expects: Expected | null;
}
export interface Capacity {
  readonly taken: number;
  readonly limit: number;
}

/** What is expected where another than the holder alone works the lead; each scenario has its words. */
export interface Expected {
  readonly scenario: 'vendor_led' | 'joint' | 'fulfilment';
  /** Who works the lead with (or instead of) the reader, and how to reach them. */
  readonly who: string | null;
  readonly email: string | null;
  /** By when an order is to be implemented. */
  readonly by: string | null;
}

/** A lead as its holder sees it: the teaser's facts unredacted, and the end customer. */
export interface HeldLead extends TeaserLead {
  readonly person: PersonView;
}
export interface PersonView {
  /** Name, else company, else null: what the mail calls the customer. */
  readonly called: string | null;
  readonly name: string | null;
  readonly company: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly street: string | null;
  readonly postalCity: string | null;
  readonly postal: string | null;
  readonly city: string | null;
  readonly country: string | null;
  readonly language: string | null;
}

export interface AcceptedView extends Letter<'accepted'> {
  readonly lead: HeldLead;
  readonly promise: PromiseWord | null;
  readonly promiseAt: string | null;
  readonly undo: Undo | null;
  /** Null for the vendor's own person, who has no lead page. */
  readonly page: LinkOrder | null;
  readonly expects: Expected | null;
  /** False keeps the customer's name out of subject and preheader (lock screens). */
  readonly nameInSubject: boolean;
}
export interface Undo {
  readonly order: LinkOrder;
  readonly until: string;
}

/** Why somebody who tried does not get the lead; each has its words under `taken.<reason>`. */
export const takenReasons = [
  'already-taken',
  'outscored',
  'already-yours',
  'already-declined',
  'offer-withdrawn',
  'offer-bounced',
  'lead-over',
  'not-yours',
  'passed-on',
  'no-capacity',
  'away',
  'suspended',
] as const;
export type TakenReason = (typeof takenReasons)[number];
export interface TakenView extends Letter<'taken'> {
  readonly lead: TeaserLead;
  readonly reason: TakenReason;
  readonly at: string | null;
  readonly others: readonly OtherLead[];
}
/** Another lead in one line with its link: an open offer, or a lead that is due as well. */
export interface OtherLead {
  readonly reference: string;
  readonly topic: string;
  readonly place: string | null;
  readonly temperature: Temperature;
  readonly value: Money | null;
  readonly at: string | null;
  readonly order: LinkOrder;
}

/** The consequence that comes next and when, read from the programme's ladder. */
export interface Consequence {
  readonly effect: LadderEffect | 'escalate';
  readonly at: string;
}
/** The next rung as the ladder has it; builders turn it into a consequence. */
export interface LadderConsequence {
  readonly letter: LadderLetter;
  readonly effect: LadderEffect;
  readonly at: Date;
}
export interface DutyFacts {
  readonly lead: HeldLead;
  readonly owes: 'contact' | 'update';
  readonly claimedAt: string;
  readonly dueAt: string | null;
  readonly attempts: number;
  readonly next: Consequence | null;
  readonly page: LinkOrder | null;
  /** The partner who holds the lead, when the reader is the vendor's own person. */
  readonly partner: string | null;
}
export interface ReminderView extends Letter<'reminder'>, DutyFacts {
  /** Other leads that wait for a word of this reader, each with its own buttons. */
  readonly also: readonly (OtherLead & { readonly buttons: ButtonRow })[];
}
export interface WarningView extends Letter<'warning'>, DutyFacts {}

export interface RecalledView extends Letter<'recalled'> {
  readonly lead: TeaserLead;
  /** `before` announces, `after` tells. */
  readonly moment: 'before' | 'after';
  readonly at: string;
  readonly goes: 'reoffer' | 'hold';
  readonly owes: 'contact' | 'update' | null;
  /** Which recall of how many this is; null for one that does not count. */
  readonly count: RecallCount | null;
}

/** `nth` of `limit`: at the limit offers pause. */
export interface RecallCount {
  readonly nth: number;
  readonly limit: number;
  readonly suspended: boolean;
}

/** One thing understood from a reply or a link. */
export interface Noted {
  readonly verb: string;
  readonly money: Money | null;
  readonly date: string | null;
  readonly time: string | null;
  readonly reason: string | null;
}
export interface ReceiptView extends Letter<'receipt'> {
  readonly topic: string;
  readonly place: string | null;
  readonly noted: readonly Noted[];
  /** The words of the reply, as they came. */
  readonly words: string | null;
  readonly undo: Undo | null;
  readonly nextDue: { readonly owes: 'contact' | 'update'; readonly at: string } | null;
  readonly page: LinkOrder | null;
  /** What the reply to a weekly report said of its rows; absent from the receipt of a reply about one lead. */
  readonly several?: readonly ReceiptRow[];
}

/** One row of a report that was answered. */
export interface ReceiptRow {
  readonly reference: string;
  readonly topic: string;
  readonly place: string | null;
  /** Null: what was said does not fit where the lead stands. */
  readonly noted: Noted | null;
  readonly undo: LinkOrder | null;
}

/** What we could not decide; each has its words under `ask.<question>`. */
export const askQuestions = [
  'unclear',
  'help',
  'amount',
  'ambiguous-no',
  'date',
  'conflict',
  'illegal',
  'unmatched',
  'pass-on',
  'take-over',
  'row',
  'new-link',
] as const;
export type AskQuestion = (typeof askQuestions)[number];
export interface AskView extends Letter<'ask'> {
  readonly topic: string | null;
  readonly place: string | null;
  readonly question: AskQuestion;
  readonly words: string | null;
  /** The readings that remain, where there are several ("12,000.00", "12.00"). */
  readonly readings: readonly string[];
  /** Which grammar table to print. */
  readonly grammar: 'offer' | 'lead' | 'digest' | 'vendor';
}

export interface EscalationView extends Letter<'escalation'> {
  readonly lead: TeaserLead;
  readonly owes: 'contact' | 'update';
  readonly partner: PartnerView;
  readonly claimedAt: string;
  readonly dueAt: string;
  readonly daysLate: number;
  readonly reminders: number;
  readonly attempts: number;
  /** Anything odd about the holder's mailbox or calendar: `bounced`, `auto-reply`, `away`. */
  readonly signs: readonly string[];
  readonly nextPartner: string | null;
  readonly nextWhy: readonly WhyLine[];
  readonly next: Consequence | null;
  readonly events: readonly { readonly at: string; readonly what: string; readonly by: string | null }[];
}
export interface PartnerView {
  readonly name: string;
  readonly contact: string | null;
  readonly email: string | null;
  readonly phone: string | null;
}

export interface QualifyView extends Letter<'qualify'> {
  readonly lead: TeaserLead;
  /** Paths of the mandatory fields that are empty, `a|b` meaning either. */
  readonly missing: readonly string[];
  readonly duplicates: readonly { readonly reference: string; readonly reason: string }[];
  readonly dueAt: string | null;
  /** How often the reader was asked before. */
  readonly chased: number;
}

export interface UnplacedView extends Letter<'unplaced'> {
  readonly lead: TeaserLead;
  readonly waves: number;
  readonly asked: number;
  readonly declined: readonly { readonly partner: string; readonly reason: string | null }[];
  readonly silent: readonly string[];
  readonly excluded: readonly { readonly code: string; readonly count: number }[];
  readonly dueAt: string | null;
}
