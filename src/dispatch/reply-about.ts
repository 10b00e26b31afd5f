import type { LeadCase } from '../lead/lead-case.ts';
import type { Tx } from '../postgres/database.ts';
import { findLead } from '../postgres/lead-reads.ts';
import type { ReadMail } from './read-mail.ts';

/** What a reply is about. */

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
