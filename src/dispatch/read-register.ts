import type { Contact } from '../lead/partner.ts';
import type { Programme } from '../lead/programme.ts';
import { findLead } from '../postgres/lead-reads.ts';
import { allPartners, type CountedPartner, findPartner } from '../postgres/partners.ts';
import { allUsers, findUser, type Person } from '../postgres/people.ts';
import {
  currentProgramme,
  currentProgrammes,
  findProgramme,
  type ProgrammeVersion,
  programmeVersions,
} from '../postgres/programs.ts';
import type { Deps } from './deps.ts';
import type { Page } from './read-leads.ts';

/** What the installation knows of its partners, people and rules, in the shapes of the public contract. */
type Asking = Pick<Deps, 'db'>;

export async function readPartner(deps: Asking, externalId: string): Promise<object | undefined> {
  const partner = await findPartner(deps.db, deps.db, externalId);
  return partner && partnerView(partner);
}

/** Partners by external id. @param after the external id the page begins behind */
export async function readPartners(deps: Asking, after: string | null, limit: number): Promise<Page<object>> {
  return pageOf(await allPartners(deps.db, deps.db), (p) => p.external_id, partnerView, after, limit);
}

export async function readUser(deps: Asking, email: string): Promise<object | undefined> {
  const user = await findUser(deps.db, email);
  return user && userView(user);
}

export async function readUsers(deps: Asking, after: string | null, limit: number): Promise<Page<object>> {
  return pageOf(await allUsers(deps.db), (u) => u.email.toLowerCase(), userView, after, limit);
}

/** A programme as it is published. @param key null for the default one @param version null for the newest */
export async function readProgramme(
  deps: Asking,
  key: string | null,
  version: number | null = null,
): Promise<ProgrammeShown | undefined> {
  const found =
    key !== null && version !== null
      ? await findProgramme(deps.db, key, version)
      : await currentProgramme(deps.db, key);
  return found && programmeView(found);
}

/** Who made which version of a programme when, and why; newest first. */
export const readProgrammeVersions = (deps: Asking, key: string): ReturnType<typeof programmeVersions> =>
  programmeVersions(deps.db, key);

export async function readProgrammes(
  deps: Asking,
  after: string | null,
  limit: number,
): Promise<Page<object>> {
  return pageOf(await currentProgrammes(deps.db), (p) => p.key, programmeView, after, limit);
}

/** Rules a close is checked against: the currency and the reasons of the programme a lead runs under, in its version. */
export async function closingRules(
  deps: Asking,
  reference: string,
): Promise<{ currency: string; lost: readonly string[] } | undefined> {
  const program = (await findLead(deps.db, reference))?.lead.program;
  const found = program && (await findProgramme(deps.db, program.key, program.version));
  return found && { currency: found.document.currency, lost: found.document.reasons.lost };
}

function pageOf<T>(
  all: readonly T[],
  name: (item: T) => string,
  view: (item: T) => object,
  after: string | null,
  limit: number,
): Page<object> {
  const rest = all
    .filter((item) => after === null || name(item) > after)
    .sort((a, b) => (name(a) < name(b) ? -1 : 1));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(view),
    next_cursor: last && rest.length > limit ? Buffer.from(name(last)).toString('base64url') : null,
  };
}

const partnerView = (p: CountedPartner): object => ({
  external_id: p.external_id,
  name: p.name,
  kind: p.kind,
  level: p.level,
  parent: p.parent,
  territories: p.territories,
  location: p.location,
  products: p.products,
  certifications: p.certifications,
  industries: p.industries,
  languages: p.languages,
  capacity: p.allowed,
  calendar: { days: p.calendar.days, from: p.calendar.from, to: p.calendar.to, region: p.region },
  timezone: p.calendar.zone,
  cam: p.cam,
  contacts: p.contacts.map(contactView),
  custom: p.custom,
  suspended: p.suspended,
});

const contactView = (c: Contact): object => ({
  external_id: c.external_id,
  name: c.name,
  email: c.email,
  phone: c.phone,
  role: c.role,
  language: c.language,
  timezone: c.timezone,
});

const userView = (u: Person): object => ({
  email: u.email,
  name: u.name,
  role: u.role,
  territory: u.territory,
  timezone: u.timezone,
  language: u.language,
});

export type ProgrammeShown = Programme & Omit<ProgrammeVersion, 'key' | 'document'>;

const programmeView = (p: ProgrammeVersion): ProgrammeShown => ({
  ...p.document,
  version: p.version,
  author: p.author,
  note: p.note,
  created_at: p.created_at,
});
