import { mayAskAgain } from '../lead/chance.ts';
import { activeAssignment, changeOf, draftOf, type LeadCase } from '../lead/lead-case.ts';
import type { Refusal } from '../lead/refusals.ts';
import { ok, refuse } from '../lead/result.ts';
import { noteUsedUp } from '../lead/undo.ts';
import { holdOn } from '../lead/waits.ts';
import { otherOffer, takenLetter, takenReason } from '../letters/taken-letter.ts';
import { teaser } from '../letters/teaser.ts';
import { type OpenOffer, openOffersOf } from '../postgres/lead-reads.ts';
import type { Answered } from './act-on-link.ts';
import { changeLead } from './change-lead.ts';
import { claimHeld } from './claim-held.ts';
import type { Deps } from './deps.ts';
import { type ActFields, isReport } from './link-acts.ts';
import { donePage, messagePage, refusalPage, urlOf, wishedPage } from './link-pages.ts';
import { findTarget, type LinkTarget } from './link-target.ts';
import { actorOf, statusOf } from './open-link.ts';
import { addressee, mailDetails, partnerReader } from './partner-letters.ts';
import { withStanding } from './partner-standing.ts';
import { type Posted, post, postAll, worded } from './post-letter.ts';
import { blockedPage, queuedPage, whyNotPage } from './waiting-pages.ts';

/** What somebody sees who has pressed the button of an action link. */

/** After the act: the lead page for whoever has won, what was noted for everybody else. */
export async function answerTo(
  deps: Deps,
  target: LinkTarget,
  fields: ActFields,
  changed: LeadCase,
  now: Date,
): Promise<Answered> {
  const { claim } = target;
  if (claim.act === 'accept' || claim.act === 'queue') return winner(deps, target, changed, now);
  const partner = target.person.partner_id;
  const kept = partner && isReport(claim.act) ? await claimHeld(deps, partner, 'link') : [];
  const after = await findTarget(deps, target.token);
  const t = after.ok ? after.target : target;
  const { money, date, time, reason } = fields;
  return {
    status: 200,
    page: donePage(deps, t, { verb: claim.act, money, date, time, reason }, after.now, kept),
  };
}

/** The winning POST leads to a fresh lead link: the only way to the customer's data. */
async function winner(deps: Deps, t: LinkTarget, c: LeadCase, now: Date): Promise<Answered> {
  const held = activeAssignment(c);
  const hold = held ? undefined : holdOn(c, now);
  const waits = { ...t, case: c };
  if (hold?.offer.id === t.claim.obj)
    return { status: 409, page: await blockedPage(deps, waits, hold.until, now) };
  if (hold) return { status: 200, page: queuedPage(deps, waits, hold.until, now) };
  if (!held) return { status: 200, page: wishedPage(deps, waits, now) };
  return { status: 303, location: urlOf(deps, t, { path: 'l', act: 'lead', obj: held.id }, now) };
}

/** Why it cannot be; whoever wanted the lead is told by mail as well. */
export async function refused(deps: Deps, t: LinkTarget, refusal: Refusal, now: Date): Promise<Answered> {
  const others = await openOffersOf(deps.db, t.person.id, t.case.lead.id, now);
  if (t.claim.act === 'accept') await postTaken(deps, t, refusal, others);
  if (refusal.kind === 'undo-used-up') return askedBack(deps, t, now);
  const status = statusOf(refusal);
  return {
    status: status === 200 && !refusal.kind.startsWith('already-') ? 409 : status,
    page: await whyNotPage(deps, await knowingStanding(deps, t, now), refusal, now, others),
  };
}

/** Whoever wants to claim may owe a word elsewhere, since a moment ago. */
async function knowingStanding(deps: Deps, t: LinkTarget, now: Date): Promise<LinkTarget> {
  const { act, obj } = t.claim;
  if (act !== 'accept' && act !== 'queue') return t;
  return { ...t, case: await withStanding(deps, deps.db, t.case, [obj], now) };
}

/** Nothing is undone; the account manager hears that somebody wants to, once for each lead. */
async function askedBack(deps: Deps, t: LinkTarget, now: Date): Promise<Answered> {
  await changeLead(deps, { about: t.claim.obj }, actorOf(t), noteUsedUp);
  const page = messagePage(deps, t, 'undo-asked', 'info', now);
  return { status: 409, page: { ...page, lead: teaser(t.case.lead) } };
}

/** Whoever tried and came too late gets one friendly mail; whoever already has the lead needs none. */
async function postTaken(
  deps: Deps,
  t: LinkTarget,
  refusal: Refusal,
  others: readonly OpenOffer[],
): Promise<void> {
  const reason = takenReason(refusal);
  const offer = t.case.offers.find((o) => o.id === t.claim.obj);
  const to = offer && partnerReader(t.case, offer);
  if (
    !reason ||
    reason === 'already-yours' ||
    reason === 'not-yours' ||
    !offer ||
    !to ||
    offer.contact_id !== t.person.id
  )
    return;
  const at = 'takenAt' in refusal ? refusal.takenAt : 'at' in refusal ? refusal.at : null;
  const view = takenLetter({
    ...to,
    lead: t.case.lead,
    reason,
    at,
    others: others.map((o) => otherOffer(o.lead, o)),
    chanceOffer: mayAskAgain(t.case, offer) ? offer.id : null,
  });
  const letter = {
    key: `taken:${offer.id}`,
    lead_id: t.case.lead.id,
    offer_id: offer.id,
    view: worded(view, t.case.programme),
    to: addressee(to.contact),
  };
  await deps.db.inTransaction((tx) => post(deps, tx, letter));
}

/** "Mail me the details again": to the holder's address on file, nowhere else, and to whoever is the holder under the lead's lock. */
export async function remail(deps: Deps, t: LinkTarget, now: Date): Promise<Answered> {
  const { obj } = t.claim;
  const done = await changeLead(deps, { about: obj }, actorOf(t), async (c, act, tx) => {
    const held = activeAssignment(c);
    if (held?.offer_id !== obj || held.contact_id !== t.person.id) return refuse({ kind: 'not-yours' });
    const change = changeOf(draftOf(c, act));
    const posting = { deps, tx, change, letters: [] };
    // One more letter a minute at the most, however often the button is pressed.
    await mailDetails(posting, obj, `accepted-again:${Math.floor(tx.now.getTime() / 60_000)}`);
    await postAll(
      deps,
      tx,
      posting.letters.map((l: Posted) => ({ ...l, view: worded(l.view, c.programme) })),
    );
    return ok(change);
  });
  if (!done.ok) return { status: 403, page: refusalPage(deps, t, done.refusal, now) };
  return { status: 200, page: messagePage(deps, t, 'mailed', 'ok', now) };
}
