import type { Locate } from '../lead/match-values.ts';
import { locateIn, type PostalPlace } from '../lead/postal-places.ts';
import type { Asks, Tx } from './database.ts';

export interface PostalCode extends PostalPlace {
  readonly code: string;
}

/** Replaces a country's codes. Whatever was matched before keeps its explanation. */
export async function replacePostalCodes(
  tx: Tx,
  country: string,
  codes: readonly PostalCode[],
): Promise<void> {
  tx.send('delete from postal_codes where country = $1', [country]);
  for (let from = 0; from < codes.length; from += batch) {
    const some = codes.slice(from, from + batch);
    await tx.query(
      `insert into postal_codes (country, code, lat, lon)
       select $1, * from unnest($2::text[], $3::float8[], $4::float8[])`,
      [country, some.map((c) => c.code), some.map((c) => c.lat), some.map((c) => c.lon)],
    );
  }
  // What processes remember of places is kept with what they remember of partners.
  await tx.query('update installation set partners_version = partners_version + 1');
}
const batch = 5_000;

export async function countPostalCodes(
  db: Asks,
): Promise<{ readonly country: string; readonly codes: number }[]> {
  return db.query(
    'select p.country, count(*)::int as codes from postal_codes p group by p.country order by p.country',
  );
}

interface Known {
  readonly version: string;
  readonly places: ReadonlyMap<string, ReadonlyMap<string, PostalPlace>>;
  readonly locate: Locate;
}
const remembered = new WeakMap<object, Known>();

/**
 * Finds places in these countries; read once a country and process until partners or codes change.
 *
 * @param database whose codes these are; the key under which they are remembered
 */
export async function locateFor(tx: Tx, database: object, countries: ReadonlySet<string>): Promise<Locate> {
  const before = remembered.get(database);
  const known = before?.version === tx.versions.partners ? before : undefined;
  const lacking = [...countries].filter((country) => !known?.places.has(country));
  if (known && lacking.length === 0) return known.locate;
  const places = new Map(known?.places);
  for (const country of lacking) places.set(country, new Map());
  const rows = await tx.query<PostalCode & { country: string }>(
    'select p.country, p.code, p.lat, p.lon from postal_codes p where p.country = any($1::text[])',
    [lacking],
  );
  for (const { country, code, lat, lon } of rows)
    (places.get(country) as Map<string, PostalPlace>).set(code, { lat, lon });
  const locate = locateIn(places);
  remembered.set(database, { version: tx.versions.partners, places, locate });
  return locate;
}
