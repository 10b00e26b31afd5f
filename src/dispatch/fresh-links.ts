import { ok, type Result, refuse } from '../lead/result.ts';
import type { Act } from '../letters/acts.ts';
import type { LetterView } from '../letters/letter.ts';
import { waitingLetters } from '../postgres/letters.ts';
import { findUser } from '../postgres/people.ts';
import type { Deps } from './deps.ts';

export interface FreshLinks {
  readonly user: { readonly email: string; readonly name: string; readonly role: string };
  /** What waits for them, the newest first, with a link for each button of the mail they had. */
  readonly items: readonly {
    readonly lead: string;
    readonly kind: string;
    readonly links: readonly { readonly act: Act; readonly url: string }[];
  }[];
}

/**
 * Fresh links for a vendor user whose mail is lost: one for each button of their latest mail about every lead that is
 * still open. Whether an act is still possible is decided when a link is opened, as ever.
 */
export async function freshLinks(deps: Deps, email: string): Promise<Result<FreshLinks>> {
  return deps.db.inTransaction(async (tx) => {
    const user = await findUser(tx, email);
    if (!user) return refuse({ kind: 'not-found', what: 'user' });
    const letters = await waitingLetters(tx, user.id);
    const items = letters.map(({ reference, view }) => ({
      lead: reference,
      kind: (view as LetterView).kind,
      links: (view as LetterView).rows.flat().map(({ order: { path, act, obj } }) => ({
        act,
        url: deps.links.url(path, { sub: user.id, act, obj, ver: user.epoch }, tx.now),
      })),
    }));
    return ok({ user: { email: user.email, name: user.name, role: user.role }, items });
  });
}
