import { onlyReads } from '../lead/partner.ts';
import type { FieldFault } from '../lead/refusals.ts';
import { type Result, refuse } from '../lead/result.ts';
import type { Act } from '../letters/acts.ts';
import type { ActionPage, Field } from '../letters/page-view.ts';
import type { LinkClaim } from '../letters/signed-links.ts';
import { partnersById } from '../postgres/partners.ts';
import { findPerson, type Person } from '../postgres/people.ts';
import { findRedemption, pointsLeft } from '../postgres/points.ts';
import { openSuspension } from '../postgres/standing.ts';
import type { Pressed } from './act-on-link.ts';
import type { Actor, Deps } from './deps.ts';
import type { FormBody } from './form-fields.ts';
import { stampFor } from './known-browser.ts';
import { liftSuspension } from './lift-suspension.ts';
import { anyTime } from './link-target.ts';
import { expired, type Shown, statusOf } from './open-link.ts';
import { personFrame, personMessage } from './person-pages.ts';
import { decideReward, maySpend, requestReward, rewardsOffered } from './redeem-points.ts';

/** Links about a partner, not about a lead: a pause to be lifted, points to be redeemed, a reward to be decided. */

interface StandingTarget {
  readonly token: string;
  readonly now: Date;
  readonly claim: LinkClaim;
  readonly person: Person;
}

/** What one kind of these links asks and does. */
interface Kind {
  /** Whether it can be done, and what the page says of it. */
  ask(deps: Deps, t: StandingTarget): Promise<Result<Asked>>;
  act(deps: Deps, t: StandingTarget, body: FormBody, actor: Actor): Promise<Result<unknown>>;
}
interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly fields?: readonly Field[];
}

/** GET: what would happen. Undefined for a link about anything else. */
export async function openStandingLink(deps: Deps, token: string): Promise<Shown | undefined> {
  const found = await findStandingTarget(deps, token);
  if (!found || 'page' in found) return found;
  return show(deps, found);
}

/** POST: does it, with the nonce of the page, like every other act. */
export async function actOnStandingLink(
  deps: Deps,
  token: string,
  body: FormBody,
  isPressed: Pressed,
): Promise<Shown | undefined> {
  const found = await findStandingTarget(deps, token);
  if (!found || 'page' in found) return found;
  const { now, claim, person } = found;
  if (!isPressed(body['nonce'] ?? '', token, now, person) || (body['website'] ?? '') !== '')
    return show(deps, found);
  const actor: Actor = { who: { kind: person.kind, id: person.id }, channel: 'link' };
  const done = await kindOf(claim.act).act(deps, found, body, actor);
  if (!done.ok && done.refusal.kind === 'invalid') return show(deps, found, done.refusal.errors);
  if (!done.ok) return refusal(deps, found, done);
  const did = { verb: claim.act, money: null, date: null, time: null, reason: null };
  const page = { ...personMessage(deps, person, 'standing-done', now), tone: 'ok' as const, did };
  return { status: 200, page, stamp: stampFor(deps, person, now) };
}

async function show(deps: Deps, t: StandingTarget, errors: readonly FieldFault[] = []): Promise<Shown> {
  const asked = await kindOf(t.claim.act).ask(deps, t);
  if (!asked.ok) return refusal(deps, t, asked);
  const faults = errors.map(({ pointer }) => pointer.slice(1));
  return { status: faults.length > 0 ? 422 : 200, page: { ...pageOf(deps, t, asked.value), faults } };
}

function refusal(deps: Deps, t: StandingTarget, no: Extract<Result<never>, { ok: false }>): Shown {
  const { kind } = no.refusal;
  const at = 'at' in no.refusal ? no.refusal.at.toISOString() : null;
  return { status: statusOf(no.refusal), page: { ...personMessage(deps, t.person, kind, t.now), at } };
}

