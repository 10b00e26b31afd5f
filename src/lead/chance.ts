import { absenceAt } from './absence.ts';
import { addBusiness } from './calendar.ts';
import {
  type Act,
  activeAssignment,
  type Change,
  calendarOf,
  changeOf,
  contactOf,
  type Draft,
  draftOf,
  type LeadCase,
  moveOffer,
  note,
} from './lead-case.ts';
import type { Offer } from './offer.ts';
import { opensAt } from './preferences.ts';
import type { Refusal } from './refusals.ts';
import { ok, type Result, refuse } from './result.ts';
import { allowedMoves, isOpenLead, isOpenOffer, offerMoves } from './tables.ts';

/** "Give me another chance": whoever came too late is asked first when the lead becomes free again. */

/** A contact who missed a lead wants to be asked again. Changes nothing for whoever has it. */
export function askAgain(c: LeadCase, offerId: string, act: Act): Result<Change> {
  const offer = c.offers.find((o) => o.id === offerId);
  if (!offer) return refuse({ kind: 'not-found', what: 'offer' });
  if (offer.contact_id !== act.who.id) return refuse({ kind: 'not-yours' });
  const no = whyNotAgain(c, offer);
  if (no) return refuse(no);
  const d = draftOf(c, act);
  d.offers = d.offers.map((o) => (o.id === offerId ? { ...o, chance_at: act.at } : o));
  note(d, 'chance.asked', { thing: 'offer', id: offerId });
  return ok(changeOf(d));
}

/** Whether the button makes sense: the offer is over, its partner has not had the lead, and has not asked yet. */
export const mayAskAgain = (c: LeadCase, offer: Offer): boolean => whyNotAgain(c, offer) === undefined;

function whyNotAgain(c: LeadCase, offer: Offer): Refusal | undefined {
  const held = activeAssignment(c);
  if (held && held.offer_id === offer.id) return { kind: 'already-yours', at: held.claimed_at };
  if (offer.state === 'declined')
    return { kind: 'already-declined', at: offer.answered_at ?? offer.created_at };
  if (!isOpenLead(c.lead.state)) return { kind: 'lead-over', state: c.lead.state };
  if (hasHadIt(c, offer)) return { kind: 'offer-withdrawn' };
  if (!canReopen(offer) || isAsked(c, offer))
    return { kind: 'illegal-move', state: offer.state, allowed: allowedMoves(offerMoves, offer.state) };
  const declined = c.offers.find((o) => o.partner_id === offer.partner_id && o.state === 'declined');
  if (declined) return { kind: 'already-declined', at: declined.answered_at ?? declined.created_at };
  // One wish for a partner, whichever of its offers it is about: it gets one letter.
  const wished = c.offers.find((o) => o.partner_id === offer.partner_id && o.chance_at)?.chance_at;
  return wished ? { kind: 'already-asked', at: wished } : undefined;
}

/** The partner is being asked just now, by another offer of the lead. */
const isAsked = (c: Pick<LeadCase, 'offers'>, offer: Offer): boolean =>
  c.offers.some((o) => o.partner_id === offer.partner_id && isOpenOffer(o.state));

const canReopen = (offer: Offer): boolean =>
  offer.state === 'expired' || offer.state === 'lost_race' || offer.state === 'withdrawn';

/** Whoever gave a lead back, or had it taken away, is not asked again. */
const hasHadIt = (c: LeadCase, offer: Offer): boolean =>
  c.assignments.some((a) => a.partner_id === offer.partner_id);

/** The offers to make again before anybody else is asked: who asked first comes first. */
export function secondChances(c: LeadCase | Draft, partners: LeadCase['partners'], at: Date): Offer[] {
  const wanted = c.offers.filter((o) => {
    const partner = partners.get(o.partner_id);
    const contact = partner?.contacts.find((p) => p.id === o.contact_id);
    const there = contact !== undefined && !absenceAt(contact, at) && !partner?.suspended;
    const had = c.assignments.some((a) => a.partner_id === o.partner_id);
    // Since they asked, the partner may have been asked all the same, and may have said no.
    const no = c.offers.some((x) => x.partner_id === o.partner_id && x.state === 'declined');
    return o.chance_at && canReopen(o) && there && !had && !no && !isAsked(c, o);
  });
  return wanted.sort((a, b) => (a.chance_at?.getTime() ?? 0) - (b.chance_at?.getTime() ?? 0));
}

/** Makes an offer again, in a new round: a new letter, and a window that starts anew once it is sent. */
export function reopenOffer(d: Draft, offer: Offer): void {
  const contact = contactOf(d.base, offer);
  const opens_at = contact?.preferences ? opensAt(contact.preferences, contact.timezone, d.act.at) : null;
  const set = {
    round: offer.round + 1,
    wave: d.lead.wave,
    opens_at,
    ...freshWindow(d, offer, opens_at ?? d.act.at),
    answered_at: null,
    late: false,
    reason: null,
    chance_at: null,
    wished_at: null,
    wished_promise: null,
  };
  moveOffer(d, offer.id, 'reopen', 'offer.reopened', set, { data: { round: set.round } });
}

/**
 * An open offer whose letter waits for its reader's own time waits for the time they ask for now.
 *
 * @returns when the letter leaves, and the end of the window that begins then; undefined where nothing waits
 */
export function waitAnew(
  d: Draft,
  offerId: string,
): { readonly leaves: Date; readonly until: Date } | undefined {
  const offer = d.offers.find((o) => o.id === offerId);
  const contact = offer && contactOf(d.base, offer);
  if (!contact || !isOpenOffer(offer.state) || !offer.opens_at) return undefined;
  // Now rather than never: an offer that was made days ago is watched from the moment its letter may leave.
  const leaves =
    (contact.preferences && opensAt(contact.preferences, contact.timezone, d.act.at)) ?? d.act.at;
  const until = freshWindow(d, offer, leaves).expires_at;
  const reopened = offer.state === 'sent' ? { expires_at: until } : {};
  d.offers = d.offers.map((o) => (o.id === offerId ? { ...o, opens_at: leaves, ...reopened } : o));
  return { leaves, until };
}

/** The window of an offer whose letter leaves now. @param from when the letter leaves, where that is later */
export function freshWindow(
  d: Draft,
  offer: Offer,
  from: Date = d.act.at,
): { readonly sent_at: Date; readonly expires_at: Date } {
  const window = d.base.programme.distribution.window[d.lead.temperature];
  return { sent_at: d.act.at, expires_at: addBusiness(calendarOf(d.base, offer), from, window) };
}

/** Who that would be, for whoever names the next partner before the lead is free. */
export const firstChance = (c: LeadCase, at: Date): Offer | undefined =>
  secondChances(c, c.partners, at).find((o) => contactOf(c, o) !== undefined);
