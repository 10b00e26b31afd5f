import { absenceAt } from '../lead/absence.ts';
import { calendarOf, type LeadCase } from '../lead/lead-case.ts';
import type { Partner } from '../lead/partner.ts';
import { type HeldClaim, type Standing, standingOf } from '../lead/standing.ts';
import type { Asks } from '../postgres/database.ts';
import { programmeVersion } from '../postgres/programs.ts';
import { type ClaimRow, claimsHeld, claimsOfPartner } from '../postgres/standing.ts';
import type { Deps } from './deps.ts';

/** What a partner owes on all its leads, and whether it may claim under the rules given. */
export async function standingFor(
  deps: Pick<Deps, 'db'>,
  db: Asks,
  partner: Partner,
  rules: LeadCase['programme']['standing'],
  now: Date,
): Promise<Standing> {
  return standingOn(deps, db, partner, rules, await claimsHeld(db, claimsOfPartner(partner.id, now)), now);
}

async function standingOn(
  deps: Pick<Deps, 'db'>,
  db: Asks,
  partner: Partner,
  rules: LeadCase['programme']['standing'],
  rows: readonly ClaimRow[],
  now: Date,
): Promise<Standing> {
  const claims: HeldClaim[] = [];
  for (const row of rows) claims.push(await heldClaim(deps, db, partner, row, now));
  return standingOf(claims, rules, now);
}

/** The case with what the partner of an offer owes elsewhere: for a decision about claiming. */
export async function withStanding(
  deps: Pick<Deps, 'db'>,
  db: Asks,
  c: LeadCase,
  offerIds: readonly string[],
  now: Date,
): Promise<LeadCase> {
  const standing = new Map(c.standing);
  for (const id of new Set(offerIds)) {
    const partner = c.partners.get(c.offers.find((o) => o.id === id)?.partner_id ?? '');
    if (partner) standing.set(partner.id, await standingFor(deps, db, partner, c.programme.standing, now));
  }
  return { ...c, standing };
}

/** The same for one offer, from what its partner holds as it was read with the lead. */
export async function withClaims(
  deps: Pick<Deps, 'db'>,
  c: LeadCase,
  offerId: string,
  rows: readonly ClaimRow[],
  now: Date,
): Promise<LeadCase> {
  const partner = c.partners.get(c.offers.find((o) => o.id === offerId)?.partner_id ?? '');
  if (!partner) return c;
  const standing = await standingOn(deps, deps.db, partner, c.programme.standing, rows, now);
  return { ...c, standing: new Map(c.standing).set(partner.id, standing) };
}

async function heldClaim(
  deps: Pick<Deps, 'db'>,
  db: Asks,
  partner: Partner,
  row: ClaimRow,
  now: Date,
): Promise<HeldClaim> {
  const { program_key, program_version, ...claim } = row;
  const who = { partner_id: partner.id, contact_id: claim.contact_id };
  const contact = partner.contacts.find((p) => p.id === claim.contact_id);
  const programme = await programmeVersion(db, deps.db, program_key, program_version);
  return {
    ...claim,
    ladder: programme.follow_up.ladder,
    calendar: calendarOf({ partners: new Map([[partner.id, partner]]) }, who),
    away: contact !== undefined && absenceAt(contact, now) !== undefined,
  };
}
