import { absenceAt } from '../lead/absence.ts';
import { mayAskAgain } from '../lead/chance.ts';
import { decisionAt, isFair } from '../lead/fair.ts';
import { activeAssignment } from '../lead/lead-case.ts';
import type { Offer } from '../lead/offer.ts';
import { canPassOn, hasIt } from '../lead/pass-on.ts';
import { suspectedOf } from '../lead/qualify.ts';
import type { Refusal } from '../lead/refusals.ts';
import { isOpenOffer } from '../lead/tables.ts';
import { lastAct, undoUntil } from '../lead/undo.ts';
import type { LinkOrder } from '../letters/acts.ts';
import { isoOrNull } from '../letters/buttons.ts';
import type { MessageCode } from '../letters/message-codes.ts';
import { actionFields } from '../letters/page-fields.ts';
import type {
  ActionPage,
  MessagePage,
  PageForm,
  PageFrame,
  PageLink,
  PageUndo,
} from '../letters/page-view.ts';
import type { LinkClaim } from '../letters/signed-links.ts';
import { teaser } from '../letters/teaser.ts';
import type { OpenOffer } from '../postgres/lead-reads.ts';
import type { Kept } from './claim-held.ts';
import type { Deps } from './deps.ts';
import type { LinkTarget } from './link-target.ts';

/** The pages behind links, as views; the edge only renders and sends them. */

/** What a page needs to know of the moment: who looks, when, and what happened a second ago. */
export interface Moment {
  readonly now: Date;
  readonly again?: boolean;
  readonly faults?: readonly string[];
}

export function actionPage(deps: Deps, t: LinkTarget, m: Moment): ActionPage {
  const { claim, case: c } = t;
  const offer = c.offers.find((o) => o.id === claim.obj);
  return {
    ...frame(deps, t, m.now),
    kind: 'action',
    act: claim.act,
    form: {
      post: postTo(t),
      nonce: deps.links.mintNonce(t.token, m.now),
      fields: actionFields(claim.act, { programme: c.programme, value: c.lead.value }),
    },
    lead: teaser(c.lead),
    deadline: offer && isOpenOffer(offer.state) ? (offer.expires_at?.toISOString() ?? null) : null,
    others: offer
      ? c.offers.filter((o) => o.wave === offer.wave && o.id !== offer.id && isOpenOffer(o.state)).length
      : null,
    capacity: null,
    params: { partner: '', of: suspectedOf(c) ?? '' },
    links: claim.act === 'accept' ? otherAnswers(deps, t, offer, m.now) : [],
    fair: claim.act === 'accept' && isFair(c),
    again: m.again ?? false,
    faults: m.faults ?? [],
  };
}

/** What else can be done with an offer than accepting it. */
function otherAnswers(deps: Deps, t: LinkTarget, offer: Offer | undefined, now: Date): PageLink[] {
  const { obj } = t.claim;
  const no = link(deps, t, 'decline', { path: 'a', act: 'decline', obj }, now);
  if (!offer || !isOpenOffer(offer.state) || !canPassOn(t.case, offer, now)) return [no];
  return [no, link(deps, t, 'pass-on', { path: 'a', act: 'pass-on', obj }, now)];
}

/** Why it cannot be now: the present state in kind words, never an identity. */
export function refusalPage(
  deps: Deps,
  t: LinkTarget,
  refusal: Refusal,
  now: Date,
  others: readonly OpenOffer[] = [],
): MessagePage {
  const base = {
    ...messagePage(deps, t, refusal.kind, toneOf(refusal), now),
    links: chanceLinks(deps, t, now),
    others: others.map((o) => ({
      lead: teaser(o.lead),
      url: urlOf(deps, t, { path: 'a', act: 'accept', obj: o.id }, now),
      until: isoOrNull(o.expires_at),
    })),
  };
  const at =
    'takenAt' in refusal
      ? refusal.takenAt
      : 'at' in refusal
        ? refusal.at
        : 'until' in refusal
          ? refusal.until
          : null;
  const page = { ...base, at: at?.toISOString() ?? null, lead: teaser(t.case.lead) };
  if (refusal.kind === 'already-wished') return wishedPage(deps, t, now);
  if (refusal.kind === 'passed-on') return { ...page, name: refusal.to, links: [] };
  if (refusal.kind === 'already-yours')
    return { ...page, form: changeForm(deps, t, now) ?? wordForm(deps, t, 'remail', now) };
  if (refusal.kind === 'away') return { ...page, links: backLinks(deps, t, now) };
  if (refusal.kind === 'already-declined')
    return { ...page, form: changeForm(deps, t, now), undo: undoOf(deps, t, now) };
  return page;
}

