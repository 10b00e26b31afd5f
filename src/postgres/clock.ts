import type { Asks } from './database.ts';

/**
 * The one clock: database time plus the installation's offset (zero outside the sandbox). Every transaction reads it
 * once at its beginning; nothing else in Leadpost asks what time it is. The versions of what rarely changes come along
 * in the same look, so that a process knows without asking again whether what it remembers is still true.
 */
export const clockSql = `
  select clock_timestamp() + coalesce(i.clock_offset_ms, 0) * interval '1 millisecond' as now,
    coalesce(i.partners_version, 0)::text as partners, coalesce(i.programs_version, 0)::text as programs
  from (select 1) one left join installation i on true`;

/** The real time, in SQL: for what the world outside measures, such as the rate of a relay. Never for business. */
export const realNow = 'clock_timestamp()';

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
