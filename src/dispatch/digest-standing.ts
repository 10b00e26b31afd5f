import { defaultProgramme } from '../lead/programme.ts';
import type { DigestStanding } from '../letters/digest-view.ts';
import type { Tx } from '../postgres/database.ts';
import { partnersById } from '../postgres/partners.ts';
import type { Person } from '../postgres/people.ts';
import { pointsLeft } from '../postgres/points.ts';
import { knownProgramme } from '../postgres/programs.ts';
import type { Deps } from './deps.ts';
import { standingFor } from './partner-standing.ts';
import { maySpend, rewardsOffered } from './redeem-points.ts';

/** What a weekly report says about where the reader's company stands; null for somebody of no company. */
export async function digestStanding(deps: Deps, tx: Tx, reader: Person): Promise<DigestStanding | null> {
  const [partner] = reader.partner_id ? await partnersById(tx, deps.db, [reader.partner_id]) : [];
  if (!partner) return null;
  const rules = (await knownProgramme(tx, deps.db, null))?.document ?? defaultProgramme;
  const [{ debts, blocked }, points, rewards] = await Promise.all([
    standingFor(deps, tx, partner, rules.standing, tx.now),
    pointsLeft(tx, partner.id, tx.now),
    maySpend(reader) ? rewardsOffered(tx) : [],
  ]);
  const affordable = rewards.some((r) => r.points <= points);
  return {
    points,
    debts: debts.length,
    blocked,
    suspended: partner.suspended,
    redeem: affordable ? { path: 'a', act: 'redeem', obj: partner.id } : null,
  };
}
