import { addDays, instantOf, localTime } from '../lead/calendar.ts';
import type { Contact } from '../lead/partner.ts';
import type { FieldFault } from '../lead/refusals.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
import {
  type AbsenceRow,
  type AbsenceSource,
  addAbsence,
  confirmAbsence,
  currentAbsence,
  endAbsences,
  personChanged,
} from '../postgres/absences.ts';
import type { Tx } from '../postgres/database.ts';
import { type CountedPartner, findPartner } from '../postgres/partners.ts';
import type { Deps } from './deps.ts';

/** Local days of the contact's zone. `until` is the day of return, `from` today unless told; `until` null: there again. */
export interface AbsenceTold {
  readonly from: string | null;
  readonly until: string | null;
  /** external_id of the colleague of the same partner who stands in. */
  readonly deputy: string | null;
}

/** The present or next absence of a contact, as machines are told. */
export interface AbsenceView extends AbsenceTold {
  readonly source: AbsenceSource | null;
  /** False for one that an out-of-office reply has proposed and nobody has confirmed. */
  readonly confirmed: boolean;
}

export interface ContactKey {
  readonly partner: string;
  readonly contact: string;
}

/** An absence lasts a year at the longest: a slip of the year must not silence somebody for ever. */
const longestDays = 366;

/**
 * A contact will not be there: until the day of return offers go to the deputy or to the partner's next contact,
 * claims to the deputy, and what nobody stands in for waits. Takes the place of what was announced before; the leads
 * it concerns are looked at as soon as it is written.
 */
export function announceAbsence(
  deps: Deps,
  key: ContactKey,
  told: AbsenceTold,
  source: AbsenceSource,
): Promise<Result<AbsenceView>> {
  return deps.db.inTransaction(async (tx) => {
    const found = await findContact(tx, deps, key);
    if (!found.ok) return found;
    const { partner, contact } = found.value;
    const faults = faultsOf(told, contact, partner, tx.now);
    if (faults.length > 0) return refuse({ kind: 'invalid', errors: faults });
    await setAbsence(deps, tx, contact, told, { source, deputy: deputyOf(partner, told)?.id ?? null });
    return ok(await viewOf(tx, partner, contact));
  });
}

export async function readAbsence(deps: Deps, key: ContactKey): Promise<Result<AbsenceView>> {
  return deps.db.inTransaction(async (tx) => {
    const found = await findContact(tx, deps, key);
    return found.ok ? ok(await viewOf(tx, found.value.partner, found.value.contact)) : found;
  });
}

/** Writes an absence whose days have been checked; whatever was announced before ends. */
export async function setAbsence(
  deps: Pick<Deps, 'ids'>,
  tx: Tx,
  person: Pick<Contact, 'id' | 'timezone'>,
  told: Pick<AbsenceTold, 'from' | 'until'>,
  how: { readonly source: AbsenceSource; readonly deputy: string | null; readonly inbound?: string | null },
): Promise<void> {
  await endAbsences(tx, person.id);
  if (told.until) {
    await addAbsence(tx, {
      id: deps.ids.uuid(tx.now),
      person_id: person.id,
      from_at: told.from ? instantOf(person.timezone, told.from, '00:00') : tx.now,
      until_at: instantOfReturn(person, told.until),
      deputy_id: how.deputy,
      source: how.source,
      inbound_id: how.inbound ?? null,
      confirmed_at: tx.now,
    });
  }
  await personChanged(tx, person.id);
}

/** A proposed absence is so: it begins now and takes the place of what was announced before. */
export async function startAbsence(tx: Tx, proposed: AbsenceRow, until: Date): Promise<void> {
  await endAbsences(tx, proposed.person_id, proposed.id);
  await confirmAbsence(tx, proposed.id, until);
  await personChanged(tx, proposed.person_id);
}

/** Back from the first minute of the day. */
export const instantOfReturn = (person: Pick<Contact, 'timezone'>, day: string): Date =>
  instantOf(person.timezone, day, '00:00');

/** What is wrong with the days of an absence. */
export function dayFaults(told: Pick<AbsenceTold, 'from' | 'until'>, today: string): readonly FieldFault[] {
  const { from, until } = told;
  if (!until)
    return from
      ? [{ pointer: '/until', message: 'must be the day of return; absent without "from" ends the absence' }]
      : [];
  if (until <= today)
    return [{ pointer: '/until', message: `must be a day after today (${today}): the day of return` }];
  if (from && from >= until)
    return [{ pointer: '/from', message: `must lie before the day of return (${until})` }];
  const first = from && from > today ? from : today;
  return until > addDays(first, longestDays)
    ? [
        {
          pointer: '/until',
          message: 'must lie within a year; put a contact who has left out of the partner instead',
        },
      ]
    : [];
}

function faultsOf(told: AbsenceTold, contact: Contact, partner: CountedPartner, now: Date): FieldFault[] {
  const days = dayFaults(told, localTime(contact.timezone, now).date);
  if (!told.deputy) return [...days];
  if (told.deputy === contact.external_id)
    return [...days, { pointer: '/deputy', message: 'must be somebody else than the contact who is away' }];
  const known = partner.contacts.map((c) => `"${c.external_id}"`).join(', ');
  return deputyOf(partner, told)
    ? [...days]
    : [...days, { pointer: '/deputy', message: `must be a contact of the same partner: ${known}` }];
}

const deputyOf = (partner: CountedPartner, told: AbsenceTold): Contact | undefined =>
  partner.contacts.find((c) => c.external_id === told.deputy);

async function findContact(
  tx: Tx,
  deps: Deps,
  key: ContactKey,
): Promise<Result<{ readonly partner: CountedPartner; readonly contact: Contact }>> {
  const partner = await findPartner(tx, deps.db, key.partner);
  if (!partner) return refuse({ kind: 'not-found', what: 'partner' });
  const contact = partner.contacts.find((c) => c.external_id === key.contact);
  return contact ? ok({ partner, contact }) : refuse({ kind: 'not-found', what: 'contact' });
}

async function viewOf(tx: Tx, partner: CountedPartner, contact: Contact): Promise<AbsenceView> {
  const row = await currentAbsence(tx, contact.id, tx.now);
  return row
    ? absenceView(row, contact, partner)
    : { from: null, until: null, deputy: null, source: null, confirmed: false };
}

const absenceView = (row: AbsenceRow, contact: Contact, partner: CountedPartner): AbsenceView => ({
  from: localTime(contact.timezone, row.from_at).date,
  until: localTime(contact.timezone, row.until_at).date,
  deputy: partner.contacts.find((c) => c.id === row.deputy_id)?.external_id ?? null,
  source: row.source,
  confirmed: row.confirmed_at !== null,
});