/** "Give me another chance", for whoever wanted a lead and missed it. */
function chanceLinks(deps: Deps, t: LinkTarget, now: Date): PageLink[] {
  const offer = t.case.offers.find((o) => o.id === t.claim.obj);
  const missed = t.claim.act === 'accept' && offer?.contact_id === t.person.id && mayAskAgain(t.case, offer);
  return missed ? [link(deps, t, 'chance', { path: 'a', act: 'chance', obj: offer.id }, now)] : [];
}

/** Whoever is marked as away and is there after all says so here. */
function backLinks(deps: Deps, t: LinkTarget, now: Date): PageLink[] {
  const contacts = [...t.case.partners.values()].flatMap((p) => p.contacts);
  const self = contacts.find((c) => c.id === t.person.id);
  const away = self && absenceAt(self, now);
  return away ? [link(deps, t, 'back', { path: 'a', act: 'absence', obj: away.id }, now)] : [];
}

export function messagePage(
  deps: Deps,
  t: LinkTarget | null,
  what: MessageCode,
  tone: MessagePage['tone'],
  now: Date,
): MessagePage {
  const shown = t ? frame(deps, t, now) : bareFrame(deps, now);
  return {
    ...shown,
    kind: 'message',
    what,
    tone,
    did: null,
    at: null,
    lead: null,
    links: [],
    undo: null,
    form: null,
    others: [],
  };
}

/** A yes that is noted and decided later: by when, and how to take it back. */
export function wishedPage(deps: Deps, t: LinkTarget, now: Date): MessagePage {
  return {
    ...messagePage(deps, t, 'already-wished', 'ok', now),
    at: decisionAt(t.case)?.toISOString() ?? now.toISOString(),
    lead: teaser(t.case.lead),
    undo: undoOf(deps, t, now),
  };
}

/** After an act: what was noted, its undo, and after a decline the question why. */
export function donePage(
  deps: Deps,
  t: LinkTarget,
  did: MessagePage['did'],
  now: Date,
  kept: readonly Kept[] = [],
): MessagePage {
  const { act } = t.claim;
  if (act === 'undo') return messagePage(deps, t, 'undone', 'ok', now);
  if (act === 'decline') {
    const page = { ...messagePage(deps, t, 'declined', 'ok', now), undo: undoOf(deps, t, now) };
    if (did?.reason) return page;
    const fields = actionFields('decline', { programme: t.case.programme });
    return { ...page, form: { post: postTo(t), nonce: deps.links.mintNonce(t.token, now), fields } };
  }
  const held = activeAssignment(t.case);
  const back =
    held?.contact_id === t.person.id
      ? [link(deps, t, 'lead', { path: 'l', act: 'lead', obj: held.id }, now)]
      : [];
  return {
    ...messagePage(deps, t, 'done', 'ok', now),
    did,
    lead: teaser(t.case.lead),
    links: [...keptLinks(deps, t, kept, now), ...back],
    undo: undoOf(deps, t, now),
  };
}

/** The lead that was kept while its reader said a word on this one: theirs now, or the way back to it. */
export const keptLinks = (
  deps: Deps,
  t: Pick<LinkTarget, 'person'>,
  kept: readonly Kept[],
  now: Date,
): PageLink[] =>
  kept
    .filter(({ hold }) => hold.contact_id === t.person.id)
    .map(({ hold, assignment_id: id }) => ({
      ...(id
        ? link(deps, t, 'yours', { path: 'l', act: 'lead', obj: id }, now)
        : link(deps, t, 'kept', { path: 'a', act: 'accept', obj: hold.offer_id }, now)),
      tone: id ? 'go' : 'main',
    }));

