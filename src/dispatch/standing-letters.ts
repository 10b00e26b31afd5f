import { elapsedMs } from '../lead/duration.ts';
import type { Fact } from '../lead/facts.ts';
import type { LeadCase } from '../lead/lead-case.ts';
import type { Offer } from '../lead/offer.ts';
import type { Partner } from '../lead/partner.ts';
import { holdOn, waitOf } from '../lead/waits.ts';
import { camStandingLetter, type DebtLine, standingLetter } from '../letters/standing-letter.ts';
import { takenLetter } from '../letters/taken-letter.ts';
import type { Tx } from '../postgres/database.ts';
import { recallsSince } from '../postgres/standing.ts';
import { leadsById } from '../postgres/weekly-rows.ts';
import { camOf } from './addressees.ts';
import type { Deps } from './deps.ts';
import { addressee, partnerReader } from './partner-letters.ts';
import { post } from './post-letter.ts';
import type { Posting } from './post-letters.ts';

/** Letters about a partner's standing. */

/** The partner is told that offers pause, its account manager can lift it with one tap. */
export async function postSuspended(p: Posting, fact: Fact): Promise<void> {
  const c = p.change.case;
  const held = c.assignments.find((a) => a.id === fact.id);
  const partner = held && c.partners.get(held.partner_id);
  if (!held || !partner) return;
  const since = new Date(p.tx.now.getTime() - elapsedMs(c.programme.standing.within));
  // The recall that led here is written by now, in this very transaction.
  const recalls = await recallsSince(p.tx, partner.id, since);
  const about = { lead: c.lead, recalls };
  for (const to of await camOf(p.tx, c, partner.id)) {
    const reader = { id: to.person_id ?? '', name: to.name };
    const cam = { reader, ...about, company: partner.name, about: partner.id };
    const view = camStandingLetter({ ...cam, topic: 'cam-suspended' });
    const key = `suspended:${held.id}:${to.email}`;
    p.letters.push({ key, lead_id: c.lead.id, offer_id: null, view, to });
  }
  for (const contact of told(partner, held.contact_id)) {
    const view = standingLetter({ partner, contact, ...about, topic: 'suspended' });
    const key = `suspended:${held.id}:${contact.id}`;
    p.letters.push({ key, lead_id: c.lead.id, offer_id: null, view, to: addressee(contact) });
  }
}

export async function postLifted(p: Posting, fact: Fact): Promise<void> {
  const c = p.change.case;
  const held = c.assignments.find((a) => a.id === fact.id);
  const partner = held && c.partners.get(held.partner_id);
  if (!held || !partner) return;
  for (const contact of told(partner, held.contact_id)) {
    const view = standingLetter({ partner, contact, lead: c.lead, topic: 'lifted' });
    const key = `lifted:${held.id}:${fact.at.getTime()}:${contact.id}`;
    p.letters.push({ key, lead_id: c.lead.id, offer_id: null, view, to: addressee(contact) });
  }
}

/** A partner that takes claims back again and again: its account manager hears of it, once for each lead and person. */
export async function postUsedUp(p: Posting, fact: Fact): Promise<void> {
  const c = p.change.case;
  const partner = [...c.partners.values()].find((one) => one.contacts.some((x) => x.id === fact.who.id));
  if (!partner) return;
  for (const to of await camOf(p.tx, c, partner.id)) {
    const reader = { id: to.person_id ?? '', name: to.name };
    const cam = { reader, lead: c.lead, company: partner.name, about: partner.id };
    const view = camStandingLetter({ ...cam, topic: 'cam-undone' });
    const key = `undone:${c.lead.id}:${fact.who.id}:${to.email}`;
    p.letters.push({ key, lead_id: c.lead.id, offer_id: null, view, to });
  }
}

/** The holder, and whoever gets the partner's offers: it concerns the company. */
function told(partner: Partner, holderId: string): Partner['contacts'] {
  const owners = partner.contacts.filter((x) => x.id === holderId || x.role === 'owner');
  return owners.length > 0 ? owners : partner.contacts.slice(0, 1);
}

/** Whoever stood in line and did not get the lead hears it like everybody who came too late. */
export async function postMissed(p: Posting, fact: Fact): Promise<void> {
  const c = p.change.case;
  const offer = c.offers.find((o) => o.id === fact.id);
  const to = offer && partnerReader(c, offer);
  if (!offer || !to) return;
  const view = takenLetter({ ...to, lead: c.lead, reason: 'already-taken', at: p.tx.now });
  const key = `taken:${offer.id}`;
  p.letters.push({ key, lead_id: c.lead.id, offer_id: offer.id, view, to: addressee(to.contact) });
}

/**
 * A yes by mail that has to wait is answered at once: with the leads that want a word first, or with the place in line.
 *
 * @param key names the occasion
 */
export async function postWaiting(deps: Deps, tx: Tx, c: LeadCase, offer: Offer, key: string): Promise<void> {
  const to = partnerReader(c, offer);
  if (!to) return;
  const about = { lead_id: c.lead.id, offer_id: offer.id, to: addressee(to.contact) };
  const standing = c.standing?.get(offer.partner_id);
  const hold = holdOn(c, tx.now);
  if (!standing?.blocked) {
    const view = standingLetter({ ...to, lead: c.lead, topic: 'queued', until: hold?.until ?? null });
    return post(deps, tx, { key, ...about, view });
  }
  const own = hold?.offer.id === offer.id ? (waitOf(c, offer.id)?.hold_until ?? null) : null;
  const claims = standing.debts.map((d) => d.claim);
  const leads = await leadsById(
    tx,
    claims.map((claim) => claim.lead_id),
  );
  const debts = claims.flatMap(({ id, lead_id, contact_id, deadline }): DebtLine[] => {
    const lead = leads.get(lead_id);
    const other = to.partner.contacts.find((x) => x.id === contact_id && x.id !== to.contact.id);
    return lead ? [{ lead, assignment_id: id, deadline, holder: other?.name ?? null }] : [];
  });
  const input = { ...to, lead: c.lead, topic: 'blocked', until: own, debts, offer: offer.id } as const;
  return post(deps, tx, { key, ...about, view: standingLetter(input) });
}
