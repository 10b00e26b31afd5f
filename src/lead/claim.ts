import { absenceAt } from './absence.ts';
import type { Assignment, PromiseWord } from './assignment.ts';
import { leadBefore } from './before.ts';
import { businessMs } from './calendar.ts';
import { closeOffers, isFree, markSent } from './distribute.ts';
import { decisionAt, fairWinner, forgetWishes, isFair, noWish, wishes } from './fair.ts';
import {
  type Act,
  activeAssignment,
  type Change,
  calendarOf,
  changeOf,
  type Draft,
  draftOf,
  type LeadCase,
  moveLead,
  moveOffer,
  note,
  wasVoided,
} from './lead-case.ts';
import type { Offer } from './offer.ts';
import { codedReason, stageFor } from './programme.ts';
import type { Refusal } from './refusals.ts';
import { ok, type Result, refuse } from './result.ts';
import { owedAtFirst } from './scenario.ts';
import { blockedBy } from './standing.ts';
import { isOpenLead, isOpenOffer } from './tables.ts';
import { endLine, holdOn, lineDue, queueOf, waitOf } from './waits.ts';

/**
 * A contact says yes. First yes wins: the case is loaded under the lead's lock, so whoever decides second sees the
 * first one's assignment. A late yes counts while nobody holds the lead.
 */
export function accept(c: LeadCase, offerId: string, promise: PromiseWord | null, act: Act): Result<Change> {
  const offer = c.offers.find((o) => o.id === offerId);
  if (!offer) return refuse({ kind: 'not-found', what: 'offer' });
  if (offer.contact_id !== act.who.id) return refuse({ kind: 'not-yours' });
  const no = whyNotAccept(c, offer, act.at);
  if (no) return refuse(no);
  if (isFair(c)) return wish(c, offer, promise, act) ?? take(draftOf(c, act), offer, promise);
  return take(draftOf(c, act), offer, promise);
}

/** Where yeses are collected one is only noted; undefined for an offer that has lapsed, which nobody waits for. */
function wish(c: LeadCase, offer: Offer, promise: PromiseWord | null, act: Act): Result<Change> | undefined {
  if (!isOpenOffer(offer.state))
    return wishes(c).length > 0 ? refuse({ kind: 'offer-withdrawn' }) : undefined;
  if (offer.wished_at) return refuse({ kind: 'already-wished', until: decisionAt(c) ?? act.at });
  const d = draftOf(c, act);
  markSent(d, offer.id);
  const set = { wished_at: act.at, wished_promise: promise };
  d.offers = d.offers.map((o) => (o.id === offer.id ? { ...o, ...set } : o));
  note(d, 'offer.wished', { thing: 'offer', id: offer.id, data: { promise } });
  return ok(changeOf(d));
}

/**
 * Decides between the collected yeses once their time is over. The lead goes to the winner as if they had accepted
 * this moment; whoever else said yes is told. Where nobody who said yes can take it, the yeses are forgotten.
 *
 * @param full partners whose capacity is used up
 */
export function decideFair(c: LeadCase, act: Act, full: ReadonlySet<string>): Change {
  const due = decisionAt(c);
  const d = draftOf(c, act);
  if (!due || due > act.at) return changeOf(d);
  const winner = fairWinner(c, act.at, full);
  if (winner) {
    const rule = {
      ...act,
      who: { kind: 'contact', id: winner.contact_id },
      evidence: { rule: 'fair_window' },
    } as const;
    const taken = take(draftOf(c, rule), winner, winner.wished_promise ?? null);
    if (taken.ok) return taken.value;
  }
  forgetWishes(d);
  return changeOf(d);
}

function take(d: Draft, offer: Offer, promise: PromiseWord | null): Result<Change> {
  const { base: c, act } = d;
  const offerId = offer.id;
  markSent(d, offerId);
  const lapsed = offer.expires_at !== null && offer.expires_at <= (offer.wished_at ?? act.at);
  const late = offer.state === 'expired' || lapsed;
  const extra = { data: { late, ...leadBefore(c) } };
  const answer_ms = answeredIn(c, offer, offer.wished_at ?? act.at);
  moveOffer(d, offerId, 'accept', 'offer.accepted', { answered_at: act.at, late, answer_ms }, extra);
  closeOffers(d, 'lose', offerId);
  startAssignment(d, { ...offer, offer_id: offer.id }, promise ?? c.programme.follow_up.promise);
  moveLead(d, 'claim', 'lead.claimed');
  return ok(endLine(changeOf(d), offerId, act));
}

/** A contact says no. Always a response, never counted against the partner; the reason may follow later. */
export function decline(
  c: LeadCase,
  offerId: string,
  told: { readonly reason: string | null; readonly words: string | null },
  act: Act,
): Result<Change> {
  const said = codedReason(c.programme, told);
  const offer = c.offers.find((o) => o.id === offerId);
  if (!offer) return refuse({ kind: 'not-found', what: 'offer' });
  if (offer.contact_id !== act.who.id) return refuse({ kind: 'not-yours' });
  const d = draftOf(c, act);
  if (offer.state === 'declined') return addReason(d, offer, said);
  const no = whyNotDecline(c, offer);
  if (no) return refuse(no);
  markSent(d, offerId);
  const extra = { data: { reason: said.reason, ...leadBefore(c) }, words: said.words };
  moveOffer(
    d,
    offerId,
    'decline',
    'offer.declined',
    { answered_at: act.at, reason: said.reason, answer_ms: answeredIn(c, offer, act.at), ...noWish },
    extra,
  );
  return ok(changeOf(d));
}

