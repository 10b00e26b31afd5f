import { end, handOver } from './claims.ts';
import { freed, take } from './waves.ts';
import {
  type Claim,
  type Deed,
  held,
  isOpen,
  type Lead,
  type Offer,
  partnerOf,
  partnerOfContact,
  type World,
  weekOf,
} from './world.ts';

const minutes10 = 600_000;
const days30 = 30 * 86_400_000;

/** The person's last deed on the lead, within ten minutes; accepts and claims passed on twice a month. */
export function undo(w: World, l: Lead, by: string, at: number): string {
  const deed = l.deeds.findLast((d) => d.by === by && !d.undone && d.by !== 'vendor');
  if (!deed || at - deed.at > minutes10) return 'refused';
  const end = takeBack[deed.what](w, l, deed, at);
  if (!end) return 'refused';
  deed.undone = true;
  return 'ok';
}

const usedUp = (w: World, by: string, at: number): boolean =>
  partnerOfContact(w, by).undone.filter((u) => u >= at - days30).length >= 2;
/** Somebody has since reported on the claim or given it time. */
const followed = (l: Lead, deed: Deed): boolean =>
  l.deeds
    .slice(l.deeds.indexOf(deed) + 1)
    .some((d) => ['report', 'extend'].includes(d.what) && d.thing === deed.thing && !d.undone);

const takeBack: Record<Deed['what'], (w: World, l: Lead, d: Deed, at: number) => boolean> = {
  accept: (w, l, d, at) => {
    const claim = held(l);
    if (claim?.offer !== d.thing || claim.contact !== d.by || usedUp(w, d.by, at)) return false;
    end(w, claim, 'returned');
    const p = partnerOf(w, claim.partner);
    p.undone.push(at);
    const week = weekOf(claim.at);
    p.weeks[week] = Math.max(0, (p.weeks[week] ?? 0) - 1);
    (l.offers[d.thing] as Offer).state = 'withdrawn';
    freed(l);
    return true;
  },
  wish: (_w, l, d) => {
    const offer = l.offers[d.thing] as Offer;
    if (offer.state !== 'sent' || offer.wished === null) return false;
    offer.wished = null;
    return true;
  },
  decline: (_w, l, d) => {
    const offer = l.offers[d.thing] as Offer;
    if (offer.state !== 'declined' || (l.state !== 'distributing' && l.state !== 'unplaced')) return false;
    offer.state = 'sent';
    l.state = 'distributing';
    // The wave that the no has opened goes back to sleep, unless a letter of it has left.
    const made = l.offers.slice(d.was.offers);
    if (made.some((o) => o.state !== 'scheduled')) return true;
    for (const o of made) o.state = 'withdrawn';
    l.wave = d.was.wave;
    return true;
  },
  return: (w, l, d, at) => {
    const claim = l.claims[d.thing] as Claim;
    const later = l.deeds
      .slice(l.deeds.indexOf(d) + 1)
      .some((x) => x.what === 'recall' || x.what === 'return');
    const waits = ['qualified', 'distributing', 'unplaced'].includes(l.state);
    if (claim.contact !== d.by || !waits || later || l.claims.at(-1) !== claim) return false;
    if (!take(partnerOf(w, claim.partner), at, false)) return false;
    l.offers.forEach((o, i) => {
      if (isOpen(o) && (i >= d.was.offers || o.opened >= d.at)) o.state = 'withdrawn';
    });
    Object.assign(claim, { state: 'active', owes: d.was.owes });
    Object.assign(l, { state: 'claimed', wave: d.was.wave });
    return true;
  },
  report: (_w, l, d) => {
    const claim = l.claims[d.thing] as Claim;
    if (claim.state !== 'active' || claim.contact !== d.by || followed(l, d)) return false;
    claim.owes = d.was.owes;
    return true;
  },
  close: (w, l, d, at) => {
    const claim = l.claims[d.thing] as Claim;
    const over = l.state === claim.state && l.claims.at(-1) === claim;
    if (!over || claim.contact !== d.by || followed(l, d) || !take(partnerOf(w, claim.partner), at, false))
      return false;
    Object.assign(claim, { state: 'active', owes: d.was.owes });
    l.state = 'claimed';
    return true;
  },
  extend: () => false,
  recall: () => false,
  'pass-offer': (_w, l, d) => {
    const made = l.offers.filter((o) => o.made === d.at);
    const offer = l.offers[d.thing] as Offer;
    if (offer.state !== 'withdrawn' || made.some((o) => !isOpen(o))) return false;
    for (const one of made) one.state = 'withdrawn';
    offer.state = 'sent';
    return true;
  },
  'pass-claim': (w, l, d, at) => {
    const claim = l.claims[d.thing] as Claim;
    const later = l.deeds.slice(l.deeds.indexOf(d) + 1).some((x) => x.what === 'pass-claim' && !x.undone);
    if (claim.state !== 'active' || later || followed(l, d) || usedUp(w, d.by, at)) return false;
    if (!handOver(w, claim, d.was.contact, at)) return false;
    partnerOfContact(w, d.by).undone.push(at);
    return true;
  },
};
