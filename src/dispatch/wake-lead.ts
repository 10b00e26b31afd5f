import { wake } from '../lead/follow-up.ts';
import { ok } from '../lead/result.ts';
import { pushWake, takeDueLead } from '../postgres/wakes.ts';
import { assessIn } from './assess-lead.ts';
import { changeLeadIn } from './change-lead.ts';
import { type Deps, timer } from './deps.ts';
import { isUnavailable } from './outage.ts';

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
      await changeLeadIn(deps, tx, { id: leadId }, timer, (c, act) =>
        c.lead.state === 'captured'
          ? assessIn(tx, c, act, { compare: 'earlier', dispatch: true })
          : ok(wake(c, act)),
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
