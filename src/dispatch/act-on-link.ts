import { mayAskAgain } from '../lead/chance.ts';
import { acceptOrHold } from '../lead/hold.ts';
import { type Act, activeAssignment, type Change, type LeadCase } from '../lead/lead-case.ts';
import type { Refusal } from '../lead/refusals.ts';
import { type Result, refuse } from '../lead/result.ts';
import { noteUsedUp } from '../lead/undo.ts';
import { holdOn } from '../lead/waits.ts';
import { otherOffer, takenLetter, takenReason } from '../letters/taken-letter.ts';
import { teaser } from '../letters/teaser.ts';
import type { Tx } from '../postgres/database.ts';
import { type OpenOffer, openOffersOf } from '../postgres/lead-reads.ts';
import { actOnAbsenceLink } from './absence-link.ts';
import { changeLead } from './change-lead.ts';
import { claimHeld } from './claim-held.ts';
import type { Deps } from './deps.ts';
import { type FormBody, readFields } from './form-fields.ts';
import { isKnown, type Known, type Stamp, stampFor, stranger, type Visitor } from './known-browser.ts';
import { type ActFields, decideLink, isReport, waveWidth } from './link-acts.ts';
import { actionPage, donePage, messagePage, refusalPage, urlOf, wishedPage } from './link-pages.ts';
import { findTarget, type LinkTarget } from './link-target.ts';
import { actorOf, knowingStanding, lost, type Shown, statusOf, usedUndos } from './open-link.ts';
import { addressee, mailDetails, partnerReader } from './partner-letters.ts';
import { withStanding } from './partner-standing.ts';
import { actOnPassing, isPassing, passingAgain } from './pass-on-link.ts';
import { type Posted, post, postAll, worded } from './post-letter.ts';
import { actOnStandingLink } from './standing-link.ts';
import { blockedPage, queuedPage, whyNotPage } from './waiting-pages.ts';

/** A page, or the way to one. */
export type Answered = Shown | { readonly status: 303; readonly location: string; readonly stamp?: Stamp };

/** Younger presses come from machines that follow everything at once. */
const fastestPressMs = 1000;

/**
 * POST of an action link. Counts only with the nonce our own GET has put into the form, with the decoy field empty
 * and, unless the browser is known, not within a second; otherwise the page again, without effect.
 */
export async function actOnLink(
  deps: Deps,
  token: string,
  body: FormBody,
  visitor: Visitor = stranger,
): Promise<Answered> {
  const pressed: Pressed = (nonce, of, at, person) =>
    isPressed(deps, nonce, of, at, isKnown(deps, visitor, person, at));
  const aboutPerson = await actOnAbsenceLink(deps, token, body, pressed);
  if (aboutPerson) return aboutPerson;
  const aboutPartner = await actOnStandingLink(deps, token, body, pressed);
  if (aboutPartner) return aboutPartner;
  const found = await findTarget(deps, token);
  if (!found.ok) return lost(deps, found);
  const { target, now } = found;
  if (!pressed(body['nonce'] ?? '', token, now, target.person) || (body['website'] ?? '') !== '')
    return isPassing(target) ? passingAgain(deps, target, now) : again(deps, target, now);
  if (isPassing(target)) return actOnPassing(deps, target, body, now);
  if (body['remail'] !== undefined) return remail(deps, target, now);
  const read = readFields(target, body);
  if (!read.ok) return { status: 422, page: actionPage(deps, target, { now, faults: read.faults }) };
  return act(deps, target, read.fields, now);
}

/** Whether a person has pressed the button of our own page. */
export type Pressed = (nonce: string, token: string, now: Date, person: Known) => boolean;

/** The nonce of our own page, and old enough that a person can have pressed. */
function isPressed(deps: Deps, nonce: string, token: string, now: Date, known: boolean): boolean {
  const read = deps.links.readNonce(nonce, token, now);
  return read.ok && (known || read.ageMs >= fastestPressMs);
}

