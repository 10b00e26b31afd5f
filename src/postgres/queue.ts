import type { Tx } from './database.ts';

/** The tables whose rows are their own queue (DESIGN 4.1). */
export interface QueueTable {
  readonly table: 'letters' | 'inbound';
  readonly waiting: string;
  readonly order: string;
}

export interface Taken {
  readonly id: string;
  readonly attempts: number;
  readonly lease_token: string;
}

/**
 * The one way to take work from a queue: due rows nobody else is taking, fenced by a lease token. A worker that was
 * paused past its lease cannot acknowledge any more, because the token has changed.
 *
 * @param leaseSeconds must outlast the longest attempt
 */
export async function takeDue(
  tx: Tx,
  queue: QueueTable,
  how: { readonly limit: number; readonly leaseSeconds: number; readonly token: string; readonly state: string },
): Promise<Taken[]> {
  return tx.query<Taken>(
    `update ${queue.table} q set state = $4, attempts = q.attempts + 1, lease_token = $3,
       lease_until = $1::timestamptz + $5 * interval '1 second'
     from (select d.id from ${queue.table} d where d.state = '${queue.waiting}' and d.due_at <= $1
             and (d.lease_until is null or d.lease_until <= $1)
           order by ${queue.order} limit $2 for update skip locked) due
     where q.id = due.id
     returning q.id, q.attempts, q.lease_token`,
    [tx.now, how.limit, how.token, how.state, how.leaseSeconds],
  );
}
