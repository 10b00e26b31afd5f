import type { Database } from '../../src/postgres/database.ts';
import { presenceClass } from '../../src/postgres/presence.ts';

/** A letter that was taken and went back into the queue unsent. */
export interface Freed {
  readonly letter_id: string;
  readonly kind: string;
  /** Whether the process that had taken it was alive at that instant, by the lock that says so. */
  readonly alive: boolean;
  readonly last_error: string | null;
}

/** Has the database note every letter that goes back unsent: afterwards nothing tells in whose hands it was. */
export async function noteFreed(db: Database): Promise<() => Promise<Freed[]>> {
  await db.query(
    'create table freed_letters (letter_id uuid, kind text, alive boolean, last_error text, at timestamptz)',
  );
  await db.query(
    `create function note_freed() returns trigger language plpgsql as $$ begin
       insert into freed_letters values (old.id, old.kind, exists (select from pg_locks k
         where k.locktype = 'advisory' and k.classid = ${presenceClass} and k.objid = old.lease_owner
           and k.database = (select d.oid from pg_database d where d.datname = current_database())),
         new.last_error, clock_timestamp());
       return new; end $$`,
  );
  await db.query(
    `create trigger note_freed after update on letters for each row
     when (old.state = 'sending' and new.state = 'due') execute function note_freed()`,
  );
  return () => db.query<Freed>('select letter_id, kind, alive, last_error from freed_letters order by at');
}
