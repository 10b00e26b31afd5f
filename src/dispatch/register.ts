import { circleOf, circleWords } from '../lead/hierarchy.ts';
import type { UserRole } from '../lead/partner.ts';
import type { Programme } from '../lead/programme.ts';
import type { FieldFault } from '../lead/refusals.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
import type { Tx } from '../postgres/database.ts';
import { contactPartners, hierarchy, lockHierarchy } from '../postgres/partner-imports.ts';
import { type ContactRecord, findPartner, type PartnerRecord, putPartner } from '../postgres/partners.ts';
import { putUser } from '../postgres/people.ts';
import { addProgramme } from '../postgres/programs.ts';
import type { Deps } from './deps.ts';

/** What is told about the people and rules of an installation. */

export type PartnerTold = Omit<PartnerRecord, 'parent_id'> & {
  readonly parent: string | null;
  readonly contacts: readonly ContactRecord[];
};

/** Creates or replaces a partner with its contacts. */
export async function registerPartner(
  deps: Deps,
  told: PartnerTold,
): Promise<Result<{ readonly created: boolean }>> {
  return deps.db.inTransaction(async (tx) => {
    const { parent, contacts, ...record } = told;
    const above = parent ? await findPartner(tx, deps.db, parent) : undefined;
    if (parent && !above) {
      const message = `there is no partner "${parent}"; PUT it first, then its resellers`;
      return refuse({ kind: 'invalid', errors: [{ pointer: '/parent', message }] });
    }
    const circle =
      above && circleOf(record.external_id, await wouldBe(tx, record.external_id, above.external_id));
    if (circle)
      return refuse({ kind: 'invalid', errors: [{ pointer: '/parent', message: circleWords(circle) }] });
    const elsewhere = await contactsElsewhere(tx, record.external_id, contacts);
    if (elsewhere.length > 0) return refuse({ kind: 'invalid', errors: elsewhere });
    const ids = { partner: deps.ids.uuid(tx.now), contact: () => deps.ids.uuid(tx.now) };
    const put = await putPartner(tx, ids, { ...record, parent_id: above?.id ?? null }, contacts);
    return ok({ created: put.created });
  });
}

/** A person belongs to one partner: two of them would answer for the same mailbox. */
async function contactsElsewhere(
  tx: Tx,
  partner: string,
  contacts: readonly ContactRecord[],
): Promise<FieldFault[]> {
  const emails = contacts.map((c) => c.email.toLowerCase());
  const owners = await contactPartners(tx, emails);
  return emails.flatMap((email, i) => {
    const other = owners.get(email);
    return other === undefined || other === partner
      ? []
      : [{ pointer: `/contacts/${i}/email`, message: belongsElsewhere(email, other) }];
  });
}

export const belongsElsewhere = (email: string, partner: string): string =>
  `${email} is a contact of the partner "${partner}" already; a person belongs to one partner`;

/** The hierarchy as it would be with one partner under another. */
async function wouldBe(tx: Tx, partner: string, parent: string): Promise<Map<string, string | null>> {
  lockHierarchy(tx);
  return (await hierarchy(tx)).set(partner, parent);
}

export async function registerUser(
  deps: Deps,
  user: {
    email: string;
    name: string;
    role: UserRole;
    territory: string | null;
    timezone: string;
    language: string;
  },
): Promise<{ readonly id: string; readonly created: boolean }> {
  return deps.db.inTransaction((tx) => putUser(tx, deps.ids.uuid(tx.now), user));
}

/** Writes a new version of a programme. @returns its number */
export async function applyProgramme(
  deps: Deps,
  programme: Programme,
  author: string,
  note: string | null,
): Promise<number> {
  return deps.db.inTransaction((tx) => addProgramme(tx, programme, author, note));
}
