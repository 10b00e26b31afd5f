import type { Assignment } from './assignment.ts';
import type { Calendar } from './calendar.ts';
import type { Channel, Evidence, Fact, FactData, FactName, StoredFact, Who } from './facts.ts';
import type { Lead } from './lead.ts';
import type { Offer } from './offer.ts';
import type { Contact, Partner } from './partner.ts';
import type { Programme } from './programme.ts';
import type { Standing } from './standing.ts';
import {
  type AssignmentMove,
  assignmentMoves,
  type LeadMove,
  leadMoves,
  moved,
  type OfferMove,
  offerMoves,
} from './tables.ts';
import type { Wait } from './waits.ts';

/** Everything a decision about one lead may look at, loaded under the lead's lock. */
export interface LeadCase {
  readonly lead: Lead;
  readonly programme: Programme;
  readonly offers: readonly Offer[];
  readonly assignments: readonly Assignment[];
  /** The partners named by offers and assignments, by id. */
  readonly partners: ReadonlyMap<string, Partner>;
  /** The calendar of the vendor's own people, for steps that wait for a qualifier or program manager. */
  readonly vendor: Calendar;
  /** The youngest facts, oldest first; enough to find what an undo takes back. */
  readonly facts: readonly StoredFact[];
  /** Who waits for the lead; none unless given. */
  readonly waits?: readonly Wait[];
  /** What partners owe on other leads, by partner, for whoever decides on a claim; unknown unless given. */
  readonly standing?: ReadonlyMap<string, Standing>;
}

/** One act: when, by whom, over which channel, on what evidence. `newId` is the only source of ids. */
export interface Act {
  readonly at: Date;
  readonly who: Who;
  readonly channel: Channel;
  readonly evidence: Evidence;
  readonly newId: () => string;
}

/** What a decision leads to: the case as it is afterwards, and the facts that say how it came about. */
export interface Change {
  readonly case: LeadCase;
  readonly facts: readonly Fact[];
}

/** A change in the making. Local to one decision, never shared. */
export interface Draft {
  lead: Lead;
  offers: Offer[];
  assignments: Assignment[];
  facts: Fact[];
  readonly base: LeadCase;
  readonly act: Act;
}

interface Extra {
  readonly data?: FactData;
  readonly words?: string | null;
  /** What in the programme asked for it, as a path into its document. */
  readonly rule?: string;
}

/** Opens a case, or a change already begun, for (further) moves. */
export function draftOf(from: LeadCase | Change, act: Act): Draft {
  const begun = 'case' in from ? from : { case: from, facts: [] };
  const { lead, offers, assignments } = begun.case;
  return {
    lead,
    offers: [...offers],
    assignments: [...assignments],
    facts: [...begun.facts],
    base: begun.case,
    act,
  };
}

export const changeOf = (d: Draft): Change => ({
  case: { ...d.base, lead: d.lead, offers: d.offers, assignments: d.assignments },
  facts: d.facts,
});

/** Writes a fact without a move, or for a move made by one of the functions below. */
export function note(
  d: Draft,
  what: FactName,
  about: { thing: Fact['thing']; id: string; from?: string | null; to?: string | null } & Extra,
): void {
  const { at, who, channel, evidence } = d.act;
  const { thing, id, from = null, to = null, data = {}, words = null, rule } = about;
  const proof = rule === undefined ? evidence : { ...evidence, rule };
  d.facts.push({ what, thing, id, from, to, at, who, channel, evidence: proof, data, words });
}

/** Moves the lead along its table. A move the table lacks is a bug in the decision, never the caller's fault. */
export function moveLead(
  d: Draft,
  move: LeadMove,
  what: FactName,
  set: Partial<Lead> = {},
  extra: Extra = {},
): void {
  const from = d.lead.state;
  const to = arrow(moved(leadMoves, from, move), 'lead', from, move);
  d.lead = { ...d.lead, due_at: null, chased: 0, ...set, state: to };
  note(d, what, { thing: 'lead', id: d.lead.id, from, to, ...extra });
}

