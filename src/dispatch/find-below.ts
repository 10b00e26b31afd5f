import { offerContact } from '../lead/absence.ts';
import type { LeadCase } from '../lead/lead-case.ts';
import { matchLead } from '../lead/match.ts';
import type { Contact, Partner } from '../lead/partner.ts';
import { waveSize } from '../lead/programme.ts';
import type { Tx } from '../postgres/database.ts';
import { partnerRecords } from '../postgres/partner-records.ts';
import { knownPartners } from '../postgres/partners.ts';
import { knownProgramme } from '../postgres/programs.ts';
import type { Deps } from './deps.ts';
import { answersFor, locating, recordsAsked, withRecord } from './find-candidates.ts';
import { shareOf } from './ids.ts';

export interface Below {
  /** The resellers whom the distributor's rules do not exclude, best first. */
  readonly resellers: readonly { readonly partner: Partner; readonly contact: Contact }[];
  /** How many of them those rules ask at once. */
  readonly width: number;
}

/**
 * The resellers below a distributor, by its own rules: those of the programme its `custom.program` names, else those
 * the lead runs under.
 */
export async function findBelow(tx: Tx, deps: Pick<Deps, 'db'>, c: LeadCase, above: Partner): Promise<Below> {
  if (above.kind !== 'distributor') return { resellers: [], width: 0 };
  const all = await knownPartners(tx, deps.db);
  const below = [...all.values()].filter((p) => p.parent_id === above.id);
  if (below.length === 0) return { resellers: [], width: 0 };
  const named = above.custom['program'];
  const own = typeof named === 'string' ? await knownProgramme(tx, deps.db, named) : undefined;
  const rules = own?.document ?? c.programme;
  const programme = { ...rules, matching: { ...rules.matching, exploration: 0 } };
  const records = await partnerRecords(tx, recordsAsked(tx, { lead: c.lead, programme }));
  const answers = await answersFor(tx, programme, tx.now);
  const { ranked } = matchLead({
    ...(await locating(tx, deps, { lead: c.lead, programme }, below)),
    lead: c.lead,
    programme,
    version: own?.version ?? c.lead.program.version,
    partners: below.map((p) => withRecord(p, records.get(p.id), { answers: answers.get(p.id) }, tx.now)),
    at: tx.now,
    hash: shareOf,
  });
  const resellers = ranked.flatMap(({ partner }) => {
    const contact = offerContact(partner, tx.now);
    return contact ? [{ partner, contact }] : [];
  });
  return { resellers, width: waveSize(programme.distribution) };
}
