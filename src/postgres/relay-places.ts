import { clockSql, realNow } from './clock.ts';
import type { Asks, Tx } from './database.ts';

/**
 * The places at the relay: as many as letters may go out within the period, each taken by one letter at a time and free
 * again a period after that letter's end. So no stretch of a period ever sees more letters than there are places,
 * however many processes send and however late they are. Places live in real time: the relay knows nothing of the
 * sandbox's clock.
 */
export interface Place {
  readonly n: number;
  /** Milliseconds until it may be used; below zero, how long it has been free. */
  readonly wait: number;
}

/** Places that are not there yet; free for long. */
export async function makePlaces(db: Asks, count: number): Promise<void> {
  await db.query(
    `insert into relay_places (n, free_at) select n, ${realNow} - interval '1 day' from generate_series(0, $1::int - 1) n
     on conflict (n) do nothing`,
    [count],
  );
}

/**
 * Locks places until the end of the transaction.
 *
 * @param ahead milliseconds before a place is free in which it can be had already, so that its letter is ready by then
 */
export function lockPlaces(tx: Tx, of: { count: number; ahead: number; limit: number }): Promise<Place[]> {
  return tx.query<Place>(
    `select p.n, (extract(epoch from p.free_at - ${realNow}) * 1000)::float8 as wait
     from relay_places p
     where p.n < $1 and p.free_at <= ${realNow} + $2::float8 * interval '1 millisecond'
     order by p.free_at, p.n limit $3 for update skip locked`,
    [of.count, of.ahead, of.limit],
  );
}

/** Takes locked places for the letters of a lease; nobody else has them before they are given back. */
export function takePlaces(tx: Tx, places: readonly Place[], token: string, seconds: number): void {
  if (places.length === 0) return;
  tx.send(
    `update relay_places p set token = $2, free_at = ${realNow} + $3::float8 * interval '1 second'
     where p.n = any($1::int[])`,
    [places.map(({ n }) => n), token, seconds],
  );
}

/** Gives a place back. @param rest milliseconds until it is free */
export async function givePlaceBack(db: Asks, n: number, token: string, rest: number): Promise<void> {
  await db.query(
    `update relay_places p set token = null, free_at = ${realNow} + $3::float8 * interval '1 millisecond'
     where p.n = $1 and p.token = $2`,
    [n, token, rest],
  );
}

/** Places of letters that nobody has in hand any more. @param rest milliseconds until they are free */
export function freePlaces(tx: Tx, rest: number): void {
  tx.send(
    `update relay_places p set token = null, free_at = ${realNow} + $1::float8 * interval '1 millisecond'
     where p.token is not null
       and not exists (select from letters l where l.state = 'sending' and l.lease_token = p.token)`,
    [rest],
  );
}

/**
 * Milliseconds until the next place can be had, for whoever found none; null when no letter waits for one.
 *
 * @param ahead as in `lockPlaces`
 */
export async function nextPlace(db: Asks, of: { count: number; ahead: number }): Promise<number | null> {
  const rows = await db.query<{ wait: number | null }>(
    `select (select greatest(0, extract(epoch from min(p.free_at) - ${realNow}) * 1000 - $2::float8)
             from relay_places p where p.n < $1)::float8 as wait
     from (${clockSql}) c where exists (select from letters l where l.state = 'due' and l.due_at <= c.now)`,
    [of.count, of.ahead],
  );
  return rows[0]?.wait ?? null;
}
