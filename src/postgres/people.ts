import type { UserRole } from '../lead/partner.ts';
import type { Asks, Question, Tx } from './database.ts';

/** A person as mails and links need to know them. */
export interface Person {
  readonly id: string;
  readonly kind: 'contact' | 'user' | 'prospect';
  readonly partner_id: string | null;
  readonly email: string;
  readonly name: string;
  readonly phone: string | null;
  readonly role: string;
  readonly territory: string | null;
  readonly language: string;
  readonly timezone: string;
  readonly epoch: number;
  readonly active: boolean;
  /** When a machine was last suspected of pressing this person's buttons. */
  readonly suspected_at: Date | null;
}

const columns = `p.id, p.kind, p.partner_id, p.email, p.name, p.phone, p.role, p.territory, p.language, p.timezone,
  p.epoch, p.active, p.suspected_at`;

/** What `findPerson` asks, for a transaction that asks it while it begins. */
export const personQuestion = (id: string): Question => ({
  text: `select ${columns} from people p where p.id = $1`,
  values: [id],
});

export async function findPerson(db: Asks, id: string): Promise<Person | undefined> {
  const { text, values } = personQuestion(id);
  return (await db.query<Person>(text, values))[0];
}

export async function findUser(db: Asks, email: string): Promise<Person | undefined> {
  const rows = await db.query<Person>(
    `select ${columns} from people p where p.kind = 'user' and lower(p.email) = lower($1) and p.active`,
    [email],
  );
  return rows[0];
}

export async function usersWithRole(db: Asks, roles: readonly UserRole[]): Promise<Person[]> {
  return db.query<Person>(
    `select ${columns} from people p where p.kind = 'user' and p.active and p.role = any($1::text[]) order by p.id`,
    [roles],
  );
}

export async function allUsers(db: Asks): Promise<Person[]> {
  return db.query<Person>(
    `select ${columns} from people p where p.kind = 'user' and p.active order by lower(p.email)`,
  );
}

export async function namesOf(
  db: Asks,
  ids: readonly string[],
): Promise<Map<string, { name: string; partner: string | null }>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query<{ id: string; name: string; partner: string | null }>(
    `select p.id, p.name, r.external_id as partner from people p left join partners r on r.id = p.partner_id
     where p.id = any($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((r) => [r.id, r]));
}

/** Creates or replaces a vendor user, found by address. */
export async function putUser(
  tx: Tx,
  id: string,
  user: {
    email: string;
    name: string;
    role: UserRole;
    territory: string | null;
    timezone: string;
    language: string;
  },
): Promise<{ readonly id: string; readonly created: boolean }> {
  const rows = await tx.query<{ id: string; created: boolean }>(
    `insert into people (id, kind, email, name, role, territory, language, timezone, created_at, updated_at)
     values ($1, 'user', $2, $3, $4, $5, $6, $7, $8, $8)
     on conflict (lower(email)) where kind = 'user' do update set name = excluded.name, role = excluded.role,
       territory = excluded.territory, language = excluded.language, timezone = excluded.timezone,
       active = true, updated_at = excluded.updated_at
     returning id, (xmax = 0) as created`,
    [id, user.email, user.name, user.role, user.territory, user.language, user.timezone, tx.now],
  );
  return rows[0] as { id: string; created: boolean };
}

/** Ends every link mailed to whoever has this address, contacts and users alike. */
export async function raiseEpoch(tx: Tx, email: string): Promise<readonly Pick<Person, 'name' | 'kind'>[]> {
  return tx.query(
    `with raised as (update people p set epoch = p.epoch + 1, updated_at = $2
       where lower(p.email) = lower($1) and p.active returning p.name, p.kind),
     told as (update installation set partners_version = partners_version + 1)
     select r.name, r.kind from raised r order by r.name`,
    [email, tx.now],
  );
}
