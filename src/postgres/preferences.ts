import type { Preferences } from '../lead/preferences.ts';
import type { Asks, Tx } from './database.ts';

/** What a person has chosen, as JSON; null where nothing was. @param person alias of a row of people */
export const preferencesOf = (person: string): string => `(
  select json_build_object('mails', w.mails, 'from', w.from_time, 'until', w.until_time, 'days', w.days,
    'bundles', w.bundles, 'extent', w.extent, 'digest', w.digest, 'paused', json_build_object(
      'products', w.paused_products, 'territories', w.paused_territories, 'temperatures', w.paused_temperatures))
  from preferences w where w.person_id = ${person}.id)`;

/** A person's choice; undefined while they have made none. */
export async function findPreferences(db: Asks, personId: string): Promise<Preferences | undefined> {
  const rows = await db.query<{ chosen: Preferences | null }>(
    `select ${preferencesOf('p')} as chosen from people p where p.id = $1`,
    [personId],
  );
  return rows[0]?.chosen ?? undefined;
}

export const putPreferences = (tx: Tx, personId: string, p: Preferences): Promise<void> =>
  write(
    tx,
    personId,
    p,
    `mails = excluded.mails, from_time = excluded.from_time, until_time = excluded.until_time, days = excluded.days,
     bundles = excluded.bundles, extent = excluded.extent, digest = excluded.digest,
     paused_products = excluded.paused_products, paused_territories = excluded.paused_territories,
     paused_temperatures = excluded.paused_temperatures`,
  );

/** No reports any more. Whatever else a person has chosen, or chooses at this moment, stays. @param otherwise while they have chosen nothing */
export const endDigest = (tx: Tx, personId: string, otherwise: Preferences): Promise<void> =>
  write(tx, personId, { ...otherwise, digest: 'off' }, 'digest = excluded.digest');

/** @param kept what of it replaces an earlier choice */
async function write(tx: Tx, personId: string, p: Preferences, kept: string): Promise<void> {
  await tx.query(
    `insert into preferences (person_id, mails, from_time, until_time, days, bundles, extent, digest,
       paused_products, paused_territories, paused_temperatures, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (person_id) do update set ${kept}, updated_at = excluded.updated_at`,
    [
      personId,
      p.mails,
      p.from,
      p.until,
      p.days,
      p.bundles,
      p.extent,
      p.digest,
      p.paused.products,
      p.paused.territories,
      p.paused.temperatures,
      tx.now,
    ],
  );
  await tx.query('update installation set partners_version = partners_version + 1');
}

/** How much a partner takes: what the vendor allows, and what the partner itself wants at the most. */
export interface OwnCapacity {
  readonly name: string;
  readonly allowed_open: number | null;
  readonly allowed_week: number | null;
  readonly own_open: number | null;
  readonly own_week: number | null;
  readonly taken: number;
}

export async function findCapacity(db: Asks, partnerId: string): Promise<OwnCapacity | undefined> {
  const rows = await db.query<OwnCapacity>(
    `select p.name, p.capacity_open as allowed_open, p.capacity_week as allowed_week, p.own_open, p.own_week,
       p.open_claims as taken from partners p where p.id = $1`,
    [partnerId],
  );
  return rows[0];
}

export async function putCapacity(
  tx: Tx,
  partnerId: string,
  own: { readonly open: number | null; readonly week: number | null },
): Promise<void> {
  await tx.query('update partners set own_open = $2, own_week = $3, updated_at = $4 where id = $1', [
    partnerId,
    own.open,
    own.week,
    tx.now,
  ]);
  await tx.query('update installation set partners_version = partners_version + 1');
}
