import { end, handOver } from './claims.ts';
import { undo } from './undo.ts';
import { freed, settle, take } from './waves.ts';
import {
  type Claim,
  type Deed,
  held,
  isAway,
  isOpen,
  type Lead,
  newOfferOf,
  type Offer,
  partnerOf,
  partnerOfContact,
  reader,
  rules,
  saysYes,
  type World,
} from './world.ts';

/** What people do, as the contract has it: the kind of the refusal, or `ok` and the world is changed. */
export type Verb =
  | { verb: 'accept'; offer: number; by: string }
  | { verb: 'decline'; offer: number; by: string }
  | { verb: 'chance'; offer: number; by: string }
  | { verb: 'pass'; thing: 'offer' | 'claim'; index: number; by: string; to: string }
  | { verb: 'report'; say: Said; by: string | null }
  | { verb: 'undo'; by: string }
  | { verb: 'recall'; next: 'reoffer' | 'hold' }
  | { verb: 'assign'; to: string }
  | { verb: 'move' }
  | { verb: 'dispatch' }
  | { verb: 'extend' };
export type Said =
  | 'contacted'
  | 'not-reached'
  | 'meeting'
  | 'quoted'
  | 'won'
  | 'lost'
  | 'snooze'
  | 'return'
  | 'unchanged';

const open = new Set(['qualified', 'distributing', 'unplaced', 'claimed']);

/** Does it at an instant. */
export function act(w: World, l: Lead, v: Verb, at: number): string {
  // Whoever an offer is taken back from is not asked again in the same breath.
  const not = v.verb === 'recall' || v.verb === 'move' ? l.offers.filter(isOpen).map((o) => o.partner) : [];
  const end = decide(w, l, v, at);
  if (end === 'ok') settle(w, l, at, { width: v.verb === 'move' ? 1 : undefined, not });
  return end;
}

function decide(w: World, l: Lead, v: Verb, at: number): string {
  if (v.verb === 'accept') return accept(w, l, v.offer, v.by, at);
  if (v.verb === 'decline') return decline(l, v.offer, v.by, at);
  if (v.verb === 'chance') return chance(l, v.offer, v.by, at);
  if (v.verb === 'pass') return pass(w, l, v, at);
  if (v.verb === 'report') return report(w, l, v.say, v.by, at);
  if (v.verb === 'undo') return undo(w, l, v.by, at);
  if (v.verb === 'assign') return assign(w, l, v.to, at);
  if (v.verb === 'recall') return recall(w, l, v.next, at);
  if (v.verb === 'move') return recall(w, l, 'reoffer', at);
  if (v.verb === 'dispatch') {
    if (l.state !== 'qualified' && l.state !== 'unplaced') return 'illegal-move';
    Object.assign(l, { state: 'distributing', wave: 0 });
    return 'ok';
  }
  const claim = held(l);
  if (!claim) return 'illegal-move';
  done(l, 'extend', 'vendor', l.claims.indexOf(claim), at);
  return 'ok';
}

function done(
  l: Lead,
  what: Deed['what'],
  by: string,
  thing: number,
  at: number,
  was: Partial<Deed['was']> = {},
): void {
  const before = { owes: 'contact' as const, contact: '', wave: l.wave, offers: l.offers.length };
  l.deeds.push({ what, by, thing, at, undone: false, was: { ...before, ...was } });
}

function accept(w: World, l: Lead, index: number, by: string, at: number): string {
  const offer = l.offers[index] as Offer;
  if (offer.contact !== by) return 'not-yours';
  const no = lapsed(l, offer, index) ?? (isAway(w, by, at) && 'away');
  if (no) return no;
  if (rules[l.rules]?.fair && isOpen(offer)) {
    if (saysYes(offer)) return 'already-wished';
    Object.assign(offer, { state: 'sent', wished: at });
    done(l, 'wish', by, index, at);
    return 'ok';
  }
  if (l.offers.some(saysYes)) return 'offer-withdrawn';
  return claims(w, l, index, at) ? 'ok' : 'no-capacity';
}

