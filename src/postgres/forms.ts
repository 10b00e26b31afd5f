import type { Asks } from './database.ts';

/**
 * Counts one more post of a network, and forgets those older than `since`.
 *
 * @returns how many there were since then, this one included
 */
export async function countFormPost(db: Asks, network: string, at: Date, since: Date): Promise<number> {
  await db.query('delete from form_posts f where f.at < $1', [since]);
  await db.query('insert into form_posts (network, at) values ($1, $2)', [network, at]);
  const rows = await db.query<{ n: number }>(
    'select count(*)::int as n from form_posts f where f.network = $1 and f.at >= $2',
    [network, since],
  );
  return rows[0]?.n as number;
}

/** Products that somebody can deliver, by name. */
export async function productsOffered(db: Asks, most: number): Promise<readonly string[]> {
  const rows = await db.query<{ product: string }>(
    `select distinct x.product from partners p cross join unnest(p.products) as x(product)
     where not p.suspended order by x.product limit $1`,
    [most],
  );
  return rows.map((row) => row.product);
}
