import type { LeadCase } from '../lead/lead-case.ts';
import type { UserRole } from '../lead/partner.ts';
import type { Programme } from '../lead/programme.ts';
import type { Tx } from '../postgres/database.ts';
import { findUser, type Person, usersWithRole } from '../postgres/people.ts';
import type { Addressee } from './post-letter.ts';

/** Who gets which mail at the vendor. */

/** The partner's account manager, else the catch-all, else the program managers. */
export const camOf = (tx: Tx, c: LeadCase, partnerId: string): Promise<Addressee[]> =>
  camAt(tx, c.partners.get(partnerId)?.cam ?? null, c.programme);

/** The same for what is about a partner, not about a lead. @param cam address of the account manager */
export async function camAt(
  tx: Tx,
  cam: string | null,
  rules: Pick<Programme, 'distribution'>,
): Promise<Addressee[]> {
  const user = cam ? await findUser(tx, cam) : undefined;
  return user ? [addressee(user)] : catchAll(tx, { programme: rules });
}

/** The account manager and the program managers, each once. */
export async function camAndManagers(tx: Tx, c: LeadCase, partnerId: string): Promise<Addressee[]> {
  const all = [...(await camOf(tx, c, partnerId)), ...(await programManagers(tx))];
  return [...new Map(all.map((to) => [to.email.toLowerCase(), to])).values()];
}

/** Who works a lead for the vendor: the partner's account manager, else the program managers. Never a bare address. */
export async function leadersOf(tx: Tx, c: LeadCase, partnerId: string): Promise<Addressee[]> {
  const address = c.partners.get(partnerId)?.cam;
  const cam = address ? await findUser(tx, address) : undefined;
  return cam ? [addressee(cam)] : programManagers(tx);
}

/** The programme's catch-all addresses, users or not; else the program managers. */
export async function catchAll(
  tx: Tx,
  c: { readonly programme: Pick<Programme, 'distribution'> },
): Promise<Addressee[]> {
  const addresses = c.programme.distribution.catch_all;
  if (addresses.length === 0) return programManagers(tx);
  const found = [];
  for (const email of addresses) {
    const user = await findUser(tx, email);
    found.push(user ? addressee(user) : { person_id: null, email, name: null });
  }
  return found;
}

export const qualifiers = (tx: Tx): Promise<Addressee[]> =>
  firstRole(tx, ['qualifier', 'program_manager', 'admin']);
/** Whoever runs the installation, where no address is set for it. */
export const admins = (tx: Tx): Promise<Addressee[]> => firstRole(tx, ['admin']);
export const programManagers = (tx: Tx): Promise<Addressee[]> => firstRole(tx, ['program_manager', 'admin']);

/** Everybody who has the first of these roles that anybody has. */
async function firstRole(tx: Tx, roles: readonly UserRole[]): Promise<Addressee[]> {
  for (const role of roles) {
    const users = await usersWithRole(tx, [role]);
    if (users.length > 0) return users.map(addressee);
  }
  return [];
}

const addressee = (user: Person): Addressee => ({ person_id: user.id, email: user.email, name: user.name });
