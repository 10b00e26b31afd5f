import { elapsedMs } from '../lead/duration.ts';
import { defaultProgramme } from '../lead/programme.ts';
import type { Act } from '../letters/acts.ts';
import { isoOrNull } from '../letters/buttons.ts';
import { heldLead } from '../letters/held-lead.ts';
import type { MyPage, MyStanding, OwnLead } from '../letters/my-view.ts';
import type { PageFrame, PageLink } from '../letters/page-view.ts';
import { teaser } from '../letters/teaser.ts';
import { claimsInHand, type OwnClaim, offersToAnswer } from '../postgres/own-leads.ts';
import { partnersById } from '../postgres/partners.ts';
import { pointsLeft } from '../postgres/points.ts';
import { knownProgramme } from '../postgres/programs.ts';
import { recallsSince } from '../postgres/standing.ts';
import { partnerDesk } from '../postgres/weekly-rows.ts';
import type { Deps } from './deps.ts';
import { urlOf } from './link-pages.ts';
import type { Shown } from './open-link.ts';
import { standingFor } from './partner-standing.ts';
import { findPersonLink, ownPage, type PersonLink } from './person-link.ts';
import { personFrame, personMessage } from './person-pages.ts';
import { maySpend, rewardsOffered } from './redeem-points.ts';

/** Rows of each list on one page: a phone's page stays small, the rest is a link further on. */
const rowsShown = 12;
/** Rows that have buttons of their own; every row leads to the page that has them all. */
const rowsWithButtons = 6;

/** GET of `/my/`: everything that waits for one person. @param from how many rows of each list to leave out */
export async function openMyPage(deps: Deps, token: string, from: number): Promise<Shown> {
  const link = await findPersonLink(deps, token, 'my');
  if ('page' in link) return link;
  const { person, now } = link;
  if (!person.partner_id) return { status: 403, page: personMessage(deps, person, 'not-yours', now) };
  const part = { skip: from, limit: rowsShown };
  const offers = await offersToAnswer(deps.db, person.id, now, part);
  const claims = await claimsInHand(deps.db, person.id, part);
  const standing = await standingOf(deps, link, person.partner_id);
  const here = ownPage(deps, link, 'my', 'my');
  const page: MyPage = {
    ...ownFrame(deps, link, standing?.company ?? null),
    kind: 'my',
    offers: offers.items.map((o) => ({
      lead: teaser(o.lead),
      until: isoOrNull(o.expires_at),
      accept: actUrl(deps, link, 'accept', o.id),
      decline: actUrl(deps, link, 'decline', o.id),
    })),
    offerCount: offers.total,
    leads: claims.items.map((own, i) => ({
      ...ownLead(own, now),
      page: urlOf(deps, link, { path: 'l', act: 'lead', obj: own.claim.id }, now),
      rows: i < rowsWithButtons ? buttonsOf(deps, link, own) : [],
    })),
    leadCount: claims.total,
    updates: claims.total > 0 ? ownPage(deps, link, 'my/updates', 'my') : null,
    standing,
    prefs: ownPage(deps, link, 'prefs', 'prefs'),
    app: `/my/${token}/app.webmanifest`,
    next: Math.max(offers.total, claims.total) > from + rowsShown ? `${here}?from=${from + rowsShown}` : null,
  };
  return { status: 200, page };
}

/**
 * What a phone needs to put somebody's page on its home screen (Web App Manifest). It opens that very page; undefined
 * for a link that leads nowhere.
 */
export async function homeScreenApp(deps: Deps, token: string): Promise<object | undefined> {
  const link = await findPersonLink(deps, token, 'my');
  if ('page' in link) return undefined;
  const icon = (size: number) => ({
    src: `/assets/icon-${size}.png`,
    sizes: `${size}x${size}`,
    type: 'image/png',
    purpose: 'any',
  });
  return {
    id: '/my',
    name: `${deps.house.vendorName}: leads`,
    short_name: deps.house.vendorName.slice(0, 12),
    lang: link.person.language,
    start_url: `/my/${token}`,
    scope: '/',
    display: 'standalone',
    background_color: '#eef1f5',
    theme_color: '#15803d',
    icons: [icon(192), icon(512), { ...icon(512), purpose: 'maskable' }],
  };
}

/** The frame of a person's own page, with the company they act for. */
export const ownFrame = (
  deps: Deps,
  { person, now }: Pick<PersonLink, 'person' | 'now'>,
  company: string | null,
): PageFrame => ({
  ...personFrame(deps, person, now),
  addressee: { name: person.name, company },
});

/** A claim as its holder's own lists show it. */
export function ownLead({ lead, claim }: OwnClaim, now: Date): OwnLead {
  const { person, ...shown } = heldLead(lead);
  return {
    lead: shown,
    called: person.called,
    owes: claim.owes,
    dueAt: isoOrNull(claim.deadline),
    late: claim.deadline !== null && claim.deadline <= now,
  };
}

const actUrl = (deps: Deps, link: PersonLink, act: Act, obj: string): string =>
  urlOf(deps, link, { path: 'a', act, obj }, link.now);

/** The buttons of the update mail; the others are on the lead's own page. */
function buttonsOf(deps: Deps, link: PersonLink, { claim }: OwnClaim): PageLink[][] {
  const press = (act: Act, tone: PageLink['tone'] = 'quiet', word: string = act): PageLink => ({
    word,
    tone,
    url: actUrl(deps, link, act, claim.id),
  });
  return claim.owes === 'contact'
    ? [[press('contacted', 'main', 'reached'), press('not-reached', 'quiet', 'not-reached-short')]]
    : [[press('unchanged'), press('won'), press('lost', 'quiet', 'lost-update')]];
}

/** Where the reader's company stands, under the rules of the default programme. */
async function standingOf(deps: Deps, { person, now }: PersonLink, id: string): Promise<MyStanding | null> {
  return deps.db.inTransaction(async (tx) => {
    const [partner] = await partnersById(tx, deps.db, [id]);
    const desk = await partnerDesk(tx, id);
    if (!partner || !desk) return null;
    const rules = ((await knownProgramme(tx, deps.db, null))?.document ?? defaultProgramme).standing;
    const { debts, blocked } = await standingFor(deps, tx, partner, rules, now);
    const points = await pointsLeft(tx, id, now);
    const rewards = await rewardsOffered(tx);
    const can = maySpend(person) && rewards.some((r) => r.points <= points);
    const recalls = await recallsSince(tx, id, new Date(now.getTime() - elapsedMs(rules.within)));
    return {
      company: partner.name,
      level: partner.level,
      suspended: partner.suspended,
      blocked,
      debts: debts.length,
      open: desk.taken,
      limit: desk.limit,
      recalls: recalls.length,
      recallLimit: rules.recalls,
      points,
      rewards: rewards.map(({ name, points: price }) => ({ name, points: price })),
      redeem: can ? urlOf(deps, { person }, { path: 'a', act: 'redeem', obj: id }, now) : null,
    };
  });
}
