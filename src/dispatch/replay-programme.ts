import { elapsedMs } from '../lead/duration.ts';
import type { MatchPartner, PartnerExplanation } from '../lead/match.ts';
import type { Programme } from '../lead/programme.ts';
import { type Replay, type ReplayedLead, replayLead, replayOf } from '../lead/replay.ts';
import type { Tx } from '../postgres/database.ts';
import { allPartners, type CountedPartner } from '../postgres/partners.ts';
import { offeredLeads, recordsAsOf } from '../postgres/past-leads.ts';
import type { Deps } from './deps.ts';
import { answersFor, locating, withRecord } from './find-candidates.ts';
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
  return deps.db.inTransaction(async (tx) => {
    const partners = await allPartners(tx, deps.db);
    const items: ReplayedLead[] = [];
    for (const past of await offeredLeads(tx, draft.key, last)) {
      const { lead, at, was } = past;
      const then = await asOf(tx, draft, partners, at);
      const { locate } = await locating(tx, deps, { lead, programme: draft }, partners);
      const explained = past.explained as readonly PartnerExplanation[];
      items.push(
        replayLead(
          { lead, at, was, explained, partners: then, ...(locate ? { locate } : {}) },
          draft,
          shareOf,
        ),
      );
    }
    return replayOf(draft, items);
  });
}

/** The partners of today with their records of then. */
async function asOf(
  tx: Tx,
  draft: Programme,
  partners: readonly CountedPartner[],
  at: Date,
): Promise<MatchPartner[]> {
  const ago = (span: string): Date => new Date(at.getTime() - elapsedMs(span));
  const records = await recordsAsOf(tx, at, { week: ago('P7D'), decay: ago(draft.matching.decay) });
  const answers = await answersFor(tx, draft, at);
  return partners.map((p) => {
    const row = records.get(p.id);
    return withRecord(p, row, { offered90: row?.offered90, answers: answers.get(p.id) }, at);
  });
}
