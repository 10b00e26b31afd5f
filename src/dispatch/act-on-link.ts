import { changeAnswer } from '../lead/change-answer.ts';
import { acceptOrHold } from '../lead/hold.ts';
import type { Act, Change, LeadCase } from '../lead/lead-case.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
import type { Tx } from '../postgres/database.ts';
import { actOnAbsenceLink } from './absence-link.ts';
import { answerTo, refused, remail } from './act-answers.ts';
import { changeLead, type Decide } from './change-lead.ts';
import type { Deps } from './deps.ts';
import { type FormBody, readFields } from './form-fields.ts';
import { isKnown, type Known, type Stamp, stampFor, stranger, type Visitor } from './known-browser.ts';
import { type ActFields, decideLink, waveWidth } from './link-acts.ts';
import { actionPage, messagePage } from './link-pages.ts';
import { findTarget, type LinkTarget } from './link-target.ts';
import { mailFreshLink } from './mail-fresh-link.ts';
import { actorOf, lost, openActionLink, type Shown } from './open-link.ts';
import { withStanding } from './partner-standing.ts';
import { actOnPassing, isPassing, passingAgain } from './pass-on-link.ts';
import { actOnStandingLink } from './standing-link.ts';
import { tripwire } from './tripwire.ts';
import { undonesBefore } from './undone-accepts.ts';

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
  if (body['new-link'] !== undefined) return mailFreshLink(deps, token, body, pressed);
  const aboutPerson = await actOnAbsenceLink(deps, token, body, pressed);
  if (aboutPerson) return aboutPerson;
  const aboutPartner = await actOnStandingLink(deps, token, body, pressed);
  if (aboutPartner) return aboutPartner;
  const found = await findTarget(deps, token);
  if (!found.ok) return lost(deps, found);
  const { target, now } = found;
  if (!pressed(body['nonce'] ?? '', token, now, target.person) || (body['website'] ?? '') !== '')
    return isPassing(target) ? passingAgain(deps, target, now) : again(deps, token);
  if (isPassing(target)) return actOnPassing(deps, target, body, now);
  if (body['remail'] !== undefined) return remail(deps, target, now);
  const read = readFields(target, body);
  if (!read.ok) return { status: 422, page: actionPage(deps, target, { now, faults: read.faults }) };
  return act(deps, target, { body, fields: read.fields, visitor }, now);
}

/** Whether a person has pressed the button of our own page. */
export type Pressed = (nonce: string, token: string, now: Date, person: Known) => boolean;

/** The nonce of our own page, and old enough that a person can have pressed. */
function isPressed(deps: Deps, nonce: string, token: string, now: Date, known: boolean): boolean {
  const read = deps.links.readNonce(nonce, token, now);
  return read.ok && (known || read.ageMs >= fastestPressMs);
}

async function act(
  deps: Deps,
  target: LinkTarget,
  pressed: { readonly body: FormBody; readonly fields: ActFields; readonly visitor: Visitor },
  now: Date,
): Promise<Answered> {
  const { claim, person } = target;
  const { body, fields, visitor } = pressed;
  // The button of a page that shows the other answer: the mind is changed, knowingly.
  const changes = (claim.act === 'accept' || claim.act === 'decline') && body[claim.act] !== undefined;
  let suspected = false;
  const decideNow: Decide = async (c, how, tx) => {
    const back = await tripwire(deps, tx, c, target, visitor, how);
    suspected = back !== undefined;
    if (back) return ok(back);
    const undone = changes || claim.act === 'undo' ? await undonesBefore(tx, person) : 0;
    return decide(deps, tx, c, target, { fields, undone, changes }, how);
  };
  const done = await changeLead(deps, { about: claim.obj }, actorOf(target), decideNow, waveWidth(claim.act));
  if (suspected) return { status: 409, page: messagePage(deps, target, 'conflict', 'info', now) };
  if (!done.ok) return refused(deps, target, done.refusal, now);
  const stamp = stampFor(deps, person, now);
  if (changes && claim.act === 'decline')
    return { status: 200, page: messagePage(deps, target, 'undone', 'ok', now), stamp };
  return { ...(await answerTo(deps, target, fields, done.value, now)), stamp };
}

/** Decides under the lead's lock; on a claim with what the partner owes elsewhere at that moment. */
export async function decide(
  deps: Deps,
  tx: Tx,
  c: LeadCase,
  { claim }: LinkTarget,
  { fields, undone, changes }: { fields: ActFields; undone: number; changes: boolean },
  how: Act,
): Promise<Result<Change>> {
  const { act, obj } = claim;
  const { promise } = fields;
  const wants = act === 'accept' || act === 'queue';
  const known = wants ? await withStanding(deps, tx, c, [obj], how.at) : c;
  const other = changes && changeAnswer(known, { answer: act, offer: obj, promise }, undone, how);
  if (other) return other;
  if (act === 'accept') return acceptOrHold(known, obj, promise, how);
  return decideLink(known, claim, fields, how, undone) ?? refuse({ kind: 'not-found', what: 'act' });
}

/** The page once more, with a fresh nonce; or why the act cannot be any more. */
async function again(deps: Deps, token: string): Promise<Answered> {
  const { status, page } = await openActionLink(deps, token);
  return { status, page: page.kind === 'action' ? { ...page, again: true } : page };
}
