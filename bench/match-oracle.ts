import type pg from 'pg';
import type { Lead } from '../src/lead/lead.ts';
import type { MatchPartner } from '../src/lead/match.ts';

/**
 * The ten criteria of `crowdProgramme` once more, written down independently as one SQL statement over typed columns:
 * what the matching is measured beside, and compared with.
 */
export async function fillOracle(client: pg.Client, partners: readonly MatchPartner[]): Promise<void> {
  await client.query(`
    drop table if exists oracle;
    create table oracle (
      id text primary key, products text[], skills text[], territories text[], languages text[], industries text[],
      up_to double precision, level double precision, lat double precision, lon double precision,
      claimed double precision, won double precision, capacity double precision, taken double precision,
      last_offered timestamptz, suspended boolean)`);
  const rank = ['registered', 'silver', 'gold'];
  for (let from = 0; from < partners.length; from += 5_000) {
    const rows = partners.slice(from, from + 5_000).map((p) => ({
      id: p.id,
      products: p.products,
      skills: p.certifications,
      territories: p.territories,
      languages: p.languages,
      industries: p.industries,
      up_to: p.custom['up_to'] ?? null,
      level: p.level === null ? null : rank.indexOf(p.level) / 2,
      lat: p.location?.lat,
      lon: p.location?.lon,
      claimed: p.record.claimed,
      won: p.record.won,
      capacity: p.capacity.open,
      taken: p.record.open,
      last_offered: p.record.lastOfferedAt,
      suspended: p.suspended,
    }));
    await client.query(
      `insert into oracle select id, array(select jsonb_array_elements_text(products)),
         array(select jsonb_array_elements_text(skills)), array(select jsonb_array_elements_text(territories)),
         array(select jsonb_array_elements_text(languages)), array(select jsonb_array_elements_text(industries)),
         up_to, level, lat, lon, claimed, won, capacity, taken, last_offered, suspended
       from jsonb_to_recordset($1::jsonb) as r(id text, products jsonb, skills jsonb, territories jsonb,
         languages jsonb, industries jsonb, up_to double precision, level double precision, lat double precision,
         lon double precision, claimed double precision, won double precision, capacity double precision,
         taken double precision, last_offered timestamptz, suspended boolean)`,
      [JSON.stringify(rows)],
    );
  }
  await client.query('create index on oracle using gin (products)');
  await client.query('analyze oracle');
}

/** A lead that names no product asks nothing; without that case the index on products is used. */
const text = (products: string) => `
  select id from (
    select id, last_offered, (
        3 * 1.0::float8
      + 2 * case when cardinality($2::text[]) = 0 or cardinality(skills) = 0 then 0.5
            else (select count(*) from unnest($2::text[]) s where s = any(skills))::float8 / cardinality($2::text[]) end
      + 3 * case when cardinality(territories) = 0 then 1.0
            when exists (select from unnest(territories) t where 'DE-' || $3::text like t || '%') then 1.0 else 0.0 end
      + 1 * case when cardinality($4::text[]) = 0 or cardinality(languages) = 0 then 0.5
            else (select count(*) from unnest($4::text[]) s where s = any(languages))::float8 / cardinality($4::text[]) end
      + 1 * case when cardinality($5::text[]) = 0 or cardinality(industries) = 0 then 0.5
            when industries @> $5::text[] and industries <@ $5::text[] then 1.0 else 0.0 end
      + 1 * case when up_to is null then 0.5 when up_to >= $6::float8 then 1.0 else 0.0 end
      + 2 * coalesce(level, 0.5)
      + 4 * power(0.5::float8, 2 * 6371 * asin(least(1, sqrt(
              power(sin(radians(lat - $7::float8) / 2), 2)
              + cos(radians($7::float8)) * cos(radians(lat)) * power(sin(radians(lon - $8::float8) / 2), 2)))) / 50)
      + 2 * (won + 0.2 * 10) / (claimed + 10)
      + 1 * case when capacity is null then 1.0 else greatest(0, capacity - taken) / capacity end
      ) / 20 as score
    from oracle
    where ${products} and not suspended
      and (capacity is null or taken < capacity)) scored
  order by score desc, last_offered nulls first, id limit $9`;

/** The best partners for a lead, by SQL. */
export async function askOracle(client: pg.Client, lead: Lead, limit: number): Promise<string[]> {
  const { prospect, custom } = lead;
  const values = [
    lead.products,
    custom['skills'],
    prospect.postal_code,
    lead.languages,
    lead.industries,
    custom['size'],
    prospect.lat,
    prospect.lon,
    limit,
  ];
  const found = await client.query<{ id: string }>(
    lead.products.length === 0
      ? { name: 'oracle-all', text: text('$1::text[] is not null'), values }
      : { name: 'oracle', text: text('products @> $1::text[]'), values },
  );
  return found.rows.map((row) => row.id);
}
