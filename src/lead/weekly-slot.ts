import { addDays, clockMs, dateOf, dayAndClock, instantOnDay, weekdayOf } from './zone-time.ts';

/** A closed local week: Monday 00:00 to the next Monday 00:00, half open. */
export interface ClosedWeek {
  readonly from: Date;
  readonly until: Date;
  /** Local dates of its Monday and its Sunday, for the headline. */
  readonly monday: string;
  readonly sunday: string;
}

/** The last local ISO week that had ended at an instant. Midnights that a clock skips become the first minute after. */
export function closedWeek(zone: string, at: Date): ClosedWeek {
  const { day } = dayAndClock(zone, at.getTime());
  let monday = day - weekdayOf(day) + 1;
  if (instantOnDay(zone, monday, 0) > at.getTime()) monday -= 7;
  return {
    from: new Date(instantOnDay(zone, monday - 7, 0)),
    until: new Date(instantOnDay(zone, monday, 0)),
    monday: dateOf(monday - 7),
    sunday: addDays(dateOf(monday), -1),
  };
}

/**
 * The first weekly slot strictly after an instant: `weekday` (Monday 1 … Sunday 7) at a local time. Fed with its own
 * answers it hits every local ISO week exactly once: a skipped time becomes the first minute after the gap, a time
 * that comes twice its first occurrence, and adding seven days is done on the local calendar, never on the clock.
 */
export function nextWeeklySlot(zone: string, after: Date, weekday = 1, time = '07:30'): Date {
  const { day } = dayAndClock(zone, after.getTime());
  const monday = day - weekdayOf(day) + 1;
  for (let slot = monday + weekday - 1; ; slot += 7) {
    const instant = instantOnDay(zone, slot, clockMs(time));
    if (instant > after.getTime()) return new Date(instant);
  }
}