/** The undo of the person's last act, while its ten minutes run. */
export function undoOf(deps: Deps, t: LinkTarget, now: Date): PageUndo | null {
  const fact = lastAct(t.case, t.person.id);
  if (!fact || undoUntil(fact) < now) return null;
  const token = deps.links.sign(
    { sub: t.person.id, act: 'undo', obj: t.claim.obj, ver: t.person.epoch },
    now,
  );
  return {
    post: `/a/${token}`,
    nonce: deps.links.mintNonce(token, now),
    until: undoUntil(fact).toISOString(),
  };
}

/** A form with one button of its own. */
const wordForm = (deps: Deps, t: LinkTarget, word: 'remail' | 'accept' | 'decline', now: Date): PageForm => ({
  post: postTo(t),
  nonce: deps.links.mintNonce(t.token, now),
  fields: [],
  word,
});

/** The other button of the mail, opened while the first answer can still be taken back: it changes the answer. */
function changeForm(deps: Deps, t: LinkTarget, now: Date): PageForm | null {
  const { act, obj } = t.claim;
  const first = { accept: 'offer.declined', decline: 'offer.accepted' }[act as string];
  const last = lastAct(t.case, t.person.id);
  if (!first || last?.what !== first || last.id !== obj || undoUntil(last) < now) return null;
  return wordForm(deps, t, act === 'accept' ? 'accept' : 'decline', now);
}

const postTo = (t: LinkTarget): string => `/a/${t.token}`;

function link(
  deps: Deps,
  t: Pick<LinkTarget, 'person'>,
  word: string,
  order: LinkOrder,
  now: Date,
): PageLink {
  return { word, url: urlOf(deps, t, order, now), tone: 'quiet' };
}

/** A token of this person for another act. */
export const tokenFor = (deps: Deps, t: Pick<LinkTarget, 'person'>, order: LinkOrder, now: Date): string =>
  deps.links.sign(claimOf(t, order), fullHour(now));

export const urlOf = (deps: Deps, t: Pick<LinkTarget, 'person'>, order: LinkOrder, now: Date): string =>
  deps.links.url(order.path, claimOf(t, order), fullHour(now));

function claimOf({ person }: Pick<LinkTarget, 'person'>, { act, obj }: LinkOrder): LinkClaim {
  return { sub: person.id, act, obj, ver: person.epoch };
}

/** Of 180 days an hour does not matter; so a page that is opened twice is the same page. */
const fullHour = (now: Date): Date => new Date(now.getTime() - (now.getTime() % 3_600_000));

export function frame(deps: Deps, t: LinkTarget, now: Date): PageFrame {
  const { person } = t;
  const company = person.partner_id ? (t.case.partners.get(person.partner_id)?.name ?? null) : null;
  return {
    locale: `${person.language}, ${deps.house.locale}`,
    side: sideOf(person),
    timezone: person.timezone,
    vendorName: deps.house.vendorName,
    now,
    addressee: { name: person.name, company },
    desk: deps.house.desk,
    takeOver: takeOverLink(deps, t, now),
  };
}

/** Whose texts somebody reads: those of the vendor's own people, or those of partners and prospects. */
export const sideOf = (person: Pick<LinkTarget['person'], 'kind'>): 'vendor' | 'partner' =>
  person.kind === 'user' ? 'vendor' : 'partner';

/** A mail may have been forwarded: a colleague gets a link of their own, for what the addressee still has. */
function takeOverLink(deps: Deps, t: LinkTarget, now: Date): string | null {
  const { person, case: c, claim } = t;
  const has = person.kind === 'contact' ? hasIt(c, claim.obj) : null;
  if (has?.contact_id !== person.id || (c.partners.get(has.partner_id)?.contacts.length ?? 0) < 2)
    return null;
  return urlOf(deps, t, { path: 'a', act: 'take-over', obj: claim.obj }, now);
}

export const bareFrame = (deps: Deps, now: Date): PageFrame => ({
  locale: deps.house.locale,
  timezone: deps.house.zone,
  vendorName: deps.house.vendorName,
  now,
  addressee: null,
  desk: deps.house.desk,
});

const toneOf = (refusal: Refusal): MessagePage['tone'] =>
  refusal.kind.startsWith('already-your') ? 'ok' : refusal.kind === 'passed-on' ? 'info' : 'sorry';