/** The lead is whose offer this is; everybody else has lost it. False where the partner is full. */
export function claims(w: World, l: Lead, index: number, at: number): boolean {
  const offer = l.offers[index] as Offer;
  if (!take(partnerOf(w, offer.partner), at)) return false;
  offer.state = 'accepted';
  for (const other of l.offers) if (isOpen(other)) other.state = 'lost_race';
  begin(l, { offer: index, partner: offer.partner, contact: offer.contact }, at);
  done(l, 'accept', offer.contact, index, at);
  return true;
}

function begin(l: Lead, of: Pick<Claim, 'offer' | 'partner' | 'contact'>, at: number): void {
  l.claims.push({ id: '', ...of, state: 'active', owes: 'contact', at, deadline: null });
  l.state = 'claimed';
}

/** The vendor's hand: whoever holds it or is asked has lost it. */
function assign(w: World, l: Lead, to: string, at: number): string {
  const claim = held(l);
  const p = partnerOfContact(w, to);
  if (claim?.contact === to) return 'already-yours';
  if (claim?.partner === p.key) {
    claim.contact = to;
    return 'ok';
  }
  if (!claim && !['qualified', 'distributing', 'unplaced'].includes(l.state)) return 'illegal-move';
  if (!take(p, at)) return 'no-capacity';
  if (claim) end(w, claim, 'recalled');
  if (l.state === 'qualified') l.wave = 0;
  for (const o of l.offers) if (isOpen(o)) o.state = 'lost_race';
  begin(l, { offer: -1, partner: p.key, contact: to }, at);
  return 'ok';
}

/** Why an offer can no longer be accepted. */
function lapsed(l: Lead, offer: Offer, index: number): string | undefined {
  const claim = held(l);
  if (offer.state === 'declined') return 'already-declined';
  if (offer.state === 'void') return 'offer-bounced';
  if (offer.state === 'accepted' && claim?.offer === index) return 'already-yours';
  if (claim) return 'already-taken';
  if (offer.state === 'accepted' || offer.state === 'withdrawn') return 'offer-withdrawn';
  if (l.state !== 'distributing' && l.state !== 'unplaced')
    return open.has(l.state) ? 'offer-withdrawn' : 'lead-over';
  const had = l.claims.some((c) => c.partner === offer.partner && c.at > offer.made);
  return offer.state === 'lost_race' || had ? 'offer-withdrawn' : undefined;
}

function decline(l: Lead, index: number, by: string, at: number): string {
  const offer = l.offers[index] as Offer;
  if (offer.contact !== by) return 'not-yours';
  const no = offer.state === 'declined' ? 'already-declined' : gone(l, offer, index);
  if (no) return no;
  Object.assign(offer, { state: 'declined', wished: null });
  done(l, 'decline', by, index, at);
  return 'ok';
}

/** Why an offer can no longer be turned down or passed on. */
function gone(l: Lead, offer: Offer, index: number): string | undefined {
  if (isOpen(offer)) return undefined;
  if (offer.state === 'void') return 'offer-bounced';
  const claim = held(l);
  if (claim) return offer.state === 'accepted' && claim.offer === index ? 'already-yours' : 'already-taken';
  return open.has(l.state) ? 'offer-withdrawn' : 'lead-over';
}

function chance(l: Lead, index: number, by: string, at: number): string {
  const offer = l.offers[index] as Offer;
  if (offer.contact !== by) return 'not-yours';
  if (held(l)?.offer === index) return 'already-yours';
  if (offer.state === 'declined') return 'already-declined';
  if (!open.has(l.state)) return 'lead-over';
  if (l.claims.some((c) => c.partner === offer.partner)) return 'offer-withdrawn';
  const theirs = l.offers.filter((o) => o.partner === offer.partner);
  if (!['expired', 'lost_race', 'withdrawn'].includes(offer.state) || theirs.some(isOpen))
    return 'illegal-move';
  if (theirs.some((o) => o.state === 'declined')) return 'already-declined';
  if (theirs.some((o) => o.asked !== null)) return 'already-asked';
  offer.asked = at;
  return 'ok';
}

