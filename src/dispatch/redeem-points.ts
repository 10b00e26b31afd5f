import type { Partner } from '../lead/partner.ts';
import type { Programme } from '../lead/programme.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
import { camStandingLetter, standingLetter } from '../letters/standing-letter.ts';
import type { Asks, Tx } from '../postgres/database.ts';
import { partnersById } from '../postgres/partners.ts';
import { findUser, type Person } from '../postgres/people.ts';
import {
  addRedemption,
  decideRedemption,
  findRedemption,
  lockLedger,
  pointsLeft,
  type Redemption,
  redemptionsOf,
} from '../postgres/points.ts';
import { currentProgrammes } from '../postgres/programs.ts';
import { programManagers } from './addressees.ts';
import type { Deps } from './deps.ts';
import { addressee } from './partner-letters.ts';
import { type Addressee, post } from './post-letter.ts';

export type Reward = Programme['standing']['rewards'][number];

/** The catalogue: the rewards of every programme as it is now, the default one's first; an id counts once. */
export async function rewardsOffered(db: Asks): Promise<Reward[]> {
  const programmes = (await currentProgrammes(db)).map((p) => p.document);
  const all = programmes.toSorted((a, b) => Number(b.default) - Number(a.default));
  const byId = new Map<string, Reward>();
  for (const reward of all.flatMap((p) => p.standing.rewards))
    if (!byId.has(reward.id)) byId.set(reward.id, reward);
  return [...byId.values()];
}

/** Who may spend a company's points. */
export const maySpend = (person: Person): boolean =>
  person.kind === 'contact' && (person.role === 'owner' || person.role === 'manager');

/** A partner wants a reward: its points are set aside, and its account manager is asked. */
export const requestReward = (
  deps: Deps,
  partnerId: string,
  rewardId: string,
  by: Person,
): Promise<Result<Redemption>> => deps.db.inTransaction((tx) => requestIn(deps, tx, partnerId, rewardId, by));

/** The same inside a transaction that has more to do. */
export async function requestIn(
  deps: Deps,
  tx: Tx,
  partnerId: string,
  rewardId: string,
  by: Person,
): Promise<Result<Redemption>> {
  if (!maySpend(by) || by.partner_id !== partnerId) return refuse({ kind: 'not-yours' });
  const reward = (await rewardsOffered(tx)).find((r) => r.id === rewardId);
  const [partner] = await partnersById(tx, deps.db, [partnerId]);
  if (!reward || !partner) return refuse({ kind: 'not-found', what: 'reward' });
  await lockLedger(tx, partnerId);
  const twice = (await redemptionsOf(tx, partnerId, 5)).find((r) => isPressedAgain(r, reward, by, tx.now));
  if (twice) return ok(twice);
  const points = await pointsLeft(tx, partnerId, tx.now);
  if (points < reward.points) return refuse({ kind: 'not-enough-points', points, needed: reward.points });
  const redemption: Redemption = {
    id: deps.ids.uuid(tx.now),
    partner_id: partnerId,
    reward: reward.id,
    name: reward.name,
    points: reward.points,
    state: 'requested',
    requested_at: tx.now,
    requested_by: by.id,
    decided_at: null,
    decided_by: null,
  };
  await addRedemption(tx, redemption);
  for (const to of await decidersOf(tx, partner)) {
    const view = camStandingLetter({
      reader: { id: to.person_id ?? '', name: to.name },
      lead: null,
      topic: 'cam-redeem',
      company: partner.name,
      about: redemption.id,
      reward: { name: reward.name, points: reward.points, left: points - reward.points },
    });
    await post(deps, tx, {
      key: `redeem:${redemption.id}:${to.email}`,
      lead_id: null,
      offer_id: null,
      view,
      to,
    });
  }
  return ok(redemption);
}

/** A second press of the same button, or the form sent once more: one wish, not two. */
const isPressedAgain = (r: Redemption, { id }: Reward, by: Person, now: Date): boolean =>
  r.state === 'requested' &&
  r.reward === id &&
  r.requested_by === by.id &&
  now.getTime() - r.requested_at.getTime() < 60_000;

/** The account manager decides; what is rejected gives the points back. */
export async function decideReward(
  deps: Deps,
  id: string,
  state: 'approved' | 'rejected',
  by: Person,
): Promise<Result<Redemption>> {
  return deps.db.inTransaction((tx) => decideIn(deps, tx, id, state, by));
}

/** The same inside a transaction that has more to do. */
export async function decideIn(
  deps: Deps,
  tx: Tx,
  id: string,
  state: 'approved' | 'rejected',
  by: Person,
): Promise<Result<Redemption>> {
  if (by.kind !== 'user') return refuse({ kind: 'not-yours' });
  const asked = await findRedemption(tx, id);
  if (!asked) return refuse({ kind: 'not-found', what: 'redemption' });
  await lockLedger(tx, asked.partner_id);
  // What was earned may have been taken back since: then what was set aside is not there any more.
  const left = await pointsLeft(tx, asked.partner_id, tx.now);
  if (asked.state === 'requested' && state === 'approved' && left < 0)
    return refuse({ kind: 'not-enough-points', points: left + asked.points, needed: asked.points });
  if (!(await decideRedemption(tx, id, state, by.id))) {
    const decided = await findRedemption(tx, id);
    return refuse({ kind: 'already-decided', at: decided?.decided_at ?? tx.now });
  }
  await tellRequester(deps, tx, asked, state);
  return ok(asked);
}

async function tellRequester(
  deps: Deps,
  tx: Tx,
  asked: Redemption,
  topic: 'approved' | 'rejected',
): Promise<void> {
  const [partner] = await partnersById(tx, deps.db, [asked.partner_id]);
  const contact = partner?.contacts.find((c) => c.id === asked.requested_by) ?? partner?.contacts[0];
  if (!partner || !contact) return;
  const reward = {
    name: asked.name,
    points: asked.points,
    left: await pointsLeft(tx, asked.partner_id, tx.now),
  };
  const view = standingLetter({ partner, contact, lead: null, topic, reward });
  const key = `${topic}:${asked.id}`;
  await post(deps, tx, { key, lead_id: null, offer_id: null, view, to: addressee(contact) });
}

/** The partner's account manager, else the program managers: always somebody who can press. */
async function decidersOf(tx: Tx, partner: Partner): Promise<Addressee[]> {
  const cam = partner.cam ? await findUser(tx, partner.cam) : undefined;
  return cam ? [{ person_id: cam.id, email: cam.email, name: cam.name }] : programManagers(tx);
}
