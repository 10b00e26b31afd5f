import type { Tx } from './database.ts';

/** No letter lies this long for its rate alone; what was posted before it no longer matters. */
const looksBack = '1 day';

/**
 * When the last but so many letters of these kinds to an address went out, or are due; null when there were not so many.
 *
 * @param nth 1 is the newest
 */
export async function nthNewest(
  tx: Tx,
  address: string,
  kinds: readonly string[],
  nth: number,
): Promise<Date | null> {
  const rows = await tx.query<{ due_at: Date }>(
    `select l.due_at from letters l
     where lower(l.to_address) = lower($1) and l.kind = any($2::text[])
       and coalesce(l.sent_at, l.created_at) > $3::timestamptz - interval '${looksBack}'
     order by l.due_at desc offset $4::int - 1 limit 1`,
    [address, kinds, tx.now, nth],
  );
  return rows[0]?.due_at ?? null;
}
