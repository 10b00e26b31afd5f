import type { LeadCase } from '../lead/lead-case.ts';
import { onlyReads } from '../lead/partner.ts';
import type { LinkClaim } from '../letters/signed-links.ts';
import { type ReadTarget, readTarget } from '../postgres/known-targets.ts';
import type { Person } from '../postgres/people.ts';
import { type Deps, vendorCalendar } from './deps.ts';
import { withClaims } from './partner-standing.ts';

/** What a verified link leads to: the person it was mailed to and the lead as it is now; for a yes with what is owed. */
export interface LinkTarget {
  readonly token: string;
  readonly claim: LinkClaim;
  readonly person: Person;
  readonly case: LeadCase;
}

export type Found =
  | { readonly ok: true; readonly target: LinkTarget; readonly now: Date }
  | {
      readonly ok: false;
      readonly why: 'link-forged' | 'link-expired' | 'not-found' | 'not-yours';
      readonly now: Date;
      /** The token, where a fresh link in its place can be asked for. */
      readonly renew?: string;
    };

/** The signature can be checked before the clock is known; whether the link has expired cannot. */
export const anyTime = new Date(1_000);

/** Verifies a token and loads what it is about, in one trip. Reads only; a forged token reaches no table. */
export async function findTarget(deps: Deps, token: string): Promise<Found> {
  const signed = deps.links.verify(token, anyTime);
  if (!signed.ok) {
    const now = await deps.db.now();
    return signed.why === 'retired'
      ? { ok: false, why: 'link-expired', now, renew: token }
      : { ok: false, why: 'link-forged', now };
  }
  const { sub, obj: about, act } = signed.claim;
  const claims = act === 'accept' || act === 'queue';
  return targetOf(deps, token, await readTarget(deps.db, { sub, about, claims }, vendorCalendar(deps.house)));
}

async function targetOf(deps: Deps, token: string, read: ReadTarget): Promise<Found> {
  const { now, person } = read;
  const verdict = deps.links.verify(token, now);
  const over = { ok: false, why: 'link-expired', now, renew: token } as const;
  if (!verdict.ok) return verdict.why === 'expired' ? over : { ok: false, why: 'link-forged', now };
  const { claim } = verdict;
  // A raised epoch revokes every link of a person: a lost mailbox, somebody who left.
  if (!person?.active || person.epoch !== claim.ver) return over;
  // A button that was mailed to somebody who decided then presses nothing for somebody who only reads now.
  if (onlyReads(person)) return { ok: false, why: 'not-yours', now };
  if (!read.case) return { ok: false, why: 'not-found', now };
  const known = read.claims ? await withClaims(deps, read.case, claim.obj, read.claims, now) : read.case;
  return { ok: true, target: { token, claim, person, case: known }, now };
}