/** Whoever answers before the relay has said that the letter went out took no time. */
const answeredIn = (c: LeadCase, offer: Offer, at: Date): number =>
  offer.sent_at ? Math.round(businessMs(calendarOf(c, offer), offer.sent_at, at)) : 0;

function whyNotAccept(c: LeadCase, offer: Offer, now: Date): Refusal | undefined {
  if (offer.state === 'declined')
    return { kind: 'already-declined', at: offer.answered_at ?? offer.created_at };
  if (offer.state === 'void') return { kind: 'offer-bounced' };
  const held = activeAssignment(c);
  if (offer.state === 'accepted' && held?.offer_id === offer.id)
    return { kind: 'already-yours', at: held.claimed_at };
  if (held) return { kind: 'already-taken', takenAt: held.claimed_at };
  if (offer.state === 'accepted' || offer.state === 'withdrawn') return { kind: 'offer-withdrawn' };
  if (!isFree(c)) return notFree(c);
  if (offer.state === 'lost_race' || hadItSince(c, offer)) return { kind: 'offer-withdrawn' };
  return whyNotPartner(c, offer, now) ?? whyNotYet(c, offer, now);
}

/** Over, or only taken off the market for now (held, back with the qualifier). */
const notFree = (c: LeadCase): Refusal =>
  isOpenLead(c.lead.state) ? { kind: 'offer-withdrawn' } : { kind: 'lead-over', state: c.lead.state };

/** The partner has had the lead since this offer and no longer has it: returned, undone or recalled. */
const hadItSince = (c: LeadCase, offer: Offer): boolean =>
  c.assignments.some(
    (a) => a.partner_id === offer.partner_id && a.claimed_at > offer.created_at && !wasVoided(c, a.id),
  );

/** Standing and absence once more at the moment of claiming; capacity is counted where it is stored. */
function whyNotPartner(c: LeadCase, offer: Offer, now: Date): Refusal | undefined {
  const partner = c.partners.get(offer.partner_id);
  if (partner?.suspended) return { kind: 'suspended' };
  const contact = partner?.contacts.find((p) => p.id === offer.contact_id);
  const away =
    partner?.calendar.absences.find((a) => a.from <= now && now < a.until) ??
    (contact && absenceAt(contact, now));
  return away && { kind: 'away', until: away.until };
}

/** Another lead wants a word first, or somebody else keeps this one for a moment. */
function whyNotYet(c: LeadCase, offer: Offer, now: Date): Refusal | undefined {
  const hold = holdOn(c, now);
  const own = hold?.offer.id === offer.id;
  const blocked = blockedBy(c.standing?.get(offer.partner_id), own ? hold.until : null);
  if (blocked || own) return blocked;
  const first = queueOf(c)[0];
  const until = hold?.until ?? (first && first.offer.id !== offer.id ? lineDue(c) : null);
  return until
    ? { kind: 'first-in-line', until, queued: Boolean(waitOf(c, offer.id)?.queued_at) }
    : undefined;
}

/** Why an offer cannot be turned down or passed on any more. */
export function whyNotDecline(c: LeadCase, offer: Offer): Refusal | undefined {
  if (offer.state === 'scheduled' || offer.state === 'sent') return undefined;
  if (offer.state === 'void') return { kind: 'offer-bounced' };
  const held = activeAssignment(c);
  if (offer.state === 'accepted' && held?.offer_id === offer.id)
    return { kind: 'already-yours', at: held.claimed_at };
  if (held) return { kind: 'already-taken', takenAt: held.claimed_at };
  return notFree(c);
}

function addReason(
  d: Draft,
  offer: Offer,
  said: { readonly reason: string | null; readonly words: string | null },
): Result<Change> {
  if (!said.reason && !said.words) {
    return refuse({ kind: 'already-declined', at: offer.answered_at ?? offer.created_at });
  }
  d.offers = d.offers.map((o) => (o.id === offer.id ? { ...o, reason: said.reason ?? o.reason } : o));
  note(d, 'offer.reasoned', {
    thing: 'offer',
    id: offer.id,
    data: { reason: said.reason },
    words: said.words,
  });
  return ok(changeOf(d));
}

/** A claim begins: by an accepted offer, or by the vendor's hand. */
export function startAssignment(
  d: Draft,
  of: Pick<Assignment, 'offer_id' | 'partner_id' | 'contact_id' | 'via_partner_id'>,
  promise: PromiseWord,
  id = d.act.newId(),
): void {
  const assignment: Assignment = {
    id,
    offer_id: of.offer_id,
    partner_id: of.partner_id,
    contact_id: of.contact_id,
    ...(of.via_partner_id ? { via_partner_id: of.via_partner_id } : {}),
    state: 'active',
    ...stageFor(d.base.programme, 'claimed', 'claimed'),
    claimed_at: d.act.at,
    ...owedAtFirst(d.base, of, promise, d.act.at),
    rung: 0,
    quiet_until: null,
    attempts: 0,
    unchanged: 0,
    escalated: false,
    outcome: null,
  };
  d.assignments.push(assignment);
  note(d, 'assignment.started', { thing: 'assignment', id: assignment.id, to: 'active', data: { promise } });
}
