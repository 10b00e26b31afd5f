import { elapsedMs } from '../lead/duration.ts';
import type { PartnerExplanation } from '../lead/match.ts';
import type { Programme } from '../lead/programme.ts';
import { type Replay, type ReplayedLead, replayLead, replayOf } from '../lead/replay.ts';
import { allPartners } from '../postgres/partners.ts';
import { offeredLeads, recordsAsOf } from '../postgres/past-leads.ts';
import type { Deps } from './deps.ts';
import { withRecord } from './find-candidates.ts';
import { shareOf } from './ids.ts';

/** Leads a replay looks at, unless told otherwise, and at most. */
export const usuallyReplayed = 100;
export const mostReplayed = 500;

/**
 * What a draft would have changed on the newest leads of its programme: each with its first wave as it was and as the
 * draft would have it, over the partners of today with their records of then. Reads only: nothing is written or mailed.
 */
export async function replayProgramme(
  deps: Pick<Deps, 'db'>,
  draft: Programme,
  last: number,
): Promise<Replay> {
  const partners = await allPartners(deps.db, deps.db);
  const items: ReplayedLead[] = [];
  for (const { lead, at, was, explained } of await offeredLeads(deps.db, draft.key, last)) {
    const records = await recordsAsOf(deps.db, at, new Date(at.getTime() - elapsedMs('P7D')));
    const then = partners.map((p) => withRecord(p, records.get(p.id), records.get(p.id)?.offered90 ?? 0, at));
    const past = { lead, at, was, explained: explained as readonly PartnerExplanation[], partners: then };
    items.push(replayLead(past, draft, shareOf));
  }
  return replayOf(draft, items);
}
