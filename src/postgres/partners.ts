import type { Calendar, Holidays } from '../lead/calendar.ts';
import type { Contact, Partner, PartnerKind, Place } from '../lead/partner.ts';
import type { Preferences } from '../lead/preferences.ts';
import type { Asks, Database, Tx } from './database.ts';
import { preferencesOf } from './preferences.ts';
import { forwardLetters } from './waiting-letters.ts';

/** A partner as told by the vendor's system: everything except what Leadpost itself keeps. */
export interface PartnerRecord {
  readonly external_id: string;
  readonly name: string;
  readonly kind: PartnerKind;
  readonly level: string | null;
  readonly parent_id: string | null;
  readonly territories: readonly string[];
  readonly location: Place | null;
  readonly products: readonly string[];
  readonly certifications: readonly string[];
  readonly industries: readonly string[];
  readonly languages: readonly string[];
  readonly capacity_open: number | null;
  readonly capacity_week: number | null;
  readonly calendar: {
    readonly days: readonly number[];
    readonly from: string;
    readonly to: string;
    readonly region?: string;
  };
  readonly timezone: string;
  readonly cam: string | null;
  readonly custom: Readonly<Record<string, unknown>>;
}

export type ContactRecord = Omit<Contact, 'id' | 'epoch' | 'absences' | 'unreachable' | 'preferences'>;

/** Instants within JSON travel as text. */
type ContactRow = Omit<Contact, 'absences' | 'preferences'> & {
  readonly absences: readonly { id: string; from: string; until: string; deputy_id: string | null }[] | null;
  readonly preferences: Preferences | null;
};

type PartnerRow = PartnerRecord & {
  /** What the vendor allows and the partner wants, the lesser of both. */
  open_limit: number | null;
  week_limit: number | null;
  id: string;
  parent: string | null;
  suspended: boolean;
  open_claims: number;
  contacts: ContactRow[];
};

/** A partner with what is counted about it. */
export type CountedPartner = Partner & {
  readonly open_claims: number;
  readonly parent: string | null;
  /** The capacity that the vendor allows; `capacity` is the lesser of it and what the partner itself wants. */
  readonly allowed: Partner['capacity'];
  /** Whose public holidays count, e.g. `DE-BW`. */
  readonly region: string | null;
};

/** Confirmed ones, also past: deadlines of the time before are reckoned with them. */
const absencesOf = (person: string): string => `(
  select json_agg(json_build_object('id', a.id, 'from', a.from_at, 'until', a.until_at, 'deputy_id', a.deputy_id)
    order by a.from_at, a.id)
  from absences a where a.person_id = ${person}.id and a.confirmed_at is not null)`;

const select = `
  select p.id, p.external_id, p.name, p.kind, p.level, p.parent_id, up.external_id as parent, p.territories,
         p.location, p.products, p.certifications, p.industries, p.languages, p.capacity_open, p.capacity_week,
         p.open_limit, p.week_limit,
         p.calendar, p.timezone, p.cam, p.suspended, p.custom, p.open_claims,
         coalesce((
           select json_agg(json_build_object('id', c.id, 'external_id', c.external_id, 'name', c.name,
                    'email', c.email, 'phone', c.phone, 'role', c.role, 'language', c.language,
                    'timezone', c.timezone, 'epoch', c.epoch, 'absences', ${absencesOf('c')},
                    'unreachable', c.bounced_at is not null,
                    'preferences', ${preferencesOf('c')}) order by c.created_at, c.id)
           from people c where c.partner_id = p.id and c.kind = 'contact' and c.active), '[]') as contacts
  from partners p left join partners up on up.id = p.parent_id`;

/** What calendars are loaded with; a database knows it. */
type Loads = Pick<Database, 'holidays'>;

export async function allPartners(db: Asks, loads: Loads): Promise<CountedPartner[]> {
  const rows = await db.query<PartnerRow>(`${select} order by p.id`);
  return rows.map((row) => asPartner(row, loads));
}

export async function partnersById(
  db: Asks,
  loads: Loads,
  ids: readonly string[],
): Promise<CountedPartner[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<PartnerRow>(`${select} where p.id = any($1::uuid[])`, [ids]);
  return rows.map((row) => asPartner(row, loads));
}

export async function findPartner(
  db: Asks,
  loads: Loads,
  externalId: string,
): Promise<CountedPartner | undefined> {
  const rows = await db.query<PartnerRow>(`${select} where p.external_id = $1`, [externalId]);
  return rows[0] && asPartner(rows[0], loads);
}

/** Partners change rarely: they are read again only when their version has risen. One snapshot a database. */
const snapshots = new WeakMap<object, { version: string; partners: ReadonlyMap<string, CountedPartner> }>();

/**
 * All partners by id, as of the beginning of the transaction. What is counted about them (`open_claims`) may be older.
 *
 * @param database whose partners these are; the key under which they are remembered
 */
export async function knownPartners(tx: Tx, database: Loads): Promise<ReadonlyMap<string, CountedPartner>> {
  const version = tx.versions.partners;
  const known = snapshots.get(database);
  if (known?.version === version) return known.partners;
  const partners = new Map((await allPartners(tx, database)).map((p) => [p.id, p]));
  snapshots.set(database, { version, partners });
  return partners;
}

/**
 * Creates or replaces a partner and its contacts; contacts that are not named any more become inactive, and links that
 * went to another address than today's end.
 */
