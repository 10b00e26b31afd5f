import type { Assignment } from '../lead/assignment.ts';
import { addBusiness } from '../lead/calendar.ts';
import { mayAskAgain } from '../lead/chance.ts';
import type { Fact } from '../lead/facts.ts';
import { isFair } from '../lead/fair.ts';
import { nextRung } from '../lead/follow-up.ts';
import { calendarOf, contactOf, type LeadCase } from '../lead/lead-case.ts';
import type { Offer } from '../lead/offer.ts';
import type { Contact, Partner } from '../lead/partner.ts';
import { canPassOn } from '../lead/pass-on.ts';
import { redactor } from '../lead/redact.ts';
import { orderDay, vendorWorks } from '../lead/scenario.ts';
import { isOpenOffer } from '../lead/tables.ts';
import { undoMinutes } from '../lead/undo.ts';
import { acceptedLetter } from '../letters/accepted-letter.ts';
import { askLetter } from '../letters/answer-letters.ts';
import { isoOrNull } from '../letters/buttons.ts';
import {
  type DutyLetterInput,
  recalledLetter,
  reminderLetter,
  warningLetter,
} from '../letters/duty-letters.ts';
import type { Capacity, Expected, LadderConsequence, RecallCount, WhyLine } from '../letters/letter.ts';
import { offerLetter } from '../letters/offer-letter.ts';
import { plainLine } from '../letters/plain.ts';
import { takenLetter } from '../letters/taken-letter.ts';
import { leadersOf } from './addressees.ts';
import { bundleReminders, dutyKey } from './bundle-reminders.ts';
import type { Addressee } from './post-letter.ts';
import { explanationFor, type Posting } from './post-letters.ts';
import { whyLines } from './why-lines.ts';

/** Letters to the contacts of partners. */

export async function postOffer(p: Posting, fact: Fact): Promise<void> {
  const { tx, change } = p;
  const c = change.case;
  const offer = c.offers.find((o) => o.id === fact.id);
  const to = offer && partnerReader(c, offer);
  if (!offer || !to) return;
  const window = c.programme.distribution.window[c.lead.temperature];
  // The letter waits for its reader's own time, and is about the window that begins then.
  const leaves = offer.opens_at && offer.opens_at > tx.now ? offer.opens_at : tx.now;
  const explanation = await explanationFor(p);
  const view = offerLetter({
    ...to,
    lead: c.lead,
    offer,
    others: c.offers.filter((o) => o.partner_id !== offer.partner_id && isOpenOffer(o.state)).length,
    fair: isFair(c),
    expiresAt: addBusiness(calendarOf(c, offer), leaves, window),
    why: whyLines(
      explanation,
      to.partner.external_id,
      redactor(c.lead.prospect),
    ) satisfies readonly WhyLine[],
    capacity: capacityOf(to.partner),
    expects: await expectedOf(p, offer, orderDay(c.lead)),
    passOn: canPassOn(c, offer, tx.now),
  });
  const key = `offer:${offer.id}:${offer.round}`;
  const about = { lead_id: c.lead.id, offer_id: offer.id };
  p.letters.push({
    key,
    ...about,
    view,
    to: addressee(to.contact),
    due_at: leaves,
    ...(fact.what === 'offer.scheduled' ? { first: true } : {}),
  });
}

/** Whoever said yes while yeses were collected and did not get the lead. */
export async function postLost(p: Posting, fact: Fact): Promise<void> {
  const c = p.change.case;
  const offer = c.offers.find((o) => o.id === fact.id);
  const to = offer && partnerReader(c, offer);
  if (!offer || !to || fact.data['wished'] !== true) return;
  const chanceOffer = mayAskAgain(c, offer) ? offer.id : null;
  const view = takenLetter({ ...to, lead: c.lead, reason: 'outscored', at: fact.at, chanceOffer });
  const key = `taken:${offer.id}:${offer.round}`;
  p.letters.push({ key, lead_id: c.lead.id, offer_id: offer.id, view, to: addressee(to.contact) });
}

export function postAccepted(p: Posting, fact: Fact): Promise<void> {
  return mailDetails(p, fact.id, 'accepted');
}

/** The deputy of somebody who is away holds the claim now, and gets what a holder gets. */
export async function postHandedOver(p: Posting, fact: Fact): Promise<void> {
  const held = p.change.case.assignments.find((a) => a.id === fact.id);
  if (held) await postDetails(p, held, `handed-over:${fact.data['to']}:${fact.at.getTime()}`);
}

/** The customer's details to the holder. @param occasion names the letter: the claim itself, or a wish to see it again */
export async function mailDetails(p: Posting, offerId: string, occasion: string): Promise<void> {
  const held = p.change.case.assignments.find((a) => a.offer_id === offerId && a.state === 'active');
  if (held) await postDetails(p, held, occasion);
}

