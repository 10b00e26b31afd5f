import type { PromiseWord } from './assignment.ts';
import { isFree } from './distribute.ts';
import { type Act, type Change, changeOf, draftOf, type LeadCase, note } from './lead-case.ts';
import type { Offer } from './offer.ts';
import type { OfferState } from './tables.ts';

/** What is noted about an offer whose reader wants the lead and cannot have it yet. */
export interface Wait {
  readonly offer_id: string;
  /** First in line until then; given once, never moved. */
  readonly hold_until: Date | null;
  /** Next in line since then; null again once the line has ended. */
  readonly queued_at: Date | null;
  readonly promise: PromiseWord | null;
}

export interface InLine {
  readonly offer: Offer;
  readonly since: Date;
  readonly promise: PromiseWord | null;
}

export const waitOf = (c: LeadCase, offerId: string): Wait | undefined =>
  c.waits?.find((w) => w.offer_id === offerId);

/** Only an offer that could still be accepted keeps a place. */
const counts: ReadonlySet<OfferState> = new Set(['scheduled', 'sent', 'expired']);

/** The hold in force on a lead. */
export function holdOn(c: LeadCase, now: Date): { readonly offer: Offer; readonly until: Date } | undefined {
  for (const { offer_id, hold_until: until } of c.waits ?? []) {
    const offer = c.offers.find((o) => o.id === offer_id);
    if (offer && counts.has(offer.state) && until && until > now) return { offer, until };
  }
  return undefined;
}

/** Who stands in line, the first to ask first. @param which `all` also those whose offer has ended meanwhile */
export function queueOf(c: LeadCase, which: 'claimable' | 'all' = 'claimable'): InLine[] {
  return (c.waits ?? [])
    .flatMap(({ offer_id, queued_at: since, promise }): InLine[] => {
      const offer = c.offers.find((o) => o.id === offer_id);
      return offer && since && (which === 'all' || counts.has(offer.state))
        ? [{ offer, since, promise }]
        : [];
    })
    .sort((a, b) => a.since.getTime() - b.since.getTime() || (a.offer.id < b.offer.id ? -1 : 1));
}

/** When the first in line is to get the lead: at the end of the hold, or since they asked where there is none any more. */
export function lineDue(c: LeadCase): Date | null {
  const first = isFree(c) ? queueOf(c)[0] : undefined;
  return first ? (holdOn(c, first.since)?.until ?? first.since) : null;
}

/** The lead is somebody's, or nobody in line can have it: those who waited are told, and wait no more. */
export function endLine(change: Change, winner: string | null, act: Act): Change {
  const line = queueOf(change.case, 'all');
  if (line.length === 0) return change;
  const d = draftOf(change, act);
  for (const { offer } of line)
    if (offer.id !== winner) note(d, 'queue.missed', { thing: 'offer', id: offer.id });
  const waits = (change.case.waits ?? []).map((w) => ({ ...w, queued_at: null }));
  const ended = changeOf(d);
  return { ...ended, case: { ...ended.case, waits } };
}
