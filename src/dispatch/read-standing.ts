import { elapsedMs } from '../lead/duration.ts';
import { defaultProgramme } from '../lead/programme.ts';
import { findPartner } from '../postgres/partners.ts';
import { ledgerOf, pointsLeft, redemptionsOf } from '../postgres/points.ts';
import { currentProgramme } from '../postgres/programs.ts';
import { openSuspension, recallsSince } from '../postgres/standing.ts';
import { figuresOf } from '../postgres/weekly-figures.ts';
import type { Deps } from './deps.ts';
import { standingFor } from './partner-standing.ts';

/** Entries of the ledger shown at once. */
const shown = 100;

/**
 * Where a partner stands, with the reason of every number, under the rules of the default programme: what it owes, how
 * many recalls count, what it has earned. The figures are those of the period in which recalls count. Undefined for
 * a partner nobody knows.
 */
export async function readStanding(deps: Deps, externalId: string): Promise<object | undefined> {
  return deps.db.inTransaction(async (tx) => {
    const partner = await findPartner(tx, deps.db, externalId);
    if (!partner) return undefined;
    const programme = (await currentProgramme(tx, null))?.document ?? defaultProgramme;
    const rules = programme.standing;
    const standing = await standingFor(deps, tx, partner, rules, tx.now);
    const since = new Date(tx.now.getTime() - elapsedMs(rules.within));
    const recalls = await recallsSince(tx, partner.id, since);
    const suspension = await openSuspension(tx, partner.id);
    const contacts = new Map(partner.contacts.map((c) => [c.id, c.external_id]));
    const period = { from: since, until: new Date(tx.now.getTime() + 1) };
    const scope = { partners: [partner.id], periods: [period], byPartner: [], at: tx.now };
    const figures = await figuresOf(tx, { ...scope, currency: programme.currency });
    const ledger = await ledgerOf(tx, partner.id, shown);
    const redemptions = await redemptionsOf(tx, partner.id, shown);
    return {
      partner: partner.external_id,
      debt: standing.debts.map(({ claim, why }) => ({
        lead: claim.reference,
        contact: contacts.get(claim.contact_id) ?? null,
        owes: claim.owes,
        owed_since: claim.deadline,
        reminded_at: claim.reminded_at,
        why,
      })),
      blocked: standing.blocked,
      claims: { open: standing.active, limit: standing.limit },
      suspended_until: partner.suspended ? 'lifted' : null,
      suspension: suspension ? { reason: suspension.reason, since: suspension.at } : null,
      warnings: recalls.length,
      recalls: {
        limit: rules.recalls,
        within: rules.within,
        items: recalls.map((r) => ({ lead: r.reference, at: r.at })),
      },
      points: await pointsLeft(tx, partner.id, tx.now),
      point_entries: ledger.map((e) => ({ ...e, booked: e.booked_at <= tx.now })),
      redemptions: redemptions.map(({ reward, name, points, state, requested_at, decided_at }) => ({
        reward,
        name,
        points,
        state,
        requested_at,
        decided_at,
      })),
      level: partner.level,
      kpis: figures.of(0, null),
    };
  });
}
