import { end } from './claims.ts';
import { claims } from './verbs.ts';
import { freed, settle } from './waves.ts';
import {
  type Claim,
  isAway,
  isOpen,
  type Lead,
  newOfferOf,
  type Offer,
  partnerOf,
  reader,
  saysYes,
  standIn,
  type World,
  weekOf,
} from './world.ts';

/** A fact as the database tells it. */
export interface Told {
  readonly lead: string;
  readonly seq: number;
  readonly at: number;
  readonly what: string;
  readonly id: string;
  readonly who: string | null;
  readonly channel: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a mailbox does with letters. */
export type Mailbox = 'fine' | 'bounces' | 'busy';

interface Moment {
  readonly w: World;
  readonly l: Lead;
  readonly at: number;
  readonly mailbox: (contact: string) => Mailbox;
}
type Event = (m: Moment, fact: Told) => string | undefined;

const hour = 3_600_000;

/** When the machine may do what it did, and what that does to the world. Undefined is right, a text is a fault. */
const events: Record<string, Event> = {
  'offer.sent': ({ l, mailbox }, f) => {
    const o = offerOf(l, f);
    if (mailbox(o.contact) !== 'fine')
      return `a letter to ${o.contact} was sent, whose mailbox ${mailbox(o.contact)}`;
    if (o.state !== 'scheduled' && !(o.state === 'sent' && o.round > 1)) return `${o.state} was sent`;
    o.state = 'sent';
    return undefined;
  },
  'offer.voided': ({ l, at, mailbox }, f) => {
    const o = offerOf(l, f);
    const waited = o.state === 'scheduled' && at - o.made >= 24 * hour;
    // The letter of a later round is tried for days before it is given up.
    const givenUp = o.round > 1 && mailbox(o.contact) === 'busy';
    const undeliverable = mailbox(o.contact) === 'bounces' || waited || givenUp;
    if (!isOpen(o) || !undeliverable) return `${o.state} was voided`;
    o.state = 'void';
    return undefined;
  },
  'offer.expired': ({ l, at }, f) => {
    const o = offerOf(l, f);
    if (o.state !== 'sent' || saysYes(o) || (o.expires ?? 0) > at)
      return `${o.state} expired before its time`;
    o.state = 'expired';
    return undefined;
  },
  'offer.accepted': ({ w, l, at }, f) => {
    const o = offerOf(l, f);
    const better = l.offers.find((x) => inTime(x) && x.rank < o.rank && mayTake(w, x, at));
    if (!saysYes(o) || better) return `${o.contact} won, not ${better?.contact ?? 'whoever said yes'}`;
    return claims(w, l, l.offers.indexOf(o), at) ? undefined : `${o.partner} won and is full`;
  },
  'wish.undone': ({ l }, f) => {
    const o = offerOf(l, f);
    if (!saysYes(o)) return 'a yes was forgotten that nobody said';
    o.wished = null;
    return undefined;
  },
  'offer.withdrawn': ({ w, l, at }, f) => {
    const o = offerOf(l, f);
    const colleague = reader(w, partnerOf(w, o.partner), at);
    if (!isOpen(o) || !isAway(w, o.contact, at) || !colleague) return `${o.state} was withdrawn by nobody`;
    o.state = 'withdrawn';
    l.offers.push(newOfferOf(l, { partner: o.partner, contact: colleague, rank: o.rank }, at));
    return undefined;
  },
  'assignment.handed_over': ({ w, l, at }, f) => {
    const claim = claimOf(l, f);
    const deputy = standIn(w, claim.contact, at);
    if (!isAway(w, claim.contact, at) || !deputy) return 'a claim was handed over by nobody';
    claim.contact = deputy;
    return undefined;
  },
  'assignment.recalled': ({ w, l, at }, f) => {
    const claim = claimOf(l, f);
    if (claim.state !== 'active' || claim.deadline === null || claim.deadline >= at)
      return 'recalled before its time';
    end(w, claim, 'recalled');
    freed(l);
    return undefined;
  },
};

/** Said yes within the hour that the rules collect for. */
const inTime = (o: Offer): boolean => saysYes(o) && (o.wished ?? 0) - o.opened <= hour;
const mayTake = (w: World, o: Offer, at: number): boolean => {
  const p = partnerOf(w, o.partner);
  const week = (p.weeks[weekOf(at)] ?? 0) < (p.cap.week ?? Number.POSITIVE_INFINITY);
  return week && p.open < (p.cap.open ?? Number.POSITIVE_INFINITY) && !isAway(w, o.contact, at);
};

/** What follows from an event, or changes no state: compared as rows, when everything has happened. */
const follows = new Set([
  ...['lead.claimed', 'offer.lost', 'assignment.started'],
  ...['lead.unplaced', 'lead.freed', 'lead.dispatched', 'offer.scheduled', 'offer.reopened', 'offer.paused'],
  ...[
    'assignment.paused',
    'reminder.sent',
    'warning.sent',
    'escalation.raised',
    'place.requested',
    'qualify.requested',
  ],
]);
export const isEvent = (fact: Told): boolean => fact.what in events;

/** What a transaction of the machine did to one lead. */
export function passTime(w: World, l: Lead, facts: readonly Told[], mailbox: Moment['mailbox']): string[] {
  const at = (facts[0] as Told).at;
  const faults = facts.flatMap((fact) => {
    if (follows.has(fact.what)) return [];
    return (
      events[fact.what]?.({ w, l, at, mailbox }, fact) ??
      (isEvent(fact) ? [] : `the machine did ${fact.what}`)
    );
  });
  settle(w, l, at, { voided: facts.filter((f) => f.what === 'offer.voided').length });
  return faults;
}

const offerOf = (l: Lead, f: Told): Offer => named(l.offers, f);
const claimOf = (l: Lead, f: Told): Claim => named(l.claims, f);
function named<T extends { id: string }>(all: readonly T[], f: Told): T {
  const found = all.find((one) => one.id === f.id);
  if (!found) throw new Error(`${f.what} of something the model does not know`);
  return found;
}
