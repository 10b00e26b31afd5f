import type { Lead } from '../lead/lead.ts';
import type { Refusal } from '../lead/refusals.ts';
import type { ToPartner } from './buttons.ts';
import { button, isoOrNull, toPartner } from './buttons.ts';
import type { OtherLead, TakenReason, TakenView } from './letter.ts';
import { takenReasons } from './letter.ts';
import type { TeaserLead } from './teaser.ts';
import { teaser } from './teaser.ts';

export interface TakenLetterInput extends ToPartner {
  readonly lead: Lead;
  readonly reason: TakenReason;
  /** When it happened: taken, accepted, declined. */
  readonly at?: Date | null;
  readonly others?: readonly OtherLead[];
  /** The offer to ask "another chance" for; absent where that makes no sense. */
  readonly chanceOffer?: string | null;
}

/** Friendly answer to somebody whose yes or no came too late, or cannot count. */
export function takenLetter(input: TakenLetterInput): TakenView {
  const rows = input.chanceOffer ? [[button('chance', input.chanceOffer)]] : [];
  return {
    ...toPartner('taken', input.lead.reference, input, rows),
    lead: teaser(input.lead),
    reason: input.reason,
    at: isoOrNull(input.at),
    others: (input.others ?? []).slice(0, 3),
  };
}

/** The reason behind a refusal, or undefined where an `ask` letter answers better. */
export const takenReason = (refusal: Refusal): TakenReason | undefined =>
  takenReasons.find((reason) => reason === refusal.kind);

/** One line about another open offer, redacted, with its own link. */
export function otherOffer(
  lead: Lead,
  offer: { readonly id: string; readonly expires_at: Date | null },
): OtherLead {
  return otherLine(teaser(lead), isoOrNull(offer.expires_at), { path: 'a', act: 'accept', obj: offer.id });
}

export const otherLine = (lead: TeaserLead, at: string | null, order: OtherLead['order']): OtherLead => ({
  reference: lead.reference,
  topic: lead.topic,
  place: lead.place,
  temperature: lead.temperature,
  value: lead.value,
  at,
  order,
});
