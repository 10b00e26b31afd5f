import type { GapRow } from '../lead/coverage.ts';
import type { Asks } from './database.ts';

/** Leads nobody took between two instants, by product, region and currency; a lead of several products counts in each. */
export async function gapRows(db: Asks, from: Date, until: Date): Promise<GapRow[]> {
  const rows = await db.query<Omit<GapRow, 'minor'> & { minor: string }>(
    `select p.product, l.prospect ->> 'country' as country, nullif(left(l.prospect ->> 'postal_code', 2), '') as area,
       l.value_currency as currency, count(*)::int as leads, count(*) filter (where u.waves = 0)::int as unmatched,
       coalesce(sum(l.value_minor), 0)::text as minor
     from (select f.lead_id, max((f.data ->> 'waves')::int) as waves from facts f
           where f.what = 'lead.unplaced' and f.at >= $1 and f.at < $2 group by f.lead_id) u
     join leads l on l.id = u.lead_id and l.state <> 'erased'
     cross join lateral unnest(case when cardinality(l.products) = 0 then array[null::text] else l.products end)
       as p(product)
     group by 1, 2, 3, 4`,
    [from, until],
  );
  return rows.map((row) => ({ ...row, minor: Number(row.minor) }));
}
