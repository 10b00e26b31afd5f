import type { LeadState } from './tables.ts';

/**
 * Every expected "no". Edges map each kind to a status, words and, where a person tried by mail, a letter;
 * the maps are exhaustive, so a new kind does not compile until it has all three.
 */
export type Refusal =
  | { readonly kind: 'not-found'; readonly what: string }
  | { readonly kind: 'illegal-move'; readonly state: string; readonly allowed: readonly string[] }
  | { readonly kind: 'already-taken'; readonly takenAt: Date }
  | { readonly kind: 'already-yours'; readonly at: Date }
  | { readonly kind: 'already-declined'; readonly at: Date }
  | { readonly kind: 'already-asked'; readonly at: Date }
  | { readonly kind: 'already-wished'; readonly until: Date }
  | { readonly kind: 'offer-withdrawn' }
  | { readonly kind: 'offer-bounced' }
  | { readonly kind: 'lead-over'; readonly state: LeadState }
  | { readonly kind: 'not-yours' }
  /** It went to somebody else of the partner, or below it; `to` is their name. */
  | { readonly kind: 'passed-on'; readonly at: Date; readonly to: string }
  | { readonly kind: 'no-capacity'; readonly open: number; readonly limit: number }
  | { readonly kind: 'away'; readonly until: Date }
  | { readonly kind: 'suspended' }
  | { readonly kind: 'not-suspended' }
  /** Other leads wait for a word first. `until`: the lead is kept for the partner until then. */
  | {
      readonly kind: 'claims-blocked';
      readonly debts: number;
      readonly limit: number;
      readonly until: Date | null;
    }
  /** Somebody keeps the lead until then. `queued`: this reader is next in line already. */
  | { readonly kind: 'first-in-line'; readonly until: Date; readonly queued: boolean }
  | { readonly kind: 'not-enough-points'; readonly points: number; readonly needed: number }
  | { readonly kind: 'already-decided'; readonly at: Date }
  | { readonly kind: 'nothing-to-undo' }
  | { readonly kind: 'undo-too-late'; readonly until: Date }
  | { readonly kind: 'undo-used-up' }
  /** Somebody else has made something of it since. */
  | { readonly kind: 'undo-blocked'; readonly why: 'claimed' | 'moved-on' }
  | { readonly kind: 'not-claimed' }
  | { readonly kind: 'invalid'; readonly errors: readonly FieldFault[] };

/** One wrong field: where (RFC 6901 pointer) and what to do about it. */
export interface FieldFault {
  readonly pointer: string;
  readonly message: string;
}
