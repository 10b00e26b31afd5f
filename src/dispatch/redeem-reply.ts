import { refuse } from '../lead/result.ts';
import { type Catalogue, standingLetter } from '../letters/standing-letter.ts';
import type { Tx } from '../postgres/database.ts';
import { partnersById } from '../postgres/partners.ts';
import { pointsLeft } from '../postgres/points.ts';
import { fold } from '../replies/words.ts';
import type { Deps } from './deps.ts';
import { addressee } from './partner-letters.ts';
import { post } from './post-letter.ts';
import type { ReadMail } from './read-mail.ts';
import { maySpend, type Reward, requestIn, rewardsOffered } from './redeem-points.ts';
import { postAnswer } from './reply-letters.ts';
import { settleIn } from './settle-reply.ts';

/**
 * "REDEEM mug", in reply to any mail: the twin of the page of rewards. Points belong to the company, not to a lead. What
 * is sure is asked for; else the mail comes back with what the points are good for.
 *
 * @param named the reward as the reply names it
 */
export async function applyRedeem(deps: Deps, read: ReadMail, named: string): Promise<void> {
  await deps.db.inTransaction(async (tx) => {
    const asked = await redeemByReply(deps, tx, read, named);
    if (asked === undefined) await postAnswer(deps, tx, read, { kind: 'ask', why: 'illegal' });
    await settleIn(tx, read, asked ? 'applied' : 'proposed');
  });
}

/** Whether the reward was asked for; undefined for somebody who may not spend the company's points. */
async function redeemByReply(
  deps: Deps,
  tx: Tx,
  { person, row }: ReadMail,
  named: string,
): Promise<boolean | undefined> {
  const [partner] = await partnersById(tx, deps.db, [person.partner_id ?? '']);
  const contact = partner?.contacts.find((c) => c.id === person.id);
  if (!partner || !contact || !maySpend(person)) return undefined;
  const rewards = await rewardsOffered(tx);
  const meant = rewards.filter((r) => isMeant(r, named));
  const [wanted] = meant;
  const asked =
    wanted && meant.length === 1
      ? await requestIn(deps, tx, partner.id, wanted.id, person)
      : refuse({ kind: 'not-found', what: 'reward' });
  const left = await pointsLeft(tx, partner.id, tx.now);
  const to = { partner, contact, lead: null };
  const view = asked.ok
    ? standingLetter({ ...to, topic: 'requested', reward: { ...asked.value, left } })
    : standingLetter({ ...to, topic: 'catalogue', catalogue: catalogueOf(rewards, left) });
  await post(deps, tx, {
    key: `redeem:${row.id}`,
    lead_id: null,
    offer_id: null,
    view,
    to: addressee(contact),
  });
  return asked.ok;
}

const isMeant = ({ id, name }: Reward, named: string): boolean =>
  named !== '' && [id, name].some((one) => wordsOf(one) === wordsOf(named));

const wordsOf = (text: string): string => (fold(text).match(/[\p{L}\d]+/gu) ?? []).join(' ');

const catalogueOf = (rewards: readonly Reward[], points: number): Catalogue => ({
  points,
  rewards: rewards.slice(0, 20).map((r) => ({ name: r.name, points: r.points, enough: r.points <= points })),
});
