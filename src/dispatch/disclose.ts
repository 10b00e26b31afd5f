import { disclosedData, disclosedTo, type SaidField, saidFields } from '../lead/disclosure.ts';
import type { StoredFact } from '../lead/facts.ts';
import type { Asks } from '../postgres/database.ts';
import { disclosureRows } from '../postgres/disclosures.ts';
import type { LeadRecord } from '../postgres/lead-reads.ts';

/** What the vendor may see of what partners said: every output of leads, facts and mails passes here. */
export interface Disclosures {
  /** Of somebody at no partner everything; of a partner no rule is known for, where there are rules, nothing. */
  of(leadId: string, partner: string | null | undefined): ReadonlySet<SaidField>;
}

const everything: ReadonlySet<SaidField> = new Set(saidFields);
const nothing: ReadonlySet<SaidField> = new Set();

export async function disclosuresOf(db: Asks, leadIds: readonly string[]): Promise<Disclosures> {
  const rows = await disclosureRows(db, [...new Set(leadIds)]);
  const known = new Map(rows.map((r) => [`${r.lead_id} ${r.partner}`, disclosedTo(r.rules, r)]));
  const restricted = new Set(rows.map((r) => r.lead_id));
  return {
    of: (leadId, partner) =>
      known.get(`${leadId} ${partner}`) ?? (partner && restricted.has(leadId) ? nothing : everything),
  };
}

/** A lead without what its holder's tier keeps to itself. */
export function discloseLead(record: LeadRecord, rules: Disclosures): LeadRecord {
  const { assignment } = record;
  if (!assignment?.outcome) return record;
  const shown = rules.of(record.lead.id, assignment.partner);
  const { money, reason } = assignment.outcome;
  const outcome = {
    ...assignment.outcome,
    money: shown.has('amount') ? money : null,
    reason: shown.has('reason') ? reason : null,
  };
  return { ...record, assignment: { ...assignment, outcome } };
}

/** A fact without what the partner who said it keeps to itself. @param partner external id of whoever acted */
export function discloseFact(
  fact: StoredFact,
  leadId: string,
  partner: string | null,
  rules: Disclosures,
): StoredFact {
  if (fact.who.kind !== 'contact') return fact;
  const shown = rules.of(leadId, partner ?? 'nobody known');
  return { ...fact, data: disclosedData(fact.data, shown), words: shown.has('words') ? fact.words : null };
}

/** Whether a mail that holds a partner's own words may be read: only where nothing is kept back. */
export const mayReadMail = (rules: Disclosures, leadId: string | null, partner: string | null): boolean =>
  leadId === null || rules.of(leadId, partner).size === saidFields.length;
