import type { Tx } from './database.ts';
import { presenceClass } from './presence.ts';

/** The tables whose rows are their own queue. */
export interface QueueTable {
  readonly table: 'letters' | 'inbound';
  readonly waiting: string;
  readonly order: string;
}

/** What a taker says of itself. @property leaseSeconds must outlast the longest attempt */
export interface Take {
  readonly limit: number;
  readonly leaseSeconds: number;
  readonly token: string;
  readonly owner: number;
}

/**
 * The one way to take work from a queue: due rows nobody else is taking, fenced by a lease token. A worker that was
 * paused past its lease cannot acknowledge any more, because the token has changed.
 *
 * @param state in which the rows are held
 * @param from what is read of the taken rows `l`: the rest of a SELECT, so that taking and reading are one trip
 */
export async function takeDue<T extends object>(
  tx: Tx,
  queue: QueueTable,
  how: Take,
  state: string,
  from: string,
): Promise<T[]> {
  return tx.query<T>(
    `with l as (
       update ${queue.table} q set state = $4, attempts = q.attempts + 1, lease_token = $3,
         lease_owner = $6, lease_until = $1::timestamptz + $5 * interval '1 second'
       from (select d.id from ${queue.table} d where d.state = '${queue.waiting}' and d.due_at <= $1
               and (d.lease_until is null or d.lease_until <= $1)
             order by ${queue.order} limit $2 for update skip locked) due
       where q.id = due.id returning q.*)
     ${from}`,
    [tx.now, how.limit, how.token, state, how.leaseSeconds, how.owner],
  );
}

/**
 * Frees the leases of processes that are gone: their presence lock went with their connection, however they ended. A
 * lease that outlasted its time is free as well, whoever holds it.
 *
 * @returns how many rows are free again
 */
export async function freeDeadLeases(tx: Tx, queue: QueueTable, held: string): Promise<number> {
  const rows = await tx.query(
    `update ${queue.table} q set state = $2, lease_token = null, lease_until = null, lease_owner = null
     where q.state = $3 and q.lease_token is not null and (q.lease_until <= $1
       or not exists (select from pg_locks k where k.locktype = 'advisory' and k.classid = ${presenceClass}
            and k.objid = q.lease_owner and k.objsubid = 2
            and k.database = (select d.oid from pg_database d where d.datname = current_database())))
     returning q.id`,
    [tx.now, queue.waiting, held],
  );
  return rows.length;
}
