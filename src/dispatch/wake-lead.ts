import { weekOf } from '../lead/calendar.ts';
import { wishes } from '../lead/fair.ts';
import { wake } from '../lead/follow-up.ts';
import { nextInLine } from '../lead/hold.ts';
import type { Act, Change, LeadCase } from '../lead/lead-case.ts';
import { ok } from '../lead/result.ts';
import { holdOn, queueOf } from '../lead/waits.ts';
import type { Tx } from '../postgres/database.ts';
import { claimCounts } from '../postgres/partners.ts';
import { pushWake, takeDueLead } from '../postgres/wakes.ts';
import { assessIn } from './assess-lead.ts';
import { changeLeadIn } from './change-lead.ts';
import { countRecalls } from './count-recalls.ts';
import { type Deps, timer } from './deps.ts';
import { isUnavailable } from './outage.ts';
import { withStanding } from './partner-standing.ts';

/**
 * Handles everything due on one due lead. A lead whose waking fails is pushed an hour on, and the failure raised, so
 * that one poisoned lead never holds up the others.
 *
 * @returns whether there was one, so that the caller asks again
 */
export async function wakeOneLead(deps: Deps): Promise<boolean> {
  let leadId: string | undefined;
  try {
    return await deps.db.inTransaction(async (tx) => {
      leadId = await takeDueLead(tx);
      if (!leadId) return false;
      // A lead out of a file waits for its check, so that a large file is taken in quickly and goes out lead by lead.
      await changeLeadIn(deps, tx, { id: leadId }, timer, async (c, act) =>
        c.lead.state === 'captured'
          ? assessIn(tx, c, act, { compare: 'earlier', dispatch: true })
          : ok(await everythingDue(deps, tx, c, act)),
      );
      return true;
    });
  } catch (error) {
    // A database that went away says nothing about the lead.
    if (!leadId || isUnavailable(error)) throw error;
    await pushWake(deps.db, leadId);
    deps.log.error({ lead_id: leadId, err: error }, 'waking a lead failed; it is looked at again in an hour');
    return true;
  }
}

async function everythingDue(deps: Deps, tx: Tx, c: LeadCase, act: Act): Promise<Change> {
  const full = await fullPartners(tx, c);
  const yeses = wishes(c).map((offer) => offer.id);
  const known = yeses.length > 0 ? await withStanding(deps, tx, c, yeses, act.at) : c;
  return (await fromLine(deps, tx, known, full, act)) ?? countRecalls(tx, wake(known, act, full), act);
}

/** The lead goes to whoever stood in line while it was kept for somebody else. */
async function fromLine(
  deps: Deps,
  tx: Tx,
  c: LeadCase,
  full: ReadonlySet<string>,
  act: Act,
): Promise<Change | undefined> {
  const line = queueOf(c);
  if (line.length === 0 || holdOn(c, act.at)) return undefined;
  const offers = line.map(({ offer }) => offer.id);
  return nextInLine(await withStanding(deps, tx, c, offers, act.at), full, act);
}

/** Partners who said yes and cannot take one more lead. Should one fill up this very moment, the lead is woken again. */
async function fullPartners(tx: Tx, c: LeadCase): Promise<ReadonlySet<string>> {
  const said = [...wishes(c), ...queueOf(c).map(({ offer }) => offer)].map((o) => o.partner_id);
  if (said.length === 0) return new Set();
  const weekAt = (id: string): string => weekOf(c.partners.get(id)?.calendar.zone ?? 'UTC', tx.now);
  const counts = await claimCounts(tx, said);
  const full = counts.filter(
    (n) =>
      (n.capacity_open !== null && n.open_claims >= n.capacity_open) ||
      (n.capacity_week !== null && n.claim_week === weekAt(n.id) && n.week_claims >= n.capacity_week),
  );
  return new Set(full.map((n) => n.id));
}
