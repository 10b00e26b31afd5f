import type { LeadCase } from '../lead/lead-case.ts';
import type { LinkClaim } from '../letters/signed-links.ts';
import type { Asks } from '../postgres/database.ts';
import { readCase } from '../postgres/leads.ts';
import { findPerson, type Person } from '../postgres/people.ts';
import { type Deps, vendorCalendar } from './deps.ts';

/** What a verified link leads to: the person it was mailed to and the lead as it is now. */
export interface LinkTarget {
  readonly token: string;
  readonly claim: LinkClaim;
  readonly person: Person;
  readonly case: LeadCase;
}

export type Found =
  | { readonly ok: true; readonly target: LinkTarget; readonly now: Date }
  | { readonly ok: false; readonly why: 'link-forged' | 'link-expired' | 'not-found'; readonly now: Date };

/** Verifies a token and loads what it is about. Reads only. */
export async function findTarget(deps: Deps, token: string): Promise<Found> {
  const now = await deps.db.now();
  const verdict = deps.links.verify(token, now);
  if (!verdict.ok) return { ok: false, why: verdict.why === 'expired' ? 'link-expired' : 'link-forged', now };
  const { claim } = verdict;
  const person = await findPerson(deps.db, claim.sub);
  // A raised epoch revokes every link of a person: a lost mailbox, somebody who left.
  if (!person?.active || person.epoch !== claim.ver) return { ok: false, why: 'link-expired', now };
  const loaded = await caseAbout(deps, deps.db, claim.obj);
  return loaded
    ? { ok: true, target: { token, claim, person, case: loaded }, now }
    : { ok: false, why: 'not-found', now };
}

async function caseAbout(deps: Deps, db: Asks, about: string): Promise<LeadCase | undefined> {
  return (await readCase(db, deps.db, { about }, vendorCalendar(deps.house)))?.case;
}
