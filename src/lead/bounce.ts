import { type Act, type Change, changeOf, draftOf, type LeadCase, moveOffer, note } from './lead-case.ts';
import { isOpenOffer } from './tables.ts';

/** What a mail server has said about a letter: no such mailbox, not now, or not from you. */
export type ReturnedKind = 'hard' | 'soft' | 'policy';

/** A letter that came back. */
export interface Returned {
  readonly letter_id: string;
  readonly kind: ReturnedKind;
  /** Enhanced status code (RFC 3463), or null. */
  readonly status: string | null;
  /** The offer the letter made, and whom it was made to; null for every other letter. */
  readonly offer: { readonly id: string; readonly contact_id: string | null } | null;
}

/**
 * A letter about the lead came back. Only "no such mailbox" moves anything: the offer it made was never made, so the
 * next partner is asked. Whatever may pass, or is said of us and not of the address, is told and changes nothing.
 */
export function letterReturned(c: LeadCase, back: Returned, act: Act): Change {
  const d = draftOf(c, act);
  const data = { kind: back.kind, ...(back.status === null ? {} : { status: back.status }) };
  note(d, 'letter.bounced', { thing: 'letter', id: back.letter_id, data });
  const offer = c.offers.find((o) => o.id === back.offer?.id);
  // Passed on in the meantime, it is in somebody else's mailbox.
  if (
    back.kind === 'hard' &&
    offer &&
    isOpenOffer(offer.state) &&
    offer.contact_id === back.offer?.contact_id
  )
    moveOffer(d, offer.id, 'void', 'offer.voided');
  return changeOf(d);
}

/** Its reader has reported a letter about the lead as unwanted. It stays what it is: only weekly reports stop. */
export function letterComplained(c: LeadCase, letterId: string, act: Act): Change {
  const d = draftOf(c, act);
  note(d, 'letter.complained', { thing: 'letter', id: letterId });
  return changeOf(d);
}
