import type { Contact, ContactRole, Partner } from './partner.ts';

/** A stretch of time in which a contact is not there. Half open: at `until` they are back. */
export interface Absence {
  readonly id: string;
  readonly from: Date;
  readonly until: Date;
  /** The colleague of the same partner who stands in; null: nobody, and timers wait. */
  readonly deputy_id: string | null;
}

/** The absence a contact is in, the one that ends last when there are several. */
export function absenceAt(contact: Contact, at: Date): Absence | undefined {
  if (!contact.absences?.length) return undefined;
  return contact.absences
    .filter((a) => a.from <= at && at < a.until)
    .reduce<Absence | undefined>((last, a) => (last && last.until >= a.until ? last : a), undefined);
}

/**
 * Whoever answers for a contact now: the contact itself when there, else the deputy, else the deputy's deputy.
 * Undefined when nobody of them is there, or
 * no mail reaches them.
 */
export function standIn(partner: Partner, contact: Contact, at: Date): Contact | undefined {
  let someone: Contact | undefined = contact;
  // Two who stand in for each other and are both away would lead round for ever.
  for (let steps = 0; someone && steps <= partner.contacts.length; steps += 1) {
    const away: Absence | undefined = absenceAt(someone, at);
    if (!away) return someone.unreachable ? undefined : someone;
    someone = partner.contacts.find((c) => c.id === away.deputy_id);
  }
  return undefined;
}

const offerOrder: readonly ContactRole[] = ['owner', 'manager', 'rep'];

/**
 * Whoever gets an offer now: the owner, else the manager, else the first rep; while away their deputy; with no deputy
 * the next contact of the partner in that order who is there. Undefined when nobody is.
 *
 * @param wants leaves out whoever does not want such leads; everybody does unless given
 */
export function offerContact(
  partner: Partner,
  at: Date,
  wants: (contact: Contact) => boolean = () => true,
): Contact | undefined {
  for (const role of offerOrder) {
    for (const contact of partner.contacts) {
      const there = contact.role === role ? standIn(partner, contact, at) : undefined;
      if (there && wants(there)) return there;
    }
  }
  return undefined;
}

/** When the first of a partner's people is back; null when somebody is there, or nobody ever was. */
export function backAt(partner: Partner, at: Date): Date | null {
  const company = partner.calendar.absences.find((a) => a.from <= at && at < a.until);
  if (company) return company.until;
  // Hardly anybody is away: the many are told apart without looking for an order among them.
  if (!partner.contacts.some((c) => c.absences?.length) || offerContact(partner, at)) return null;
  const ends = partner.contacts.flatMap((c) => absenceAt(c, at)?.until.getTime() ?? []);
  return ends.length > 0 ? new Date(Math.min(...ends)) : null;
}
