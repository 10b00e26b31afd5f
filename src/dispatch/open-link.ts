import { explained } from '../lead/pass-on.ts';
import type { Refusal } from '../lead/refusals.ts';
import type { PageView } from '../letters/page-view.ts';
import { openOffersOf } from '../postgres/lead-reads.ts';
import { namesOf } from '../postgres/people.ts';
import { openAbsenceLink } from './absence-link.ts';
import { type Actor, actOf, type Deps } from './deps.ts';
import { pressesItself, type Stamp, stranger, type Visitor } from './known-browser.ts';
import { leadPage } from './lead-page.ts';
import { decideLink, noFields } from './link-acts.ts';
import { actionPage, messagePage, refusalPage } from './link-pages.ts';
import { type Found, findTarget, type LinkTarget } from './link-target.ts';
import { isPassing, openPassing } from './pass-on-link.ts';
import { openStandingLink } from './standing-link.ts';
import { undonesOf } from './undone-accepts.ts';
import { whyNotPage } from './waiting-pages.ts';

/** A page to send, with its status. */
export interface Shown {
  readonly status: number;
  readonly page: PageView;
  /** After an act: what the browser keeps. */
  readonly stamp?: Stamp;
}

/** GET of an action link: shows what would happen, or what is. Changes nothing, whoever asks and how often. */
export async function openActionLink(deps: Deps, token: string, visitor: Visitor = stranger): Promise<Shown> {
  const aboutPerson = await openAbsenceLink(deps, token);
  if (aboutPerson) return aboutPerson;
  const aboutPartner = await openStandingLink(deps, token);
  if (aboutPartner) return aboutPartner;
  const found = await findTarget(deps, token);
  if (!found.ok) return lost(deps, found);
  const { now, target } = found;
  if (isPassing(target)) return openPassing(deps, target, now);
  const act = actOf(deps, { now }, actorOf(target));
  const would = decideLink(target.case, target.claim, noFields, act, await usedUndos(deps, target, now));
  if (!would) return { status: 404, page: messagePage(deps, target, 'not-found', 'sorry', now) };
  if (would.ok) {
    const page = actionPage(deps, target, { now });
    const autoSubmit = await pressesItself(deps, target, page.form.fields, visitor, now);
    return { status: 200, page: { ...page, autoSubmit } };
  }
  const others = await openOffersOf(deps.db, target.person.id, target.case.lead.id, now);
  return {
    status: statusOf(would.refusal),
    page: await whyNotPage(deps, target, would.refusal, now, others),
  };
}

/** GET of a lead link: the customer, for whoever holds the claim, and for nobody else. */
export async function openLeadLink(deps: Deps, token: string): Promise<Shown> {
  const found = await findTarget(deps, token);
  if (!found.ok) return lost(deps, found);
  const { target, now } = found;
  const held = target.case.assignments.find((a) => a.id === target.claim.obj);
  const theirs = held?.contact_id === target.person.id && ['active', 'won', 'lost'].includes(held.state);
  if (target.claim.act !== 'lead' || !held || !theirs || isOver(held.outcome?.at ?? null, now)) {
    const refusal = explained(target.case, target.claim.obj, actorOf(target)) ?? { kind: 'not-yours' };
    return { status: 403, page: refusalPage(deps, target, refusal, now) };
  }
  const names = await namesOf(
    deps.db,
    target.case.facts.flatMap((f) => (f.who.id && isUuid(f.who.id) ? [f.who.id] : [])),
  );
  return {
    status: 200,
    page: leadPage(deps, target, new Map([...names].map(([id, n]) => [id, n.name])), now),
  };
}

/** What a visitor with a link that leads nowhere is told; a link whose time is over can be had anew. */
export function lost(deps: Deps, found: Extract<Found, { ok: false }>): Shown {
  const status = found.why === 'link-expired' ? 410 : found.why === 'not-yours' ? 403 : 404;
  const page = messagePage(deps, null, found.why, 'sorry', found.now);
  const { renew: token, now } = found;
  if (!token) return { status, page };
  const nonce = deps.links.mintNonce(token, now);
  return { status, page: { ...page, form: { post: `/a/${token}`, nonce, fields: [], word: 'new-link' } } };
}

/** The same for links about something else than a lead. */
export const expired = (deps: Deps, token: string, now: Date): Shown =>
  lost(deps, { ok: false, why: 'link-expired', now, renew: token });

export const actorOf = (t: LinkTarget): Actor => ({
  who: { kind: t.person.kind, id: t.person.id },
  channel: 'link',
});

export const usedUndos = async (deps: Deps, t: LinkTarget, now: Date): Promise<number> =>
  t.claim.act === 'undo' ? undonesOf(deps, t.person, now) : 0;

/** A kind page is no error; only what is gone or was never there says so. */
export function statusOf(refusal: Refusal): number {
  if (refusal.kind === 'not-found') return 404;
  if (refusal.kind === 'not-yours') return 403;
  return refusal.kind === 'offer-withdrawn' ||
    refusal.kind === 'lead-over' ||
    refusal.kind === 'offer-bounced'
    ? 410
    : 200;
}

/** The lead page stays open until 90 days after the end. */
const isOver = (ended: Date | null, now: Date): boolean =>
  ended !== null && now.getTime() - ended.getTime() > 90 * 24 * 3_600_000;

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