function pass(w: World, l: Lead, v: Extract<Verb, { verb: 'pass' }>, at: number): string {
  const claim = held(l);
  // What was accepted is the claim from then on, whichever of the two a link is about.
  const isClaim = claim && (v.thing === 'claim' ? l.claims[v.index] === claim : claim.offer === v.index);
  const has = isClaim ? claim : v.thing === 'offer' ? openOffer(l, v.index) : undefined;
  if (!has) return 'refused';
  const to = partnerOfContact(w, v.to);
  const takesOver = v.to === v.by && to.key === has.partner;
  if ((has.contact !== v.by && !takesOver) || v.to === has.contact) return 'refused';
  if (!mayPass(w, l, has.partner, v.to, at)) return 'refused';
  const was = { contact: has.contact };
  if (isClaim) {
    if (!handOver(w, claim, v.to, at)) return 'refused';
    done(l, 'pass-claim', v.by, l.claims.indexOf(claim), at, was);
    return 'ok';
  }
  (has as Offer).state = 'withdrawn';
  l.offers.push(newOfferOf(l, { partner: to.key, contact: v.to, rank: (has as Offer).rank }, at));
  done(l, 'pass-offer', v.by, v.index, at, was);
  return 'ok';
}

const openOffer = (l: Lead, index: number): Offer | undefined => {
  const offer = l.offers[index];
  return offer && isOpen(offer) ? offer : undefined;
};

/** A colleague who is there; or whoever answers for a reseller below that has no history with the lead. */
function mayPass(w: World, l: Lead, from: string, to: string, at: number): boolean {
  const p = partnerOfContact(w, to);
  if (p.key === from) return !isAway(w, to, at);
  const history =
    l.claims.some((c) => c.partner === p.key && c.state !== 'active') ||
    l.offers.some((o) => o.partner === p.key && (isOpen(o) || o.state === 'declined'));
  return p.above === from && !history && reader(w, p, at) === to;
}

function report(w: World, l: Lead, say: Said, by: string | null, at: number): string {
  const claim = held(l);
  if (!claim) return by && !l.claims.some((c) => c.contact === by) ? 'not-yours' : 'illegal-move';
  if (by && by !== claim.contact) return 'not-yours';
  if (say === 'unchanged' && claim.owes === 'contact') return 'illegal-move';
  const index = l.claims.indexOf(claim);
  const was = { owes: claim.owes };
  if (say === 'return') {
    done(l, 'return', by ?? 'vendor', index, at, was);
    end(w, claim, 'returned');
    freed(l);
    return 'ok';
  }
  if (say === 'won' || say === 'lost') {
    end(w, claim, say);
    l.state = say;
    done(l, 'close', by ?? 'vendor', index, at, was);
    return 'ok';
  }
  if (say === 'contacted' || say === 'meeting' || say === 'quoted') claim.owes = 'update';
  done(l, 'report', by ?? 'vendor', index, at, was);
  return 'ok';
}

function recall(w: World, l: Lead, next: 'reoffer' | 'hold', at: number): string {
  const claim = held(l);
  if (claim || l.state === 'distributing') done(l, 'recall', 'vendor', -1, at);
  if (claim) {
    end(w, claim, 'recalled');
    if (next === 'reoffer') freed(l);
    else l.state = 'qualified';
    return 'ok';
  }
  if (l.state !== 'distributing') return 'illegal-move';
  for (const o of l.offers)
    if (isOpen(o) || (next === 'hold' && o.state === 'expired')) o.state = 'withdrawn';
  if (next === 'hold') l.state = 'unplaced';
  return 'ok';
}
