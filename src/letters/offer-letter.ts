import type { Lead } from '../lead/lead.ts';
import type { Offer } from '../lead/offer.ts';
import type { ToPartner } from './buttons.ts';
import { button, isoOrNull, toPartner } from './buttons.ts';
import type { Capacity, Expected, OfferView, WhyLine } from './letter.ts';
import { plainLine } from './plain.ts';
import { teaser } from './teaser.ts';

export interface OfferLetterInput extends ToPartner {
  readonly lead: Lead;
  readonly offer: Offer;
  /** How many other partners got the same offer. */
  readonly others: number;
  /** Yeses are collected before one wins. */
  readonly fair?: boolean;
  /** The end of the window if the letter leaves now; the offer itself knows it only once sent. */
  readonly expiresAt?: Date | null;
  readonly distanceKm?: number | null;
  readonly why?: readonly (WhyLine | string)[];
  readonly capacity?: Capacity | null;
  readonly expects?: Expected | null;
  /** Whether there is somebody to pass it on to. */
  readonly passOn?: boolean;
}

/** The offer: everything about the lead but who it is. */
export function offerLetter(input: OfferLetterInput): OfferView {
  const answers = [button('accept', input.offer.id, 'go'), button('decline', input.offer.id)];
  const rows = input.passOn ? [answers, [button('pass-on', input.offer.id)]] : [answers];
  return {
    ...toPartner('offer', input.lead.reference, input, rows),
    lead: teaser(input.lead),
    others: input.others,
    fair: input.fair ?? false,
    expiresAt: isoOrNull(input.offer.expires_at ?? input.expiresAt),
    distanceKm: input.distanceKm ?? null,
    why: (input.why ?? []).slice(0, 3).map(whyLine),
    capacity: input.capacity ?? null,
    expects: input.expects ?? null,
  };
}

export const whyLine = (line: WhyLine | string): WhyLine =>
  typeof line === 'string'
    ? { kind: 'plain', detail: plainLine(line) }
    : { kind: line.kind, detail: line.detail === null ? null : plainLine(line.detail) };
