import { absenceAt, offerContact, standIn } from './absence.ts';
import { addBusiness, businessMs, type Calendar } from './calendar.ts';
import { addOffer } from './distribute.ts';
import {
  activeAssignment,
  calendarOf,
  contactOf,
  type Draft,
  type LeadCase,
  moveOffer,
  note,
  setAssignment,
} from './lead-case.ts';
import type { Offer } from './offer.ts';
import { unwanted } from './preferences.ts';
import { isOpenOffer } from './tables.ts';

/** What the absence of a person, or a dead address, changes about a lead that waits for them. */

interface Somebody {
  readonly partner_id: string;
  readonly contact_id: string;
}

/** When the next of the people a lead waits for goes away; null when nobody is known to. */
export function nextAbsence(c: LeadCase, after: Date): Date | null {
  const held = activeAssignment(c);
  const waited: readonly Somebody[] = held ? [held] : c.offers.filter((o) => isOpenOffer(o.state));
  const begins = waited
    .flatMap((who) => contactOf(c, who)?.absences ?? [])
    .map((a) => a.from.getTime())
    .filter((from) => from > after.getTime());
  return begins.length > 0 ? new Date(Math.min(...begins)) : null;
}

/**
 * A colleague takes over from whoever is away: the deputy a claim (as its holder, because only a holder may see who
 * the customer is; any colleague where no mail reaches the holder), the deputy or the partner's next contact an open offer. Where nobody does, deadlines and windows
 * that would end during the absence wait for as much business time as they had left. Done twice, it changes nothing.
 */
export function cover(d: Draft): void {
  for (const offer of d.offers) if (isOpenOffer(offer.state)) coverOffer(d, offer);
  coverClaim(d);
}

function coverOffer(d: Draft, offer: Offer): void {
  const { at } = d.act;
  const partner = d.base.partners.get(offer.partner_id);
  const contact = contactOf(d.base, offer);
  if (!partner || !contact || !absenceAt(contact, at)) return;
  const colleague = offerContact(partner, at, (c) => !unwanted(c, d.lead));
  if (colleague) {
    const told = { data: { away: contact.id, to: colleague.id } };
    moveOffer(d, offer.id, 'withdraw', 'offer.withdrawn', { answered_at: at }, told);
    const via_partner_id = offer.via_partner_id ?? null;
    addOffer(d, { partner_id: partner.id, contact_id: colleague.id, score: offer.score, via_partner_id });
    return;
  }
  const expires_at = offer.expires_at && later(d.base, offer, offer.expires_at, at);
  if (!expires_at) return;
  d.offers = d.offers.map((o) => (o.id === offer.id ? { ...o, expires_at } : o));
  note(d, 'offer.paused', { thing: 'offer', id: offer.id, data: { until: expires_at.getTime() } });
}

function coverClaim(d: Draft): void {
  const held = activeAssignment(d);
  const contact = held && contactOf(d.base, held);
  const partner = held && d.base.partners.get(held.partner_id);
  if (!held || !contact || !partner) return;
  const away = absenceAt(contact, d.act.at);
  const colleague = away || !contact.unreachable ? undefined : offerContact(partner, d.act.at);
  const heir = away ? standIn(partner, contact, d.act.at) : colleague;
  if (heir) {
    setAssignment(d, held.id, { contact_id: heir.id });
    const data = { from: contact.id, to: heir.id, ...(colleague ? { unreachable: true } : {}) };
    note(d, 'assignment.handed_over', { thing: 'assignment', id: held.id, data });
    return;
  }
  if (!away) return;
  const deadline = held.deadline && later(d.base, held, held.deadline, d.act.at);
  if (!deadline) return;
  const promised = held.promise_at?.getTime() === held.deadline?.getTime() ? { promise_at: deadline } : {};
  setAssignment(d, held.id, { deadline, ...promised });
  const data = { was: held.deadline?.getTime() ?? null, until: deadline.getTime() };
  note(d, 'assignment.paused', { thing: 'assignment', id: held.id, data });
}

/** A due instant that falls into the absence, as much business time after it as was left before; else undefined. */
function later(c: LeadCase, who: Somebody, due: Date, at: Date): Date | undefined {
  const contact = contactOf(c, who);
  const away = contact && absenceAt(contact, at);
  if (!away || due <= away.from || due >= away.until) return undefined;
  const partner = c.partners.get(who.partner_id);
  const usual: Calendar = { ...calendarOf(c, who), absences: partner?.calendar.absences ?? [] };
  const minutes = Math.round(businessMs(usual, away.from, due) / 60_000);
  const paused: Calendar = { ...usual, absences: [...usual.absences, away] };
  return addBusiness(paused, away.from, `PT${minutes}M`);
}
