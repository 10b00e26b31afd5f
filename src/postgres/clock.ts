import type { Asks } from './database.ts';

/**
 * The one clock: database time plus the installation's offset (zero outside the sandbox). Every transaction reads it
 * once at its beginning; nothing else in Leadpost asks what time it is.
 */
export const clockSql = `
  select coalesce(
    (select clock_timestamp() + i.clock_offset_ms * interval '1 millisecond' from installation i),
    clock_timestamp()
  ) as now`;

/** Moves the sandbox clock. @param offsetMs milliseconds that the virtual clock is ahead of the real one */
export async function setClockOffset(db: Asks, offsetMs: number): Promise<void> {
  await db.query('update installation set clock_offset_ms = $1', [Math.round(offsetMs)]);
}

/** Moves the clock so that `at` is now, measured against the database's own time. Only ever forward. */
export async function setClock(db: Asks, at: Date): Promise<void> {
  await db.query(
    `update installation set clock_offset_ms =
       greatest(clock_offset_ms, ceil(extract(epoch from ($1::timestamptz - clock_timestamp())) * 1000)::bigint)`,
    [at],
  );
}