export function moveOffer(
  d: Draft,
  id: string,
  move: OfferMove,
  what: FactName,
  set: Partial<Offer> = {},
  extra: Extra = {},
): void {
  const offer = offerIn(d, id);
  const to = arrow(moved(offerMoves, offer.state, move), 'offer', offer.state, move);
  d.offers = d.offers.map((o) => (o.id === id ? { ...o, ...set, state: to } : o));
  note(d, what, { thing: 'offer', id, from: offer.state, to, ...extra });
}

export function moveAssignment(
  d: Draft,
  id: string,
  move: AssignmentMove,
  what: FactName,
  set: Partial<Assignment> = {},
  extra: Extra = {},
): void {
  const held = assignmentIn(d, id);
  const to = arrow(moved(assignmentMoves, held.state, move), 'assignment', held.state, move);
  setAssignment(d, id, { ...set, state: to });
  note(d, what, { thing: 'assignment', id, from: held.state, to, ...extra });
}

export function setAssignment(d: Draft, id: string, set: Partial<Assignment>): void {
  d.assignments = d.assignments.map((a) => (a.id === id ? { ...a, ...set } : a));
}

/** The claim in force, if any (invariant I3: at most one). */
export const activeAssignment = (c: {
  readonly assignments: readonly Assignment[];
}): Assignment | undefined => c.assignments.find((a) => a.state === 'active');

/** A claim that a machine has made, pressing every button, or the vendor by mistake, never was one. */
export const wasVoided = (c: Pick<LeadCase, 'facts'>, assignmentId: string): boolean =>
  c.facts.some(
    (f) =>
      (f.what === 'automation.suspected' && f.data['claim'] === assignmentId) || isMistake(f, assignmentId),
  );

/** Whether this takes back that the vendor gave the lead to somebody by hand. */
export const isMistake = (f: Pick<Fact, 'what' | 'id' | 'data'>, assignmentId: string): boolean =>
  f.what === 'act.undone' && f.id === assignmentId && f.data['did'] === 'assignment.assigned';

/** The newest assignment, whatever its state. */
export const lastAssignment = (c: { readonly assignments: readonly Assignment[] }): Assignment | undefined =>
  c.assignments.at(-1);

/** The reader's business time: the partner's calendar in the contact's zone, without the time nobody stands in for them. */
export function calendarOf(
  c: Pick<LeadCase, 'partners'>,
  who: { partner_id: string; contact_id: string },
): Calendar {
  const partner = c.partners.get(who.partner_id);
  if (!partner) throw new Error(`partner ${who.partner_id} is not part of the loaded case`);
  const contact = partner.contacts.find((p) => p.id === who.contact_id);
  if (!contact) return partner.calendar;
  const away = contact.absences?.filter((a) => a.deputy_id === null) ?? [];
  return {
    ...partner.calendar,
    zone: contact.timezone,
    ...(away.length > 0 ? { absences: [...partner.calendar.absences, ...away] } : {}),
  };
}

export function contactOf(c: LeadCase, who: { partner_id: string; contact_id: string }): Contact | undefined {
  return c.partners.get(who.partner_id)?.contacts.find((p) => p.id === who.contact_id);
}

function offerIn(d: Draft, id: string): Offer {
  const offer = d.offers.find((o) => o.id === id);
  if (!offer) throw new Error(`offer ${id} does not belong to lead ${d.lead.reference}`);
  return offer;
}

function assignmentIn(d: Draft, id: string): Assignment {
  const held = d.assignments.find((a) => a.id === id);
  if (!held) throw new Error(`assignment ${id} does not belong to lead ${d.lead.reference}`);
  return held;
}

function arrow<S extends string>(to: S | undefined, thing: string, from: string, move: string): S {
  if (to === undefined) throw new Error(`the ${thing} table has no move "${move}" from "${from}"`);
  return to;
}