const lift: Kind = {
  ask: async (deps, { claim, person }) => {
    const [partner] = await partnersById(deps.db, deps.db, [claim.obj]);
    if (person.kind !== 'user' || !partner) return { ok: false, refusal: { kind: 'not-yours' } };
    if (!(await openSuspension(deps.db, partner.id)))
      return { ok: false, refusal: { kind: 'not-suspended' } };
    return { ok: true, value: { params: { partner: partner.name } } };
  },
  act: async (deps, { claim, person }, _body, actor) =>
    person.kind === 'user'
      ? liftSuspension(deps, { id: claim.obj }, actor)
      : { ok: false, refusal: { kind: 'not-yours' } },
};

const redeem: Kind = {
  ask: async (deps, { claim, person, now }) => {
    if (!maySpend(person) || person.partner_id !== claim.obj)
      return { ok: false, refusal: { kind: 'not-yours' } };
    const points = await pointsLeft(deps.db, claim.obj, now);
    const within = (await rewardsOffered(deps.db)).filter((r) => r.points <= points);
    const least = (await rewardsOffered(deps.db)).map((r) => r.points);
    if (within.length === 0)
      return {
        ok: false,
        refusal: { kind: 'not-enough-points', points, needed: least.length > 0 ? Math.min(...least) : 0 },
      };
    const options = within.map((r) => ({ value: r.id, label: `${r.name} (${r.points})` }));
    return {
      ok: true,
      value: {
        params: { points: String(points) },
        fields: [{ type: 'choice', name: 'reward', options, value: null }],
      },
    };
  },
  act: async (deps, { claim, person }, body) => {
    const reward = body['reward']?.trim() ?? '';
    const done = await requestReward(deps, claim.obj, reward, person);
    if (done.ok || done.refusal.kind !== 'not-found') return done;
    return refuse({ kind: 'invalid', errors: [{ pointer: '/reward', message: 'choose one of the list' }] });
  },
};

const decision = (state: 'approved' | 'rejected'): Kind => ({
  ask: async (deps, { claim, person }) => {
    const asked = person.kind === 'user' ? await findRedemption(deps.db, claim.obj) : undefined;
    if (!asked) return { ok: false, refusal: { kind: 'not-yours' } };
    if (asked.decided_at) return { ok: false, refusal: { kind: 'already-decided', at: asked.decided_at } };
    const [partner] = await partnersById(deps.db, deps.db, [asked.partner_id]);
    const params = { partner: partner?.name ?? '', reward: asked.name, points: String(asked.points) };
    return { ok: true, value: { params } };
  },
  act: (deps, { claim, person }) => decideReward(deps, claim.obj, state, person),
});

const kinds: Readonly<Partial<Record<Act, Kind>>> = {
  lift,
  redeem,
  approve: decision('approved'),
  reject: decision('rejected'),
};
const kindOf = (act: Act): Kind => kinds[act] as Kind;

async function findStandingTarget(deps: Deps, token: string): Promise<StandingTarget | Shown | undefined> {
  const signed = deps.links.verify(token, anyTime);
  if (!signed.ok || !kinds[signed.claim.act]) return undefined;
  const now = await deps.db.now();
  const verdict = deps.links.verify(token, now);
  const person = verdict.ok ? await findPerson(deps.db, verdict.claim.sub) : undefined;
  if (!verdict.ok || !person?.active || person.epoch !== verdict.claim.ver) return expired(deps, token, now);
  if (onlyReads(person)) return { status: 403, page: personMessage(deps, person, 'not-yours', now) };
  return { token, now, claim: verdict.claim, person };
}

function pageOf(deps: Deps, t: StandingTarget, { params, fields = [] }: Asked): ActionPage {
  return {
    ...personFrame(deps, t.person, t.now),
    kind: 'action',
    act: t.claim.act,
    form: { post: `/a/${t.token}`, nonce: deps.links.mintNonce(t.token, t.now), fields },
    lead: null,
    deadline: null,
    others: null,
    capacity: null,
    params,
    links: [],
    again: false,
    faults: [],
  };
}