async function act(deps: Deps, target: LinkTarget, fields: ActFields, now: Date): Promise<Answered> {
  const undone = await usedUndos(deps, target, now);
  const { claim } = target;
  const done = await changeLead(
    deps,
    { about: claim.obj },
    actorOf(target),
    (c, how, tx) => decide(deps, tx, c, target, fields, how, undone),
    waveWidth(claim.act),
  );
  if (!done.ok) return refused(deps, target, done.refusal, now);
  const answer = await answerTo(deps, target, fields, done.value, now);
  return { ...answer, stamp: stampFor(deps, target.person, now) };
}

async function answerTo(
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

/** Decides under the lead's lock; on a claim with what the partner owes elsewhere at that moment. */
async function decide(
  deps: Deps,
  tx: Tx,
  c: LeadCase,
  { claim }: LinkTarget,
  fields: ActFields,
  how: Act,
  undone: number,
): Promise<Result<Change>> {
  const wants = claim.act === 'accept' || claim.act === 'queue';
  const known = wants ? await withStanding(deps, tx, c, [claim.obj], how.at) : c;
  if (claim.act === 'accept') return acceptOrHold(known, claim.obj, fields.promise, how);
  return decideLink(known, claim, fields, how, undone) ?? refuse({ kind: 'not-found', what: 'act' });
}

/** The winning POST leads to a fresh lead link: the only way to the customer's data. */
async function winner(deps: Deps, t: LinkTarget, c: LeadCase, now: Date): Promise<Answered> {
  const held = activeAssignment(c);
  const hold = held ? undefined : holdOn(c, now);
  const waits = { ...t, case: c };
  if (hold?.offer.id === t.claim.obj)
    return { status: 409, page: await blockedPage(deps, waits, hold.until, now) };
  if (hold) return { status: 200, page: queuedPage(deps, waits, hold.until, now) };
  if (!held) return { status: 200, page: wishedPage(deps, t, now) };
  return { status: 303, location: urlOf(deps, t, { path: 'l', act: 'lead', obj: held.id }, now) };
}

async function refused(deps: Deps, t: LinkTarget, refusal: Refusal, now: Date): Promise<Answered> {
  const others = await openOffersOf(deps.db, t.person.id, t.case.lead.id, now);
  if (t.claim.act === 'accept') await postTaken(deps, t, refusal, others);
  if (refusal.kind === 'undo-used-up') return askedBack(deps, t, now);
  const status = statusOf(refusal);
  return {
    status: status === 200 && !refusal.kind.startsWith('already-') ? 409 : status,
    page: await whyNotPage(deps, await knowingStanding(deps, t, now), refusal, now, others),
  };
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

function again(deps: Deps, t: LinkTarget, now: Date): Answered {
  return { status: 200, page: actionPage(deps, t, { now, again: true }) };
}

/** "Mail me the details again": to the holder's address on file, nowhere else. */
async function remail(deps: Deps, t: LinkTarget, now: Date): Promise<Answered> {
  const held = activeAssignment(t.case);
  if (held?.offer_id !== t.claim.obj || held.contact_id !== t.person.id) {
    return { status: 403, page: refusalPage(deps, t, { kind: 'not-yours' }, now) };
  }
  const change = { case: t.case, facts: [] };
  // One more letter a minute at the most, however often the button is pressed.
  const occasion = `accepted-again:${Math.floor(now.getTime() / 60_000)}`;
  await deps.db.inTransaction(async (tx) => {
    const posting = { deps, tx, change, letters: [] };
    await mailDetails(posting, t.claim.obj, occasion);
    await postAll(
      deps,
      tx,
      posting.letters.map((l: Posted) => ({ ...l, view: worded(l.view, t.case.programme) })),
    );
  });
  return { status: 200, page: messagePage(deps, t, 'mailed', 'ok', now) };
}
