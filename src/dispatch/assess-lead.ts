import { startDistribution } from '../lead/distribute.ts';
import { leadLookups, resemblances } from '../lead/duplicates.ts';
import type { Act, Change, LeadCase } from '../lead/lead-case.ts';
import { assess } from '../lead/qualify.ts';
import { ok, type Result } from '../lead/result.ts';
import type { Tx } from '../postgres/database.ts';
import { leadsSharing } from '../postgres/lead-keys.ts';

/**
 * The check at the door, for a lead that is in the database: what it lacks, what it looks like, and whether it goes
 * out at once.
 *
 * @param how.compare `all` for a lead that has just come; `earlier` for one that has lain here
 * @param how.dispatch false keeps a complete lead at home
 */
export async function assessIn(
  tx: Tx,
  from: LeadCase | Change,
  act: Act,
  how: { readonly compare: 'all' | 'earlier'; readonly dispatch: boolean },
): Promise<Result<Change>> {
  const { lead } = 'case' in from ? from.case : from;
  const alike = await leadsSharing(tx, lead, leadLookups(lead), how.compare);
  const assessed = assess(from, act, resemblances(lead, alike));
  return how.dispatch && assessed.case.lead.state === 'qualified'
    ? startDistribution(assessed, act)
    : ok(assessed);
}
