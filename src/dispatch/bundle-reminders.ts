import type { Assignment } from '../lead/assignment.ts';
import type { Fact } from '../lead/facts.ts';
import { wake } from '../lead/follow-up.ts';
import type { Lead } from '../lead/lead.ts';
import {
  type BundledReminder,
  beginBundle,
  bundledAmong,
  keepBundle,
} from '../postgres/bundled-reminders.ts';
import { readCase } from '../postgres/leads.ts';
import { actOf, timer, vendorCalendar } from './deps.ts';
import type { Posting } from './post-letters.ts';

/** A lead whose reminder is due as well. */
interface DueLead extends BundledReminder {
  readonly lead: Lead;
  readonly assignment: Assignment;
}

/** The occasion of a reminder or warning: the claim, its deadline and the rung. */
export const dutyKey = (kind: 'reminder' | 'warning', fact: Fact): string =>
  `${kind}:${fact.id}:${fact.data['deadline']}:${fact.data['rung']}`;

/**
 * Several reminders that are due for one person at the same time are one mail. The lead that wakes first brings the
 * others along; each of them finds at its own waking that its reminder has gone out.
 *
 * @returns what else the mail is about; undefined when this very reminder stands in another mail
 */
export async function bundleReminders(
  p: Posting,
  fact: Fact,
  personId: string,
): Promise<readonly DueLead[] | undefined> {
  const { tx, change } = p;
  const key = dutyKey('reminder', fact);
  const { elsewhere, others } = await beginBundle(tx, { key, lead_id: change.case.lead.id }, personId);
  if (elsewhere) return undefined;
  const due: DueLead[] = [];
  for (const id of others) due.push(...(await dueNow(p, id, personId)));
  const known =
    due.length > 0
      ? await bundledAmong(
          tx,
          due.map((one) => one.key),
        )
      : [];
  const fresh = due.filter((one) => !known.includes(one.key));
  keepBundle(
    tx,
    key,
    fresh.map(({ key, lead_id }) => ({ key, lead_id })),
  );
  return fresh;
}

/** What another lead would remind this person of if it were woken now; it is, in a moment, and by itself. */
async function dueNow(
  { deps, tx, change }: Posting,
  leadId: string,
  personId: string,
): Promise<readonly DueLead[]> {
  const loaded = await readCase(tx, deps.db, { id: leadId }, vendorCalendar(deps.house));
  // Another programme speaks in other words, and perhaps under another name.
  if (loaded?.case.lead.program.key !== change.case.lead.program.key) return [];
  const { case: after, facts } = wake(loaded.case, actOf(deps, tx, timer));
  return facts.flatMap((fact) => {
    const assignment = after.assignments.find((a) => a.id === fact.id);
    if (fact.what !== 'reminder.sent' || assignment?.contact_id !== personId) return [];
    return [{ key: dutyKey('reminder', fact), lead_id: leadId, lead: after.lead, assignment }];
  });
}
