import {
  addDays,
  clockMs,
  dateOf,
  dayAndClock,
  dayNumber,
  instantOf,
  instantOnDay,
  weekdayOf,
} from './zone-time.ts';

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

/** What a reader's digest step does at an instant. */
export interface DigestPlan {
  /** When to look again: the reader's next slot. */
  readonly next: Date;
  /** The closed week to tell of now; null when the coming slot tells of the same one. */
  readonly week: ClosedWeek | null;
}

/**
 * After a downtime only the latest closed week is told, and once: whoever is late before the slot of the same local
 * week waits for it.
 *
 * @param jitterMs the reader's own delay after Monday 07:30, always the same one
 */
export function digestPlan(zone: string, now: Date, jitterMs: number): DigestPlan {
  const next = nextDigest(zone, now, jitterMs);
  const week = closedWeek(zone, now);
  return { next, week: closedWeek(zone, next).monday === week.monday ? null : week };
}

/** A reader's first digest slot strictly after an instant: Monday 07:30 local and the reader's own jitter. */
export const nextDigest = (zone: string, after: Date, jitterMs: number): Date =>
  new Date(nextWeeklySlot(zone, new Date(after.getTime() - jitterMs)).getTime() + jitterMs);

/** A closed week and the ones before it, oldest first. Each begins where the one before ends. */
export function weeksUpTo(zone: string, last: ClosedWeek, count: number): ClosedWeek[] {
  return Array.from({ length: count }, (_, i) => {
    const monday = addDays(last.monday, 7 * (i - count + 1));
    return {
      from: instantOf(zone, monday, '00:00'),
      until: instantOf(zone, addDays(monday, 7), '00:00'),
      monday,
      sunday: addDays(monday, 6),
    };
  });
}

/** `2026-W46` of a local date: the week of its Thursday (ISO 8601). */
export function isoWeek(date: string): string {
  const day = dayNumber(date);
  const thursday = dateOf(day - weekdayOf(day) + 4);
  const year = thursday.slice(0, 4);
  const week = Math.floor((dayNumber(thursday) - dayNumber(`${year}-01-01`)) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
