import { absenceAt, offerContact } from './absence.ts';
import type { Assignment } from './assignment.ts';
import { whyNotDecline } from './claim.ts';
import { addOffer, markSent } from './distribute.ts';
import type { StoredFact } from './facts.ts';
import {
  type Act,
  activeAssignment,
  type Change,
  changeOf,
  contactOf,
  type Draft,
  draftOf,
  type LeadCase,
  moveOffer,
  note,
  setAssignment,
} from './lead-case.ts';
import type { Offer } from './offer.ts';
import type { Contact, Partner } from './partner.ts';
import { opensAt } from './preferences.ts';
import type { Refusal } from './refusals.ts';
import { ok, type Result, refuse } from './result.ts';
import { isOpenOffer } from './tables.ts';

/** A person of a company: whoever has a lead, or is to get it. */
export interface Somebody {
  readonly partner_id: string;
  readonly contact_id: string;
}

/** Whom a lead can be passed on to. */
export interface Heirs {
  /** Of the same partner, and there. */
  readonly colleagues: readonly Contact[];
  /** Below a distributor, each with whoever answers for it now. */
  readonly resellers: readonly { readonly partner: Partner; readonly contact: Contact }[];
}

/** The people a lead can be passed on to by whoever has it: colleagues, and a distributor's resellers. */
export function heirsOf(c: LeadCase, from: Somebody, at: Date): Heirs {
  const partner = c.partners.get(from.partner_id);
  if (!partner) return { colleagues: [], resellers: [] };
  const colleagues = partner.contacts.filter(
    (p) => p.id !== from.contact_id && !p.unreachable && !absenceAt(p, at),
  );
  const below =
    partner.kind === 'distributor'
      ? [...c.partners.values()].filter((p) => p.parent_id === partner.id && mayHave(c, p))
      : [];
  const resellers = below.flatMap((reseller) => {
    const contact = offerContact(reseller, at);
    return contact ? [{ partner: reseller, contact }] : [];
  });
  return { colleagues, resellers };
}

/** Whether there is anybody to pass it on to. */
export function canPassOn(c: LeadCase, from: Somebody, at: Date): boolean {
  const { colleagues, resellers } = heirsOf(c, from, at);
  return colleagues.length + resellers.length > 0;
}

/** Not suspended, and without a history with this lead that speaks against it. */
const mayHave = (c: LeadCase, p: Partner): boolean =>
  !p.suspended &&
  !c.assignments.some((a) => a.partner_id === p.id && a.state !== 'active') &&
  !c.offers.some((o) => o.partner_id === p.id && (isOpenOffer(o.state) || o.state === 'declined'));

/** Who has the thing a link is about: an open offer, or the claim in force. */
export function hasIt(c: LeadCase, obj: string): (Somebody & { readonly what: 'offer' | 'claim' }) | null {
  const held = activeAssignment(c);
  if (held && (held.id === obj || held.offer_id === obj))
    return { partner_id: held.partner_id, contact_id: held.contact_id, what: 'claim' };
  const offer = c.offers.find((o) => o.id === obj && isOpenOffer(o.state));
  return offer ? { partner_id: offer.partner_id, contact_id: offer.contact_id, what: 'offer' } : null;
}

/**
 * Passes an offer or a claim on: whoever has it to somebody else, or a colleague takes it over. A claim always has one
 * holder; an offer may go to several resellers at once. The clock goes on: within a company passing on buys no time.
 *
 * @param obj id of the offer, or of the claim
 */
export function passOn(c: LeadCase, obj: string, to: readonly Somebody[], act: Act): Result<Change> {
  const has = hasIt(c, obj);
  if (!has) return refuse(whyGone(c, obj, act));
  const [first] = to;
  const takesOver =
    to.length === 1 && first?.contact_id === act.who.id && first?.partner_id === has.partner_id;
  if (act.who.id !== has.contact_id && !takesOver)
    return refuse(explained(c, obj, act) ?? { kind: 'not-yours' });
  if (to.some((one) => one.contact_id === has.contact_id))
    return refuse({ kind: 'already-yours', at: act.at });
  const { colleagues, resellers } = heirsOf(c, has, act.at);
  const known = new Set([...colleagues.map((p) => p.id), ...resellers.map((r) => r.contact.id)]);
  if (!first || to.some((one) => !known.has(one.contact_id)) || (has.what === 'claim' && to.length > 1))
    return refuse({
      kind: 'invalid',
      errors: [{ pointer: '/to', message: 'choose one of the people listed' }],
    });
  const d = draftOf(c, act);
  const held = activeAssignment(c);
  if (has.what === 'claim' && held) handOver(d, held, first);
  else passOffer(d, obj, to);
  return ok(changeOf(d));
}

