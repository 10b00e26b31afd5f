import type { Fact } from '../lead/facts.ts';
import { contactOf, type LeadCase } from '../lead/lead-case.ts';
import type { Contact } from '../lead/partner.ts';
import { defaultProgramme } from '../lead/programme.ts';
import { bounceNotice, qualityAlert } from '../letters/trouble-letters.ts';
import type { Tx } from '../postgres/database.ts';
import { findLetter } from '../postgres/letters.ts';
import { partnersById } from '../postgres/partners.ts';
import { findPerson } from '../postgres/people.ts';
import { knownProgramme } from '../postgres/programs.ts';
import { camAndManagers, camAt } from './addressees.ts';
import type { Deps } from './deps.ts';
import { disclosuresOf } from './disclose.ts';
import { partnerReader } from './partner-letters.ts';
import { type Posted, post, postAll, worded } from './post-letter.ts';
import type { Posting } from './post-letters.ts';

/** Letters to the vendor about an address that takes no mail, and about a lead that something is wrong with. */

/** An address that has turned out to take no mail. */
export interface DeadAddress {
  /** The contact whose address it is. */
  readonly personId: string;
  /** The mail server's own words or status; null where they are not known. */
  readonly words: string | null;
  /** The reference of a lead they have, of which they could not be written. */
  readonly held?: string;
}

/**
 * Tells the partner's account manager that a contact's address takes no mail. Once a day and contact at the most,
 * however many letters come back, and once a day for each lead of which they could not be written; nothing for anybody who is no contact.
 */
export async function postBounceNotice(deps: Deps, tx: Tx, dead: DeadAddress): Promise<void> {
  const person = await findPerson(tx, dead.personId);
  const [partner] = person?.partner_id ? await partnersById(tx, deps.db, [person.partner_id]) : [];
  if (!person || !partner) return;
  const rules = (await knownProgramme(tx, deps.db, null))?.document ?? defaultProgramme;
  const day = tx.now.toISOString().slice(0, 10);
  for (const to of await camAt(tx, partner.cam, rules)) {
    const reader = { id: to.person_id ?? '', name: to.name };
    const view = bounceNotice({ reader, partner, contact: person, ...dead, at: tx.now });
    const about = dead.held ? `${day}:${dead.held}` : day;
    const key = `bounce-notice:${person.id}:${about}:${to.email}`;
    await post(deps, tx, { key, lead_id: null, offer_id: null, view: worded(view, rules), to });
  }
}

/**
 * Takes out what would go to an address that is known to take no mail, and tells the account manager instead. An offer
 * goes all the same: it comes back, and only so does its wave go on.
 */
export async function withoutUnreachable(
  { deps, tx, change: { case: c } }: Posting,
  letters: readonly Posted[],
): Promise<readonly Posted[]> {
  const dead = new Set(
    [...c.offers, ...c.assignments].flatMap((who) => {
      const contact = contactOf(c, who);
      return contact?.unreachable ? [contact.id] : [];
    }),
  );
  if (dead.size === 0) return letters;
  const isLost = ({ to, view }: Posted): boolean =>
    to.person_id !== null && dead.has(to.person_id) && view.kind !== 'offer';
  const lost = new Set(letters.filter(isLost).map(({ to }) => to.person_id as string));
  for (const personId of lost)
    await postBounceNotice(deps, tx, { personId, words: null, held: c.lead.reference });
  return letters.filter((letter) => !isLost(letter));
}

/** An offer could not be delivered: its reader's address is the reason. A returned mail is told of by whoever reads it. */
export async function postVoided({ deps, tx, change }: Posting, fact: Fact): Promise<void> {
  const offer = change.case.offers.find((o) => o.id === fact.id);
  const letterId = fact.evidence.letter_id;
  const letter = offer && letterId ? await findLetter(tx, letterId) : undefined;
  // What our own allow-list keeps at home says nothing about the address.
  if (!offer || letter?.state !== 'dead') return;
  await postBounceNotice(deps, tx, { personId: offer.contact_id, words: letter.last_error });
}

/**
 * Tells the account manager and the program managers that a contact finds something wrong with a lead.
 *
 * @param about the mail that said so, which names the occasion, and its words
 */
export async function postQualityAlert(
  deps: Deps,
  tx: Tx,
  c: LeadCase,
  contact: Pick<Contact, 'id'> & { readonly partner_id: string },
  about: { readonly inbound: string; readonly words: string },
): Promise<void> {
  const to = partnerReader(c, { partner_id: contact.partner_id, contact_id: contact.id });
  if (!to) return;
  const shown = (await disclosuresOf(tx, [c.lead.id])).of(c.lead.id, to.partner.external_id);
  const words = shown.has('words') && about.words.trim() !== '' ? about.words : null;
  const letters = (await camAndManagers(tx, c, to.partner.id)).map((reader): Posted => {
    const who = { id: reader.person_id ?? '', name: reader.name };
    const view = qualityAlert({ reader: who, lead: c.lead, ...to, words, at: tx.now });
    const key = `quality-alert:${about.inbound}:${reader.email}`;
    return { key, lead_id: c.lead.id, offer_id: null, view: worded(view, c.programme), to: reader };
  });
  await postAll(deps, tx, letters);
}
