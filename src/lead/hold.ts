import type { PromiseWord } from './assignment.ts';
import { accept } from './claim.ts';
import { isFair } from './fair.ts';
import { type Act, type Change, changeOf, draftOf, type LeadCase, note } from './lead-case.ts';
import { ok, type Result } from './result.ts';
import { endLine, holdOn, queueOf, type Wait, waitOf } from './waits.ts';

/**
 * Who waits for a lead: a partner that owes a word may keep it for three minutes while it says that word; whoever wants
 * it meanwhile stands in line. Neither is a state of an offer, and a hold is given once an offer.
 */

const holdMs = 3 * 60_000;

/** A press of "accept": claims, or where the partner owes a word first, keeps the lead for it for three minutes, once. */
export function acceptOrHold(
  c: LeadCase,
  offerId: string,
  promise: PromiseWord | null,
  act: Act,
): Result<Change> {
  const done = accept(c, offerId, promise, act);
  if (done.ok || done.refusal.kind !== 'claims-blocked') return done;
  // Where yeses are collected nobody is first, and there is time to say the word.
  if (isFair(c)) return done;
  // Given once, never again, and never before somebody else's, or before whoever stands in line.
  if (waitOf(c, offerId)?.hold_until || holdOn(c, act.at) || queueOf(c).length > 0) return done;
  const until = new Date(act.at.getTime() + holdMs);
  const d = draftOf(c, act);
  note(d, 'hold.taken', { thing: 'offer', id: offerId, data: { until: until.getTime() } });
  return ok(withWait(changeOf(d), offerId, { hold_until: until, promise }));
}

/** "Be next": a place in line behind a hold; where the lead is free meanwhile, simply the claim. */
export function queue(c: LeadCase, offerId: string, promise: PromiseWord | null, act: Act): Result<Change> {
  const done = accept(c, offerId, promise, act);
  if (done.ok || done.refusal.kind !== 'first-in-line' || done.refusal.queued) return done;
  const d = draftOf(c, act);
  note(d, 'queue.joined', { thing: 'offer', id: offerId });
  return ok(withWait(changeOf(d), offerId, { queued_at: act.at, promise }));
}

/** A yes in one word, as a reply says it: claims, keeps the lead, or stands in line, whatever can be now. */
export function sayYes(c: LeadCase, offerId: string, promise: PromiseWord | null, act: Act): Result<Change> {
  const done = acceptOrHold(c, offerId, promise, act);
  return !done.ok && done.refusal.kind === 'first-in-line' ? queue(c, offerId, promise, act) : done;
}

/**
 * The hold is over: the first in line who may claim gets the lead. Undefined when nobody's turn has come.
 *
 * @param full partners without room for another claim
 */
export function nextInLine(c: LeadCase, full: ReadonlySet<string>, act: Act): Change | undefined {
  const line = queueOf(c);
  if (line.length === 0 || holdOn(c, act.at)) return undefined;
  for (const [i, { offer, promise }] of line.entries()) {
    if (full.has(offer.partner_id)) continue;
    const passed = new Set(line.slice(0, i).map((before) => before.offer.id));
    const [ahead, waits] = [true, false].map((is) =>
      (c.waits ?? []).filter((w) => passed.has(w.offer_id) === is),
    ) as [Wait[], Wait[]];
    const evidence = { ...act.evidence, rule: 'queue' };
    const who = { kind: 'contact', id: offer.contact_id } as const;
    const done = accept({ ...c, waits }, offer.id, promise, { ...act, who, evidence });
    if (!done.ok) continue;
    const all = [...ahead, ...(done.value.case.waits ?? [])];
    const change = { ...done.value, case: { ...done.value.case, waits: all } };
    return endLine(change, offer.id, act);
  }
  return endLine({ case: c, facts: [] }, null, act);
}

function withWait(change: Change, offerId: string, set: Partial<Wait>): Change {
  const blank: Wait = { offer_id: offerId, hold_until: null, queued_at: null, promise: null };
  const waits = change.case.waits ?? [];
  const wait = { ...blank, ...waits.find((w) => w.offer_id === offerId), ...set };
  const others = waits.filter((w) => w.offer_id !== offerId);
  return { ...change, case: { ...change.case, waits: [...others, wait] } };
}
