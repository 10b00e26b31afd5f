import type { Contact } from '../lead/partner.ts';
import { button, type ToPartner, toPartner } from './buttons.ts';
import type { Letter } from './letter.ts';
import { plainLine } from './plain.ts';

/** An out-of-office reply came: is the contact away? One tap says so. */
export interface AbsenceView extends Letter<'absence'> {
  /** Who seems to be away. */
  readonly name: string;
  /** Whether the reader is that contact, or a colleague. */
  readonly own: boolean;
  /** The day of return (`YYYY-MM-DD`). */
  readonly until: string;
  /** The reply named no day: the next working day is proposed. */
  readonly guessed: boolean;
}

export interface AbsenceLetterInput extends ToPartner {
  /** Id of the proposed absence. */
  readonly absence: string;
  /** Who seems to be away: the reader, or a colleague. */
  readonly away: Contact;
  /** Day of return, `YYYY-MM-DD`. */
  readonly until: string;
  readonly guessed: boolean;
  /** Of the lead whose mail was answered; empty for any other mail. */
  readonly reference: string;
}

/** "Are you away?" One tap makes an absence of an out-of-office reply; without it nothing changes. */
export const absenceLetter = (input: AbsenceLetterInput): AbsenceView => ({
  ...toPartner('absence', input.reference, input, [[button('absence', input.absence, 'main')]]),
  name: plainLine(input.away.name, 80),
  own: input.away.id === input.contact.id,
  until: input.until,
  guessed: input.guessed,
});
