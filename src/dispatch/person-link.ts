import type { Act, LinkPath } from '../letters/acts.ts';
import type { LinkClaim } from '../letters/signed-links.ts';
import { findPerson, type Person } from '../postgres/people.ts';
import type { Deps } from './deps.ts';
import type { FormBody } from './form-fields.ts';
import { expired, type Shown } from './open-link.ts';
import { personMessage } from './person-pages.ts';

/** Links to a person's own pages: what they hold, what they get, that a mail shall stop. Nobody else's, ever. */
export interface PersonLink {
  readonly token: string;
  readonly claim: LinkClaim;
  readonly person: Person;
  readonly now: Date;
}

/** The signature can be checked before the clock is known; whether the link has expired cannot. */
const anyTime = new Date(1_000);

/** Younger presses come from machines that follow everything at once. */
const fastestPressMs = 1000;

/** Verifies a token of one of these pages; a forged one reaches no table, another act's opens nothing here. */
export async function findPersonLink(deps: Deps, token: string, act: Act): Promise<PersonLink | Shown> {
  const signed = deps.links.verify(token, anyTime);
  const now = await deps.db.now();
  const claimed = 'claim' in signed && signed.claim.act === act;
  // Signed with a key that was taken away: it proves nothing, and can be had anew like one that has expired.
  if (claimed && !signed.ok) return expired(deps, token, now);
  if (!signed.ok || !claimed) return { status: 404, page: personMessage(deps, null, 'link-forged', now) };
  const verdict = deps.links.verify(token, now);
  const person = verdict.ok ? await findPerson(deps.db, signed.claim.sub) : undefined;
  if (!person?.active || person.epoch !== signed.claim.ver) return expired(deps, token, now);
  if (signed.claim.obj !== person.id)
    return { status: 403, page: personMessage(deps, person, 'not-yours', now) };
  return { token, claim: signed.claim, person, now };
}

/** Whether a person has pressed: the nonce of our own page, old enough, and the decoy field empty. */
export function hasPressed(deps: Deps, link: PersonLink, body: FormBody): boolean {
  const read = deps.links.readNonce(body['nonce'] ?? '', link.token, link.now);
  return read.ok && read.ageMs >= fastestPressMs && (body['website'] ?? '') === '';
}

/** The address of one of a person's own pages. */
export const ownPage = (deps: Deps, { person, now }: PersonLink, path: LinkPath, act: Act): string =>
  deps.links.url(path, { sub: person.id, act, obj: person.id, ver: person.epoch }, now);