/** The letter of a holder, about whatever made them one. */
export async function postDetails(p: Posting, held: Assignment, occasion: string): Promise<void> {
  const { tx, change } = p;
  const c = change.case;
  const to = partnerReader(c, held);
  if (!to) return;
  const undoUntil = new Date(held.claimed_at.getTime() + undoMinutes * 60_000);
  const view = acceptedLetter({
    ...to,
    lead: c.lead,
    assignment: held,
    undoUntil: undoUntil > tx.now ? undoUntil : null,
    expects: await expectedOf(p, held, isoOrNull(held.deadline)),
    passOn: canPassOn(c, held, tx.now),
  });
  const key = `${occasion}:${held.id}`;
  p.letters.push({ key, lead_id: c.lead.id, offer_id: held.offer_id, view, to: addressee(to.contact) });
}

/** Both buttons were pressed as by a machine: whoever they belong to is asked, once an offer, where no machine answers. */
export async function postConflict(p: Posting, fact: Fact): Promise<void> {
  const c = p.change.case;
  const offer = c.offers.find((o) => o.id === fact.id);
  const to = offer && partnerReader(c, offer);
  if (!offer || !to) return;
  const about = { kind: 'offer', id: offer.id } as const;
  const view = askLetter({ to: { side: 'partner', ...to }, lead: c.lead, question: 'conflict', about });
  const key = `ask:conflict:${offer.id}:${offer.round}`;
  p.letters.push({ key, lead_id: c.lead.id, offer_id: offer.id, view, to: addressee(to.contact) });
}

export function postReminder(p: Posting, fact: Fact): Promise<void> {
  return postDuty(p, fact, 'reminder');
}

export function postWarning(p: Posting, fact: Fact): Promise<void> {
  return postDuty(p, fact, 'warning');
}

export async function postRecalled(p: Posting, fact: Fact): Promise<void> {
  const { tx, change } = p;
  const c = change.case;
  const held = c.assignments.find((a) => a.id === fact.id);
  const to = held && partnerReader(c, held);
  if (!held || !to) return;
  const goes = fact.data['next'] === 'reoffer' ? 'reoffer' : 'hold';
  const view = recalledLetter({
    ...to,
    lead: c.lead,
    assignment: held,
    moment: 'after',
    at: tx.now,
    goes,
    count: recallCount(p, fact),
  });
  const key = `recalled:${held.id}:${fact.at.getTime()}`;
  p.letters.push({ key, lead_id: c.lead.id, offer_id: null, view, to: addressee(to.contact) });
}

/** Recalls by the ladder count against the partner, and the letter says how many there were; those by hand do not. */
function recallCount({ change }: Posting, fact: Fact): RecallCount | null {
  const { recall: nth, recalls: limit } = fact.data;
  if (typeof nth !== 'number' || typeof limit !== 'number') return null;
  return { nth, limit, suspended: change.facts.some((f) => f.what === 'suspension.begun') };
}

async function postDuty(p: Posting, fact: Fact, kind: 'reminder' | 'warning'): Promise<void> {
  const { change } = p;
  const c = change.case;
  const held = c.assignments.find((a) => a.id === fact.id);
  const to = held && partnerReader(c, held);
  if (!held || !to) return;
  const bundles = kind === 'reminder' && !to.contact.unreachable;
  const also = bundles ? await bundleReminders(p, fact, to.contact.id) : [];
  if (!also) return;
  const order = c.programme.scenario === 'fulfilment';
  const input: DutyLetterInput = {
    ...to,
    lead: c.lead,
    assignment: held,
    next: consequenceOf(c, held),
    order,
  };
  const view = kind === 'reminder' ? reminderLetter({ ...input, also }) : warningLetter(input);
  const key = dutyKey(kind, fact);
  p.letters.push({ key, lead_id: c.lead.id, offer_id: null, view, to: addressee(to.contact) });
}

/** What the scenario expects of the reader; null where the partner leads, which every letter says by itself. */
async function expectedOf(
  { tx, change }: Posting,
  { partner_id }: Pick<Offer, 'partner_id'>,
  by: string | null,
): Promise<Expected | null> {
  const { scenario } = change.case.programme;
  if (scenario === 'partner_led') return null;
  const leader = vendorWorks(scenario) ? (await leadersOf(tx, change.case, partner_id))[0] : undefined;
  const who = leader?.name ? plainLine(leader.name, 60) : null;
  return { scenario, who, email: leader?.email ?? null, by: scenario === 'fulfilment' ? by : null };
}

/** What the ladder does next, and when. */
export function consequenceOf(c: LeadCase, held: Assignment): LadderConsequence | null {
  const next = nextRung(c, held);
  return next && { effect: next.rung.effect, letter: next.rung.letter, at: next.at };
}

export function partnerReader(
  c: LeadCase,
  who: Pick<Offer, 'partner_id' | 'contact_id'>,
): { readonly partner: Partner; readonly contact: Contact } | undefined {
  const partner = c.partners.get(who.partner_id);
  const contact = contactOf(c, who);
  return partner && contact && { partner, contact };
}

export const addressee = (contact: Contact): Addressee => ({
  person_id: contact.id,
  email: contact.email,
  name: contact.name,
});

/** "This would be 8 of 10", for a partner with a limit. */
function capacityOf(partner: Partner): Capacity | null {
  const limit = partner.capacity.open;
  const taken = 'open_claims' in partner ? Number(partner.open_claims) : 0;
  return limit === null ? null : { taken: taken + 1, limit };
}
