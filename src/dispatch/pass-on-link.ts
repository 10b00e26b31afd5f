import type { LeadCase } from '../lead/lead-case.ts';
import { activeAssignment } from '../lead/lead-case.ts';
import { hasIt, heirsOf, passOn, type Somebody } from '../lead/pass-on.ts';
import { ownLinkLetter } from '../letters/hand-over-letter.ts';
import type { ActionPage, Field, Heir } from '../letters/page-view.ts';
import type { Tx } from '../postgres/database.ts';
import { countLetters } from '../postgres/letters.ts';
import type { Answered } from './act-on-link.ts';
import { changeLead } from './change-lead.ts';
import type { Deps } from './deps.ts';
import { findBelow } from './find-below.ts';
import type { FormBody } from './form-fields.ts';
import { stampFor } from './known-browser.ts';
import { actionPage, messagePage, refusalPage, undoOf, urlOf } from './link-pages.ts';
import { findTarget, type LinkTarget } from './link-target.ts';
import { actorOf, type Shown, statusOf } from './open-link.ts';
import { addressee } from './partner-letters.ts';
import { post } from './post-letter.ts';

/**
 * Links by which a lead changes hands. `pass-on`: whoever has it chooses who gets it. `take-over`: a colleague to whom
 * the mail was forwarded asks for a link of their own, mailed to their address on file, and takes the lead over by it.
 */
export const isPassing = (t: LinkTarget): boolean =>
  t.person.kind === 'contact' && (t.claim.act === 'pass-on' || t.claim.act === 'take-over');

/** GET: what would happen. */
export async function openPassing(deps: Deps, t: LinkTarget, now: Date): Promise<Shown> {
  return (await notNow(deps, t, now)) ?? { status: 200, page: await pageOf(deps, t, now, []) };
}

/** POST, pressed by a person. */
export async function actOnPassing(deps: Deps, t: LinkTarget, body: FormBody, now: Date): Promise<Answered> {
  const not = await notNow(deps, t, now);
  if (not) return not;
  if (t.claim.act === 'pass-on') return passIt(deps, t, body['to']?.trim() ?? '', now);
  return isOwn(t) ? mailOwnLink(deps, t, body['email']?.trim() ?? '', now) : takeIt(deps, t, now);
}

/** The page again, for a press that does not count. */
export const passingAgain = async (deps: Deps, t: LinkTarget, now: Date): Promise<Shown> =>
  (await notNow(deps, t, now)) ?? {
    status: 200,
    page: { ...(await pageOf(deps, t, now, [])), again: true },
  };

/** Whether the link was mailed to whoever has the lead. */
const isOwn = (t: LinkTarget): boolean => hasIt(t.case, t.claim.obj)?.contact_id === t.person.id;

/** Why nothing can be passed on now, in words. */
async function notNow(deps: Deps, t: LinkTarget, now: Date): Promise<Shown | undefined> {
  const { case: c, claim, person } = t;
  const has = hasIt(c, claim.obj);
  const colleague = claim.act === 'take-over' && has?.partner_id === person.partner_id;
  if (!has || (has.contact_id !== person.id && !colleague)) {
    const act = { at: now, who: actorOf(t).who, channel: 'link', evidence: {}, newId: () => '' } as const;
    const tried = passOn(c, claim.obj, [], act);
    const refusal = tried.ok ? ({ kind: 'not-yours' } as const) : tried.refusal;
    return { status: statusOf(refusal), page: refusalPage(deps, t, refusal, now) };
  }
  if (claim.act === 'pass-on' && (await heirsShown(deps, t)).length === 0)
    return { status: 200, page: messagePage(deps, t, 'nobody-to-pass-on', 'info', now) };
  return undefined;
}

async function pageOf(deps: Deps, t: LinkTarget, now: Date, faults: readonly string[]): Promise<ActionPage> {
  const page = actionPage(deps, t, { now, faults });
  const set = (fields: readonly Field[], partner: string): ActionPage => ({
    ...page,
    form: { ...page.form, fields },
    params: { ...page.params, partner },
    links: [],
    others: null,
  });
  if (t.claim.act === 'pass-on') {
    const options = await heirsShown(deps, t);
    return set([{ type: 'to', options, value: null }], '');
  }
  if (isOwn(t)) return { ...set([{ type: 'email', value: null }], t.person.name), spoken: 'own-link' };
  const has = hasIt(t.case, t.claim.obj);
  const contacts = has ? (t.case.partners.get(has.partner_id)?.contacts ?? []) : [];
  return set([], contacts.find((p) => p.id === has?.contact_id)?.name ?? '');
}

const heirsShown = (deps: Deps, t: LinkTarget): Promise<readonly Heir[]> =>
  deps.db.inTransaction((tx) => heirsIn(tx, deps, t.case, t.claim.obj));

/** Colleagues first; then the resellers the distributor's own rules allow, best first. Names only. */
async function heirsIn(tx: Tx, deps: Deps, c: LeadCase, obj: string): Promise<readonly Heir[]> {
  const has = hasIt(c, obj);
  const above = has && c.partners.get(has.partner_id);
  if (!has || !above) return [];
  const heirs = heirsOf(c, has, tx.now);
  const colleagues = heirs.colleagues.map(
    (p): Heir => ({ value: p.id, kind: 'colleague', name: p.name, partner: '' }),
  );
  const resellers = (await findBelow(tx, deps, c, above)).resellers.filter((r) =>
    heirs.resellers.some((h) => h.partner.id === r.partner.id),
  );
  const named = resellers.map(
    ({ partner, contact }): Heir => ({
      value: contact.id,
      kind: 'reseller',
      name: contact.name,
      partner: partner.name,
    }),
  );
  // A claim has one holder; only an offer can go to several.
  const best: Heir = { value: 'below', kind: 'below', name: '', partner: '' };
  return [...colleagues, ...(has.what === 'offer' && named.length > 1 ? [best] : []), ...named];
}

