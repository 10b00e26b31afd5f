import type { Asks, Tx } from './database.ts';
import type { ContactRecord, PartnerRecord } from './partners.ts';

/** Two that would each put the other above themselves wait for one another. Held until the transaction ends. */
export const lockHierarchy = (tx: Tx): void =>
  tx.send('select pg_advisory_xact_lock(hashtextextended($1, 5))', ['partner hierarchy']);

/** The parent of every partner, by external id. */
export async function hierarchy(db: Asks): Promise<Map<string, string | null>> {
  const rows = await db.query<{ external_id: string; parent: string | null }>(
    'select p.external_id, up.external_id as parent from partners p left join partners up on up.id = p.parent_id',
  );
  return new Map(rows.map((row) => [row.external_id, row.parent]));
}

/** Which partner each mail address of a contact belongs to. @param emails only these, in lower case; all of them unless given */
export async function contactPartners(
  db: Asks,
  emails: readonly string[] | null = null,
): Promise<Map<string, string>> {
  const rows = await db.query<{ email: string; partner: string }>(
    `select lower(c.email) as email, p.external_id as partner from people c join partners p on p.id = c.partner_id
     where c.kind = 'contact' and c.active and ($1::text[] is null or lower(c.email) = any($1))`,
    [emails],
  );
  return new Map(rows.map((row) => [row.email, row.partner]));
}

/** A partner as it was told before it is told anew, to be put back. */
export interface PartnerBefore {
  readonly record: PartnerRecord;
  readonly contacts: readonly ContactRecord[];
}

export async function partnerBefore(db: Asks, externalId: string): Promise<PartnerBefore | undefined> {
  const rows = await db.query<{ record: PartnerRecord; contacts: ContactRecord[] }>(
    `select to_jsonb(p) - 'id' - 'open_claims' - 'suspended' - 'created_at' - 'updated_at' as record,
       coalesce((select json_agg(json_build_object('external_id', c.external_id, 'name', c.name, 'email', c.email,
           'phone', c.phone, 'role', c.role, 'language', c.language, 'timezone', c.timezone) order by c.created_at, c.id)
         from people c where c.partner_id = p.id and c.kind = 'contact' and c.active), '[]') as contacts
     from partners p where p.external_id = $1`,
    [externalId],
  );
  return rows[0];
}

/** Whether a partner was told anew since an instant. */
export async function toldSince(tx: Tx, id: string, since: Date): Promise<string | undefined> {
  const rows = await tx.query<{ external_id: string }>(
    'select p.external_id from partners p where p.id = $1 and p.updated_at > $2',
    [id, since],
  );
  return rows[0]?.external_id;
}

/**
 * Takes a partner out that was made by mistake: removed when nothing refers to it, else it gets no offers any more and
 * its contacts are inactive.
 */
export async function takePartnerOut(
  tx: Tx,
  id: string,
): Promise<{ readonly external_id: string; readonly removed: boolean } | undefined> {
  const rows = await tx.query<{ external_id: string; used: boolean }>(
    `select p.external_id, exists (select from offers o where o.partner_id = p.id)
       or exists (select from assignments a where a.partner_id = p.id)
       or exists (select from partners below where below.parent_id = p.id)
       or exists (select from people c where c.partner_id = p.id
            and (exists (select from threads t where t.person_id = c.id)
              or exists (select from inbound i where i.person_id = c.id))) as used
     from partners p where p.id = $1 for update of p`,
    [id],
  );
  const found = rows[0];
  if (!found) return undefined;
  if (found.used) {
    // Without contacts nobody is asked. Not suspended: that is for standing, and only an account manager lifts it.
    await tx.query('update partners set updated_at = $2 where id = $1', [id, tx.now]);
    await tx.query('update people set active = false, updated_at = $2 where partner_id = $1', [id, tx.now]);
  } else {
    await tx.query('delete from people c where c.partner_id = $1', [id]);
    await tx.query('delete from partners p where p.id = $1', [id]);
  }
  await tx.query('update installation set partners_version = partners_version + 1');
  return { external_id: found.external_id, removed: !found.used };
}
