import type { UserRole } from '../lead/partner.ts';
import type { Programme } from '../lead/programme.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
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
    if (above?.external_id === record.external_id) {
      return refuse({
        kind: 'invalid',
        errors: [{ pointer: '/parent', message: 'a partner cannot be its own parent' }],
      });
    }
    const ids = { partner: deps.ids.uuid(tx.now), contact: () => deps.ids.uuid(tx.now) };
    const put = await putPartner(tx, ids, { ...record, parent_id: above?.id ?? null }, contacts);
    return ok({ created: put.created });
  });
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