async function passIt(deps: Deps, t: LinkTarget, to: string, now: Date): Promise<Answered> {
  const { obj } = t.claim;
  const chosen = (await heirsShown(deps, t)).find((heir) => heir.value === to);
  if (!chosen) return { status: 422, page: await pageOf(deps, t, now, ['to']) };
  const done = await changeLead(deps, { about: obj }, actorOf(t), async (c, act, tx) =>
    passOn(c, obj, await chosenIn(tx, deps, c, obj, chosen), act),
  );
  if (!done.ok) return { status: 409, page: refusalPage(deps, t, done.refusal, now) };
  const after = await findTarget(deps, t.token);
  const seen = after.ok ? after.target : t;
  const name = chosen.kind === 'below' ? namesBelow(done.value, t.case) : chosen.partner || chosen.name;
  const page = { ...messagePage(deps, seen, 'passed', 'ok', after.now), name };
  const stamp = stampFor(deps, t.person, now);
  return { status: 200, page: { ...page, undo: undoOf(deps, seen, after.now) }, stamp };
}

/** Whoever was chosen, as they are now that the lead is locked. */
async function chosenIn(
  tx: Tx,
  deps: Deps,
  c: LeadCase,
  obj: string,
  chosen: Heir,
): Promise<readonly Somebody[]> {
  const has = hasIt(c, obj);
  const above = has && c.partners.get(has.partner_id);
  if (!has || !above) return [];
  if (chosen.kind === 'colleague') return [{ partner_id: above.id, contact_id: chosen.value }];
  const { resellers, width } = await findBelow(tx, deps, c, above);
  const open = heirsOf(c, has, tx.now).resellers;
  const free = resellers.filter((r) => open.some((h) => h.partner.id === r.partner.id));
  const meant =
    chosen.kind === 'below' ? free.slice(0, width) : free.filter((r) => r.contact.id === chosen.value);
  return meant.map((r) => ({ partner_id: r.partner.id, contact_id: r.contact.id }));
}

/** The companies that were asked just now. */
const namesBelow = (after: LeadCase, before: LeadCase): string =>
  after.offers
    .filter((o) => !before.offers.some((b) => b.id === o.id))
    .map((o) => after.partners.get(o.partner_id)?.name ?? '')
    .join(', ');

/** A colleague takes over by the link that was mailed to them. */
async function takeIt(deps: Deps, t: LinkTarget, now: Date): Promise<Answered> {
  const { obj } = t.claim;
  const self = { partner_id: t.person.partner_id ?? '', contact_id: t.person.id };
  const done = await changeLead(deps, { about: obj }, actorOf(t), (c, act) => passOn(c, obj, [self], act));
  if (!done.ok) return { status: 409, page: refusalPage(deps, t, done.refusal, now) };
  const after = await findTarget(deps, t.token);
  const seen = after.ok ? after.target : t;
  const held = activeAssignment(done.value);
  const offer = done.value.offers.findLast((o) => o.contact_id === self.contact_id);
  const way =
    held?.contact_id === self.contact_id
      ? ({ word: 'lead', order: { path: 'l', act: 'lead', obj: held.id } } as const)
      : ({ word: 'accept', order: { path: 'a', act: 'accept', obj: offer?.id ?? obj } } as const);
  const page = messagePage(deps, seen, 'taken-over', 'ok', after.now);
  const links = [{ word: way.word, url: urlOf(deps, seen, way.order, after.now), tone: 'main' as const }];
  const stamp = stampFor(deps, t.person, now);
  return { status: 200, page: { ...page, links, undo: undoOf(deps, seen, after.now) }, stamp };
}

const mostOwnLinks = 5;
const dayMs = 24 * 3_600_000;

/**
 * A personal link to the address somebody names, when it is on file for a colleague of the same partner. The answer is
 * the same either way; nobody gets more than one such mail about a lead in a minute, or five in a day.
 */
async function mailOwnLink(deps: Deps, t: LinkTarget, email: string, now: Date): Promise<Answered> {
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) || email.length > 254)
    return { status: 422, page: await pageOf(deps, t, now, ['email']) };
  const partner = t.case.partners.get(t.person.partner_id ?? '');
  const contact = partner?.contacts.find((p) => p.email.toLowerCase() === email.toLowerCase());
  if (partner && contact && contact.id !== t.person.id) {
    const { lead } = t.case;
    const view = ownLinkLetter({ partner, contact, lead, by: t.person.name, obj: t.claim.obj });
    const about = `own-link:${contact.id}:${lead.id}:`;
    const key = `${about}${Math.floor(now.getTime() / 60_000)}`;
    const letter = { key, lead_id: lead.id, offer_id: null, view, to: addressee(contact) };
    await deps.db.inTransaction(async (tx) => {
      const today = await countLetters(tx, about, new Date(tx.now.getTime() - dayMs));
      if (today < mostOwnLinks) await post(deps, tx, letter);
    });
  }
  return { status: 200, page: messagePage(deps, t, 'own-link-mailed', 'ok', now) };
}
