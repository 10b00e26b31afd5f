import type { Act, Change, LeadCase } from '../lead/lead-case.ts';
import { type Money, parseMoney } from '../lead/money.ts';
import { type ReportVerb, reportStatus } from '../lead/report-status.ts';
import type { Result } from '../lead/result.ts';
import type { Tx } from '../postgres/database.ts';
import { findLead } from '../postgres/lead-reads.ts';
import type { Intent } from '../replies/intent.ts';
import type { ReadMail } from './read-mail.ts';

/** What a reply is about, and what it reports. */

export const leadOf = (read: ReadMail): { readonly id: string } => ({ id: read.thread.lead_id as string });

/** The offer of the thread that was answered, else the person's newest offer of the lead. */
export function offerMeant(c: LeadCase, read: ReadMail): string | undefined {
  if (read.thread.offer_id) return read.thread.offer_id;
  return c.offers.findLast((o) => o.contact_id === read.person.id)?.id;
}

/** Another lead that the words name by its reference: "duplicate of L-4F7K2Q". */
export async function leadNamed(tx: Tx, read: ReadMail, c: LeadCase): Promise<string | null> {
  const named = read.understood.visible.toUpperCase().match(/\bL-[0-9A-HJKMNP-TV-Z]{6,10}\b/g) ?? [];
  const other = named.find((reference) => reference !== c.lead.reference);
  return other && (await findLead(tx, other)) ? other : null;
}

/**
 * What a reply reports about one lead.
 *
 * @param words what goes to the timeline of the lead
 */
export function decideReport(c: LeadCase, intent: Intent, words: string, act: Act): Result<Change> {
  const { date, time, reason } = intent;
  const report = { verb: intent.verb as ReportVerb, money: moneyOf(c, intent), date, time, reason, words };
  return reportStatus(c, report, act);
}

/** An amount without a currency is in the lead's, else the programme's. */
export function moneyOf(c: LeadCase, { amount, currency }: Intent): Money | null {
  const usual = currency ?? c.lead.value?.currency ?? c.programme.currency;
  return amount ? (parseMoney(amount, usual) ?? null) : null;
}
