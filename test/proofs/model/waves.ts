import {
  isAway,
  isOpen,
  type Lead,
  newOfferOf,
  type Offer,
  type Partner,
  reader,
  rules,
  type World,
  weekOf,
} from './world.ts';

/** How the distribution goes on: who is asked next, and when a lead is given up. */

/** A place of the partner's capacity; a claim that is only opened again takes none of the week. */
export function take(p: Partner, at: number, fresh = true): boolean {
  const week = weekOf(at);
  if (p.cap.open !== null && p.open >= p.cap.open) return false;
  if (fresh && p.cap.week !== null && (p.weeks[week] ?? 0) >= p.cap.week) return false;
  p.open += 1;
  if (fresh) {
    p.weeks[week] = (p.weeks[week] ?? 0) + 1;
    p.lastWeek = week;
  }
  return true;
}

/** Back on the market: everybody who may be asked is asked anew. */
export function freed(l: Lead): void {
  Object.assign(l, { state: 'distributing', wave: 0 });
}

/** Why a partner is not asked for a lead (again); undefined for one who may be. */
export function barred(w: World, l: Lead, p: Partner, at: number): string | undefined {
  const offers = l.offers.filter((o) => o.partner === p.key);
  if (offers.some((o) => o.state === 'declined')) return 'declined';
  if (l.claims.some((c) => c.partner === p.key && (c.state === 'recalled' || c.state === 'returned')))
    return 'had it';
  if (offers.some((o) => o.state !== 'lost_race' && o.state !== 'withdrawn')) return 'was asked';
  if (p.cap.open !== null && p.open >= p.cap.open) return 'full';
  if (p.cap.week !== null && (p.weeks[weekOf(at)] ?? 0) >= p.cap.week) return 'full this week';
  return reader(w, p, at) ? undefined : 'away';
}

/**
 * After whatever happened: a lead on the market without an open offer gets its next wave, or is given up; offers that
 * bounced while others are open are replaced one for one.
 */
export function settle(
  w: World,
  l: Lead,
  at: number,
  how: { width?: number | undefined; voided?: number; not?: readonly string[] } = {},
): void {
  if (l.state !== 'distributing') return;
  const free = w.partners.filter((p) => !how.not?.includes(p.key) && !barred(w, l, p, at));
  if (!l.offers.some(isOpen)) openWave(w, l, free, at, how.width);
  else for (const p of free.slice(0, how.voided ?? 0)) offerTo(w, l, p, at);
}

function openWave(w: World, l: Lead, free: readonly Partner[], at: number, width?: number): void {
  const { size: usual, waves } = rules[l.rules] as (typeof rules)[string];
  const size = width ?? usual;
  const again = askers(w, l, at).slice(0, size);
  const chosen = free.filter((p) => !again.some((o) => o.partner === p.key)).slice(0, size - again.length);
  const had = l.wave - (reachedNobody(l) ? 1 : 0);
  if (again.length + chosen.length === 0 || had >= waves) {
    l.state = 'unplaced';
    return;
  }
  l.wave = had + 1;
  for (const o of again)
    Object.assign(o, {
      state: 'sent',
      round: o.round + 1,
      wave: l.wave,
      asked: null,
      wished: null,
      opened: at,
    });
  for (const p of chosen) offerTo(w, l, p, at);
}

function offerTo(w: World, l: Lead, p: Partner, at: number): void {
  l.offers.push(
    newOfferOf(l, { partner: p.key, contact: reader(w, p, at) as string, rank: w.partners.indexOf(p) }, at),
  );
}

/** Who asked for another chance, is there, and has not had the lead: first asked, first served. */
const askers = (w: World, l: Lead, at: number): Offer[] =>
  l.offers
    .filter((o) => o.asked !== null && ['expired', 'lost_race', 'withdrawn'].includes(o.state))
    .filter((o) => !isAway(w, o.contact, at) && !l.claims.some((c) => c.partner === o.partner))
    .filter((o) => !l.offers.some((x) => x.partner === o.partner && (isOpen(x) || x.state === 'declined')))
    .sort((a, b) => (a.asked ?? 0) - (b.asked ?? 0));

/** A wave whose last batch bounced to the last letter does not count. */
function reachedNobody(l: Lead): boolean {
  const last = l.offers.at(-1);
  if (last?.wave !== l.wave) return false;
  return l.offers
    .filter((o) => o.wave === last.wave && o.made === last.made)
    .every((o) => o.state === 'void');
}
