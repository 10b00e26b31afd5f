import { addBusiness, localTime } from '../lead/calendar.ts';
import type { Contact, Partner } from '../lead/partner.ts';
import { absenceLetter } from '../letters/absence-letter.ts';
import { addAbsence, currentAbsence } from '../postgres/absences.ts';
import type { Tx } from '../postgres/database.ts';
import { partnersById } from '../postgres/partners.ts';
import type { Person } from '../postgres/people.ts';
import { dayFaults, instantOfReturn } from './announce-absence.ts';
import type { Deps } from './deps.ts';
import { addressee } from './partner-letters.ts';
import { postAll } from './post-letter.ts';

/**
 * An out-of-office reply of a contact: nothing changes, but the contact, and the owner and managers of the partner,
 * are asked with one button whether it is so. Without a day of return the next working day is proposed, no more.
 * Asked once: while an absence is announced or proposed, further replies of the mailbox say nothing new.
 *
 * @param until the day of return as the reply names it (`YYYY-MM-DD`), or null
 */
export async function proposeAbsence(
  deps: Deps,
  tx: Tx,
  reply: {
    readonly person: Person;
    readonly until: string | null;
    readonly inbound: string;
    /** The lead whose mail was answered. */
    readonly lead: { readonly id: string; readonly reference: string } | null;
  },
): Promise<void> {
  const { person } = reply;
  const [partner] = await partnersById(tx, deps.db, person.partner_id ? [person.partner_id] : []);
  const away = partner?.contacts.find((c) => c.id === person.id);
  if (!partner || !away || (await currentAbsence(tx, away.id, tx.now))) return;
  const today = localTime(away.timezone, tx.now).date;
  const told = reply.until && dayFaults({ from: null, until: reply.until }, today).length === 0;
  const until = told ? (reply.until as string) : nextWorkingDay(partner, away, tx.now);
  const absence = deps.ids.uuid(tx.now);
  await addAbsence(tx, {
    id: absence,
    person_id: away.id,
    from_at: tx.now,
    until_at: instantOfReturn(away, until),
    deputy_id: null,
    source: 'reply',
    inbound_id: reply.inbound,
    confirmed_at: null,
  });
  const letters = readersOf(partner, away).map((contact) => ({
    key: `absence:${absence}:${contact.id}`,
    lead_id: reply.lead?.id ?? null,
    offer_id: null,
    view: absenceLetter({
      partner,
      contact,
      absence,
      away,
      until,
      guessed: !told,
      reference: reply.lead?.reference ?? '',
    }),
    to: addressee(contact),
  }));
  await postAll(deps, tx, letters);
}

const readersOf = (partner: Partner, away: Contact): readonly Contact[] => [
  away,
  ...partner.contacts.filter((c) => c.id !== away.id && c.role !== 'rep'),
];

const nextWorkingDay = (partner: Partner, away: Contact, now: Date): string => {
  const usual = { ...partner.calendar, zone: away.timezone };
  return localTime(away.timezone, addBusiness(usual, now, 'P1D')).date;
};
