import type { Money } from './money.ts';
import type { AssignmentState, Phase } from './tables.ts';

export const promises = ['today', 'tomorrow', 'this-week'] as const;
export type PromiseWord = (typeof promises)[number];

export interface Outcome {
  readonly result: 'won' | 'lost';
  readonly money: Money | null;
  readonly reason: string | null;
  readonly at: Date;
}

/** A claim in force: the partner, the accountable holder, and what is owed by when. */
export interface Assignment {
  readonly id: string;
  readonly offer_id: string | null;
  readonly partner_id: string;
  /** The one accountable person at the partner. */
  readonly contact_id: string;
  readonly state: AssignmentState;
  readonly stage: string;
  readonly phase: Phase;
  readonly claimed_at: Date;
  readonly promise_at: Date | null;
  /** What the holder owes next: the first contact, or an update. Null once closed. */
  readonly owes: 'contact' | 'update' | null;
  readonly deadline: Date | null;
  /** Rungs of the ladder already climbed for this deadline. */
  readonly rung: number;
  /** No rung before this instant (snooze, "I am on it"). */
  readonly quiet_until: Date | null;
  /** Contact attempts reported without success. */
  readonly attempts: number;
  /** Update requests answered with "unchanged" in a row. */
  readonly unchanged: number;
  /** Raised to the CAM, who now holds the next step. */
  readonly escalated: boolean;
  /** What the vendor's own person owes beside the holder (`joint`) or instead (`vendor_led`); null when nothing. */
  readonly vendor_owes: 'contact' | 'update' | null;
  readonly vendor_deadline: Date | null;
  /** How often that person was reminded of it. */
  readonly vendor_chased: number;
  readonly outcome: Outcome | null;
  /** The distributor who passed the lead on to this reseller and answers for it upwards. */
  readonly via_partner_id?: string | null;
}
