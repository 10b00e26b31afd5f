import type { Assignment } from '../lead/assignment.ts';
import type { Fact } from '../lead/facts.ts';
import { activeAssignment, type LeadCase } from '../lead/lead-case.ts';
import { canPassOn, type Somebody } from '../lead/pass-on.ts';
import { givenLetter, goneLetter } from '../letters/hand-over-letter.ts';
import { takenLetter } from '../letters/taken-letter.ts';
import { addressee, mailDetails, partnerReader, postDetails } from './partner-letters.ts';
import type { Posting } from './post-letters.ts';

/** Letters about a claim that changes hands: whoever has it now, and whoever had it, unless they did it themselves. */

export async function postPassedOn(p: Posting, fact: Fact): Promise<void> {
  const held = p.change.case.assignments.find((a) => a.id === fact.id);
  if (!held) return;
  const had = somebody(fact, 'from', 'from_partner');
  postGiven(
    p,
    held,
    nameOf(p.change.case, fact.who.id === held.contact_id ? had.contact_id : fact.who.id),
    fact,
  );
  if (fact.who.id !== had.contact_id) postGone(p, had, held, fact);
}

/** The claim is back with whoever had it. */
export async function postPassedBack(p: Posting, fact: Fact): Promise<void> {
  const held = activeAssignment(p.change.case);
  if (fact.thing !== 'assignment' || !held) return;
  const had = somebody(fact, 'to', 'to_partner');
  if (fact.who.id !== had.contact_id) postGone(p, had, held, fact);
  if (fact.who.id !== held.contact_id) postGiven(p, held, nameOf(p.change.case, fact.who.id), fact, true);
}

/** The vendor has chosen a holder by hand: the same letter as after an accepted offer. */
export async function postAssigned(p: Posting, fact: Fact): Promise<void> {
  const held = p.change.case.assignments.find((a) => a.id === fact.id);
  if (held?.offer_id) await mailDetails(p, held.offer_id, 'assigned');
  else if (held) await postDetails(p, held, 'assigned');
}

/** An act of the vendor is taken back: whoever holds the lead again is told, and whoever holds it no longer. */
export async function postUndone(p: Posting, fact: Fact): Promise<void> {
  const c = p.change.case;
  const did = fact.data['did'];
  const held = activeAssignment(c);
  const back = did === 'assignment.recalled' || did === 'assignment.assigned';
  if (back && held && fact.who.id !== held.contact_id) postGiven(p, held, null, fact, true);
  const ended = did === 'assignment.assigned' ? c.assignments.find((a) => a.id === fact.id) : undefined;
  if (ended) postGone(p, ended, held ?? null, fact);
}

/** An offer that a partner has in hand is withdrawn because what led to it was taken back. */
export async function postWithdrawn(p: Posting, fact: Fact): Promise<void> {
  const c = p.change.case;
  const offer = c.offers.find((o) => o.id === fact.id);
  const to = offer && partnerReader(c, offer);
  if (!offer || !to || fact.data['undone'] !== true || fact.from !== 'sent') return;
  const view = takenLetter({ ...to, lead: c.lead, reason: 'offer-withdrawn', at: fact.at });
  const key = `withdrawn:${offer.id}:${fact.at.getTime()}`;
  p.letters.push({ key, lead_id: c.lead.id, offer_id: offer.id, view, to: addressee(to.contact) });
}

/** To the holder: the customer, what is owed, links of their own. @param by who gave it; null: the vendor */
export function postGiven(p: Posting, held: Assignment, by: string | null, fact: Fact, back = false): void {
  const c = p.change.case;
  const to = partnerReader(c, held);
  if (!to) return;
  const { scenario } = c.programme;
  const view = givenLetter({
    ...to,
    lead: c.lead,
    assignment: held,
    by,
    back,
    scenario: scenario === 'partner_led' ? undefined : scenario,
    passOn: canPassOn(c, held, p.tx.now),
  });
  const key = `hand-over:${held.id}:${held.contact_id}:${fact.at.getTime()}`;
  p.letters.push({ key, lead_id: c.lead.id, offer_id: held.offer_id, view, to: addressee(to.contact) });
}

/** To whoever had it and did not give it away. */
function postGone(p: Posting, had: Somebody, held: Assignment | null, fact: Fact): void {
  const c = p.change.case;
  const to = partnerReader(c, had);
  if (!to) return;
  const view = goneLetter({ ...to, lead: c.lead, by: held && nameOf(c, held.contact_id) });
  const key = `gone:${c.lead.id}:${had.contact_id}:${fact.at.getTime()}`;
  p.letters.push({ key, lead_id: c.lead.id, offer_id: null, view, to: addressee(to.contact) });
}

const somebody = ({ data }: Fact, contact: string, partner: string): Somebody => ({
  contact_id: String(data[contact]),
  partner_id: String(data[partner]),
});

const nameOf = (c: LeadCase, id: string | null): string | null =>
  [...c.partners.values()].flatMap((p) => p.contacts).find((x) => x.id === id)?.name ?? null;
