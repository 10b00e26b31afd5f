import type { PromiseWord } from './assignment.ts';
import type { OfferState } from './tables.ts';

/** One lead shown as a teaser to one contact of one partner, with a window. */
export interface Offer {
  readonly id: string;
  readonly partner_id: string;
  readonly contact_id: string;
  readonly wave: number;
  /** Raised when the offer is made again, so that each letter has its own key. */
  readonly round: number;
  readonly state: OfferState;
  readonly score: number;
  /** When the relay took the letter: the window starts here. */
  readonly sent_at: Date | null;
  readonly expires_at: Date | null;
  readonly answered_at: Date | null;
  readonly late: boolean;
  /** Business time of the contact between the letter and the answer, milliseconds. */
  readonly answer_ms?: number | null;
  readonly reason: string | null;
  readonly created_at: Date;
  /** A yes that was noted while yeses are collected, and the promise that came with it. */
  readonly wished_at?: Date | null;
  readonly wished_promise?: PromiseWord | null;
  /** When its reader wants mails, where that is later than the wave: the letter waits until then, and nobody for it. */
  readonly opens_at?: Date | null;
  /** When the contact, too late, asked for another chance; null again once it was given. */
  readonly chance_at?: Date | null;
  /** The distributor who passed the lead on to this reseller and answers for it upwards. */
  readonly via_partner_id?: string | null;
}
