import { absenceAt } from './absence.ts';
import { addBusiness, businessMs } from './calendar.ts';
import { calendarOf, contactOf, type Draft, type LeadCase, note } from './lead-case.ts';
import type { Offer } from './offer.ts';
import { isOpenOffer } from './tables.ts';

/**
 * A fair race: for the programme's `fair_window` yeses are collected, that long from each partner's own delivery and in
 * its own business time; then the best score wins, not the fastest relay.
 */

/** Whether a yes is noted and decided later, instead of taking the lead at once. */
export const isFair = (c: Pick<LeadCase, 'programme'>): boolean =>
  c.programme.distribution.fair_window !== null;

/** Yeses that wait for the decision. */
export const wishes = (c: Pick<LeadCase, 'offers'>): Offer[] =>
  c.offers.filter((o) => o.state === 'sent' && o.wished_at);

/**
 * When the collected yeses are decided: when nobody else can say yes within a window of their own any more. A letter
 * that has not left yet is waited for as long as a window lasts. Null while nobody has said yes.
 */
export function decisionAt(c: LeadCase): Date | null {
  const said = wishes(c);
  if (!isFair(c) || said.length === 0) return null;
  // Whose letter waits for a time of their own is not waited for.
  const asked = c.offers.filter((o) => isOpenOffer(o.state) && !(o.state === 'scheduled' && o.opens_at));
  const silent = asked.filter((o) => !o.wished_at);
  const ends = [...said.map((o) => o.wished_at as Date), ...silent.map((o) => collectedUntil(c, o))];
  return new Date(Math.max(...ends.map((end) => end.getTime())));
}

/** The end of an offer's own window. */
function collectedUntil(c: LeadCase, offer: Offer): Date {
  const window = c.programme.distribution.fair_window ?? 'PT0S';
  return addBusiness(calendarOf(c, offer), offer.sent_at ?? offer.created_at, window);
}

/**
 * The yes that gets the lead: those within their own window first, by score, then by the time it took since the
 * delivery, then by id. Without partners who cannot take a lead now.
 *
 * @param full partners whose capacity is used up
 */
export function fairWinner(c: LeadCase, at: Date, full: ReadonlySet<string>): Offer | undefined {
  const inTime = (o: Offer): boolean => (o.wished_at as Date) <= collectedUntil(c, o);
  const took = (o: Offer): number =>
    businessMs(calendarOf(c, o), o.sent_at ?? o.created_at, o.wished_at as Date);
  return wishes(c)
    .filter((o) => !full.has(o.partner_id) && canTake(c, o, at))
    .sort(
      (a, b) =>
        Number(inTime(b)) - Number(inTime(a)) ||
        (inTime(a) ? b.score - a.score : 0) ||
        took(a) - took(b) ||
        (a.id < b.id ? -1 : 1),
    )[0];
}

function canTake(c: LeadCase, offer: Offer, at: Date): boolean {
  const contact = contactOf(c, offer);
  const barred = c.partners.get(offer.partner_id)?.suspended || c.standing?.get(offer.partner_id)?.blocked;
  return !barred && contact !== undefined && !absenceAt(contact, at);
}

/** Forgets yeses that could not be granted; their offers stay open. */
export function forgetWishes(d: Draft): void {
  for (const offer of wishes(d)) {
    d.offers = d.offers.map((o) => (o.id === offer.id ? { ...o, ...noWish } : o));
    note(d, 'wish.undone', { thing: 'offer', id: offer.id });
  }
}

export const noWish = { wished_at: null, wished_promise: null } as const;
