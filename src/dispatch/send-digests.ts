import { addDays } from '../lead/calendar.ts';
import { wantsDigest } from '../lead/preferences.ts';
import { digestPlan, isoWeek, nextDigest } from '../lead/weekly-slot.ts';
import { findPreferences } from '../postgres/preferences.ts';
import { pushDigest, setNextDigests, takeDueReader, takeUnplanned } from '../postgres/weekly-readers.ts';
import type { Deps } from './deps.ts';
import { shareOf } from './ids.ts';
import { isUnavailable } from './outage.ts';
import { postReport, weeklyReport } from './send-report.ts';

/** Readers planned in one transaction; a register of thousands is planned in a few. */
const batch = 500;
/** Readers are spread over a quarter of an hour in three steps; the relay's queue does the rest. */
const spreadMs = 15 * 60_000;
const stepMs = 5 * 60_000;
const hourMs = 60 * 60_000;

/**
 * One step of the weekly reports: writes the report of one reader whose slot has come, else gives readers who have no
 * slot yet their next Monday.
 *
 * @returns how many readers were looked after; zero when nothing is due
 */
export async function sendDigests(deps: Deps): Promise<number> {
  return Number(await sendOneDigest(deps)) || planReaders(deps);
}

/** A reader's own delay after Monday 07:30: none, five or ten minutes, the same every week. */
export const jitterOf = (personId: string): number =>
  Math.floor((shareOf(`digest ${personId}`) * spreadMs) / stepMs) * stepMs;

async function planReaders(deps: Deps): Promise<number> {
  return deps.db.inTransaction(async (tx) => {
    const readers = await takeUnplanned(tx, batch);
    await setNextDigests(
      tx,
      readers.map(({ id, timezone }) => ({
        id,
        zone: timezone,
        at: nextDigest(usable(timezone, deps.house.zone), tx.now, jitterOf(id)),
      })),
    );
    return readers.length;
  });
}

/** One reader whose zone nobody knows must not hold up the planning of all: the vendor's zone serves. */
function usable(zone: string, otherwise: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return otherwise;
  }
}

/**
 * The slot is moved first, in the transaction that posts the letter, and the letter's key names person and week:
 * however many processes try, a reader is told of a week at most once. A report that cannot be written is tried again
 * in an hour and holds up nobody.
 */
async function sendOneDigest(deps: Deps): Promise<boolean> {
  let reader: string | undefined;
  try {
    return await deps.db.inTransaction(async (tx) => {
      const person = await takeDueReader(tx);
      reader = person?.id;
      if (!person) return false;
      const { next, week } = digestPlan(person.timezone, tx.now, jitterOf(person.id));
      await setNextDigests(tx, [{ id: person.id, zone: person.timezone, at: next }]);
      if (!week) return true;
      const rhythm = (await findPreferences(tx, person.id))?.digest ?? 'weekly';
      if (!wantsDigest(rhythm, addDays(week.monday, 7))) return true;
      const { view, worthSending } = await weeklyReport(deps, tx, person, week);
      if (worthSending)
        await postReport(deps, tx, person, view, `digest:${person.id}:${isoWeek(week.monday)}`);
      return true;
    });
  } catch (error) {
    if (!reader || isUnavailable(error)) throw error;
    await pushDigest(deps.db, reader, new Date((await deps.db.now()).getTime() + hourMs));
    deps.log.error(
      { person_id: reader, err: error },
      'a weekly report could not be written; it is tried again in an hour',
    );
    return true;
  }
}
