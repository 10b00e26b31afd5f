import type { Money } from '../lead/money.ts';
import { button, isoOrNull, type ToPartner, type ToVendor, toPartner, toVendor } from './buttons.ts';
import type { ButtonRow, Letter } from './letter.ts';
import { plainLine } from './plain.ts';

/** What partners hand in themselves: a lead for the vendor (referral), or an opportunity of their own (deal). */

/** What became of a referral; each has its words under `referral.<topic>`. */
export const referralTopics = ['received', 'accepted', 'rejected', 'won', 'closed', 'cam-submitted'] as const;
export type ReferralTopic = (typeof referralTopics)[number];
/** What became of a registered deal; each has its words under `deal.<topic>`. */
export const dealTopics = [
  'received',
  'approved',
  'rejected',
  'extended',
  'expiring',
  'lapsed',
  'converted',
  'cam-submitted',
] as const;
export type DealTopic = (typeof dealTopics)[number];

interface Submitted {
  readonly partner: string;
  /** What it is about, in a line. */
  readonly about: string;
  /** Whom it is about; only to whoever handed it in. */
  readonly customer: string | null;
  readonly place: string | null;
  readonly value: Money | null;
  /** Why it was not taken, in the words of whoever decided. */
  readonly reason: string | null;
  /** Until when it is decided, or protected. */
  readonly until: string | null;
}
export interface ReferralView extends Letter<'referral'>, Submitted {
  readonly topic: ReferralTopic;
}
export interface DealView extends Letter<'deal'>, Submitted {
  readonly topic: DealTopic;
}

/** What was handed in, as it is on file. */
export interface SubmittedFacts {
  readonly id: string;
  readonly reference: string;
  readonly about: string;
  readonly customer: string | null;
  readonly place: string | null;
  readonly value: Money | null;
  readonly reason?: string | null;
  readonly until?: Date | null;
}

type PartnerReferral = ToPartner & { readonly topic: Exclude<ReferralTopic, 'cam-submitted'> };
type PartnerDeal = ToPartner & { readonly topic: Exclude<DealTopic, 'cam-submitted'> };
type FromCompany = ToVendor & { readonly company: string };

export const referralLetter = (input: PartnerReferral & { readonly of: SubmittedFacts }): ReferralView => ({
  ...toPartner('referral', input.of.reference, input, []),
  topic: input.topic,
  ...submitted(input.of, input.partner.name),
});

export const camReferral = (input: FromCompany & { readonly of: SubmittedFacts }): ReferralView => ({
  ...toVendor('referral', input.of.reference, input, decisions(input.of.id)),
  topic: 'cam-submitted',
  ...submitted(input.of, input.company),
});

export const dealLetter = (input: PartnerDeal & { readonly of: SubmittedFacts }): DealView => ({
  ...toPartner('deal', input.of.reference, input, []),
  topic: input.topic,
  ...submitted(input.of, input.partner.name),
});

export const camDeal = (input: FromCompany & { readonly of: SubmittedFacts }): DealView => ({
  ...toVendor('deal', input.of.reference, input, decisions(input.of.id)),
  topic: 'cam-submitted',
  ...submitted(input.of, input.company),
});

const decisions = (id: string): readonly ButtonRow[] => [[button('approve', id, 'go'), button('reject', id)]];

const line = (text: string | null | undefined, longest = 80): string | null =>
  text ? plainLine(text, longest) || null : null;

const submitted = (of: SubmittedFacts, company: string): Submitted => ({
  partner: plainLine(company, 80),
  about: plainLine(of.about, 120),
  customer: line(of.customer),
  place: line(of.place),
  value: of.value,
  reason: line(of.reason, 200),
  until: isoOrNull(of.until),
});