export async function putPartner(
  tx: Tx,
  ids: { readonly partner: string; readonly contact: () => string },
  record: PartnerRecord,
  contacts: readonly ContactRecord[],
): Promise<{ readonly id: string; readonly created: boolean }> {
  const r = record;
  const rows = await tx.query<{ id: string; created: boolean }>(
    `insert into partners (id, external_id, name, kind, level, parent_id, territories, location, products,
       certifications, industries, languages, capacity_open, capacity_week, calendar, timezone, cam, custom,
       created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19)
     on conflict (external_id) do update set
       name = excluded.name, kind = excluded.kind, level = excluded.level, parent_id = excluded.parent_id,
       territories = excluded.territories, location = excluded.location, products = excluded.products,
       certifications = excluded.certifications, industries = excluded.industries, languages = excluded.languages,
       capacity_open = excluded.capacity_open, capacity_week = excluded.capacity_week,
       calendar = excluded.calendar, timezone = excluded.timezone, cam = excluded.cam, custom = excluded.custom,
       updated_at = excluded.updated_at
     returning id, (xmax = 0) as created`,
    [
      ids.partner,
      r.external_id,
      r.name,
      r.kind,
      r.level,
      r.parent_id,
      r.territories,
      json(r.location),
      r.products,
      r.certifications,
      r.industries,
      r.languages,
      r.capacity_open,
      r.capacity_week,
      json(r.calendar),
      r.timezone,
      r.cam,
      json(r.custom),
      tx.now,
    ],
  );
  const put = rows[0] as { id: string; created: boolean };
  await putContacts(tx, put.id, ids.contact, contacts);
  await tx.query('update installation set partners_version = partners_version + 1');
  return put;
}

async function putContacts(
  tx: Tx,
  partnerId: string,
  newId: () => string,
  contacts: readonly ContactRecord[],
): Promise<void> {
  await tx.query(
    `update people set active = false, updated_at = $2
     where kind = 'contact' and partner_id = $1 and external_id <> all($3::text[])`,
    [partnerId, tx.now, contacts.map((c) => c.external_id)],
  );
  for (const c of contacts) {
    await tx.query(
      `insert into people (id, kind, partner_id, external_id, email, name, phone, role, language, timezone, created_at, updated_at)
       values ($1, 'contact', $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
       on conflict (partner_id, external_id) do update set email = excluded.email, name = excluded.name,
         phone = excluded.phone, role = excluded.role, language = excluded.language,
         timezone = excluded.timezone, active = true, updated_at = excluded.updated_at,
         bounced_at = case when lower(people.email) = lower(excluded.email) then people.bounced_at end,
         epoch = people.epoch + (lower(people.email) <> lower(excluded.email))::int`,
      [newId(), partnerId, c.external_id, c.email, c.name, c.phone, c.role, c.language, c.timezone, tx.now],
    );
  }
  await forwardLetters(tx, partnerId);
}

/**
 * Counts one more claim against the partner's capacity. The caps are part of the UPDATE, never count-then-insert.
 *
 * @param week the local week (`weekOf`) a new claim counts in; null for one that is only opened again
 * @returns false when the partner already holds as many as it may
 */
export async function takeCapacity(tx: Tx, partnerId: string, week: string | null): Promise<boolean> {
  const rows = await tx.query(
    `update partners set open_claims = open_claims + 1,
       week_claims = case when $2::text is null then week_claims when claim_week = $2::text then week_claims + 1 else 1 end,
       claim_week = coalesce($2::text, claim_week)
     where id = $1 and (open_limit is null or open_claims < open_limit)
       and ($2::text is null or week_limit is null
            or (case when claim_week = $2::text then week_claims else 0 end) < week_limit)
     returning id`,
    [partnerId, week],
  );
  return rows.length === 1;
}

/** What partners hold now, against their caps. */
export interface ClaimCounts {
  readonly id: string;
  readonly open_claims: number;
  readonly capacity_open: number | null;
  readonly claim_week: string | null;
  readonly week_claims: number;
  readonly capacity_week: number | null;
}

export const claimCounts = (tx: Tx, partnerIds: readonly string[]): Promise<ClaimCounts[]> =>
  tx.query<ClaimCounts>(
    `select id, open_claims, open_limit as capacity_open, claim_week, week_claims, week_limit as capacity_week from partners
     where id = any($1::uuid[])`,
    [partnerIds],
  );

/** @param week the local week of a claim that was undone and so never counted; null for any other end */
export async function giveCapacityBack(tx: Tx, partnerId: string, week: string | null): Promise<void> {
  await tx.query(
    `update partners set open_claims = open_claims - 1,
       week_claims = case when claim_week = $2::text then greatest(0, week_claims - 1) else week_claims end
     where id = $1`,
    [partnerId, week],
  );
}

function asPartner(row: PartnerRow, { holidays }: Loads): CountedPartner {
  const { capacity_open, capacity_week, open_limit, week_limit, calendar, timezone, contacts, ...rest } = row;
  const region = calendar.region ?? null;
  const off = holidays(row.location?.country ?? null, region);
  return {
    ...rest,
    contacts: contacts.map(asContact),
    capacity: { open: open_limit, week: week_limit },
    allowed: { open: capacity_open, week: capacity_week },
    calendar: businessCalendar(calendar, timezone, off),
    region,
  };
}

const asContact = ({ absences, preferences, ...contact }: ContactRow): Contact => ({
  ...contact,
  ...(preferences ? { preferences } : {}),
  ...(absences
    ? { absences: absences.map((a) => ({ ...a, from: new Date(a.from), until: new Date(a.until) })) }
    : {}),
});

const businessCalendar = (told: PartnerRecord['calendar'], zone: string, holidays: Holidays): Calendar => ({
  zone,
  days: told.days,
  from: told.from,
  to: told.to,
  holidays,
  absences: [],
});

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