/** Another holder for a claim in force. Whoever is answerable upwards is kept when it leaves the company. */
export function handOver(d: Draft, held: Assignment, to: Somebody): void {
  const leaves = to.partner_id !== held.partner_id;
  const via = leaves ? held.partner_id : (held.via_partner_id ?? null);
  setAssignment(d, held.id, { ...pick(to), via_partner_id: via });
  note(d, 'assignment.passed_on', { thing: 'assignment', id: held.id, data: passed(held, to) });
}

function passOffer(d: Draft, id: string, to: readonly Somebody[]): void {
  markSent(d, id);
  const offer = d.offers.find((o) => o.id === id) as Offer;
  const first = to[0] as Somebody;
  moveOffer(d, id, 'withdraw', 'offer.passed_on', { answered_at: d.act.at }, { data: passed(offer, first) });
  for (const one of to) {
    const same = one.partner_id === offer.partner_id;
    const kept = same
      ? { expires_at: offer.expires_at, via_partner_id: offer.via_partner_id ?? null }
      : { expires_at: null, via_partner_id: offer.partner_id };
    addOffer(d, { ...pick(one), score: offer.score, ...kept, ...ownTime(d, one, kept.expires_at) });
  }
}

/** Somebody's own hours hold for what is passed on to them too, unless there would be no time left to answer. */
function ownTime(d: Draft, to: Somebody, ends: Date | null): { readonly opens_at?: Date } {
  const contact = contactOf(d.base, to);
  const opens = contact?.preferences ? opensAt(contact.preferences, contact.timezone, d.act.at) : null;
  return opens && (ends === null || opens < ends) ? { opens_at: opens } : {};
}

const pick = ({ partner_id, contact_id }: Somebody): Somebody => ({ partner_id, contact_id });

const passed = (had: Somebody & { readonly via_partner_id?: string | null }, to: Somebody) => ({
  from: had.contact_id,
  from_partner: had.partner_id,
  was_via: had.via_partner_id ?? null,
  to: to.contact_id,
  to_partner: to.partner_id,
});

/** Why there is nothing to pass on any more. */
function whyGone(c: LeadCase, obj: string, act: Act): Refusal {
  const offer = c.offers.find((o) => o.id === obj);
  const went = explained(c, obj, act);
  if (went) return went;
  return (offer && whyNotDecline(c, offer)) ?? { kind: 'not-yours' };
}

/** Where the thing a link is about went, when it was passed on by (or taken over from) whoever acts. */
export function explained(c: LeadCase, obj: string, { who }: Pick<Act, 'who'>): Refusal | undefined {
  const held = activeAssignment(c);
  const about = new Set([obj, ...(held && (held.offer_id === obj || held.id === obj) ? [held.id] : [])]);
  if (held?.contact_id === who.id && about.has(held.id)) return undefined;
  const undone = new Set(c.facts.map((f) => f.data['undoes']));
  const fact = c.facts.findLast(
    (f) => isPassOn(f) && about.has(f.id) && f.data['from'] === who.id && !undone.has(f.seq),
  );
  return fact && { kind: 'passed-on', at: fact.at, to: nameOf(c, fact) };
}

export const isPassOn = (fact: Pick<StoredFact, 'what'>): boolean =>
  fact.what === 'offer.passed_on' || fact.what === 'assignment.passed_on';

function nameOf(c: LeadCase, { data }: StoredFact): string {
  const to = { partner_id: String(data['to_partner']), contact_id: String(data['to']) };
  const partner = c.partners.get(to.partner_id);
  const name = contactOf(c, to)?.name ?? partner?.name ?? '';
  return data['from_partner'] === data['to_partner'] || !partner ? name : partner.name;
}
