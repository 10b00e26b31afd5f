import type { Contact } from '../lead/partner.ts';
import { button, type ToPartner, toPartner } from './buttons.ts';
import type { AbsenceView } from './letter.ts';
import { plainLine } from './plain.ts';

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
