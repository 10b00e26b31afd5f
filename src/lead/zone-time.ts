const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;
const remembered = 4096;

/** What a clock on the wall shows. */
export interface LocalTime {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** `HH:MM` */
  readonly time: string;
  /** ISO weekday, Monday 1 … Sunday 7. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

/** The wall clock of an IANA zone at an instant. Throws RangeError for an unknown zone or an invalid date. */
export function localTime(zone: string, instant: Date): LocalTime {
  const wall = new Date(wallClock(zone, instant.getTime()));
  const iso = wall.toISOString();
  return {
    date: iso.slice(0, 10),
    time: iso.slice(11, 16),
    weekday: weekdayOf(Math.floor(wall.getTime() / day)),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
  };
}

/**
 * The instant at which a zone's wall clock shows `date` (`YYYY-MM-DD`) and `time` (`HH:MM`, `24:00` = next midnight).
 * A time that the clock skips (gap) becomes the first minute after the gap; one that comes twice (overlap) is the
 * first of the two. (RFC 5545 would shift into a gap by its length; a deadline must not move by an hour.)
 */
export function instantOf(zone: string, date: string, time: string): Date {
  return new Date(instantOnDay(zone, dayNumber(date), clockMs(time)));
}

/** A local date some days on (or back, for a negative n). */
export const addDays = (date: string, n: number): string => dateOf(dayNumber(date) + n);

/** Days since 1970-01-01 of a local date. */
export const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / day;

/** The local date of a day number. */
export const dateOf = (n: number): string => new Date(n * day).toISOString().slice(0, 10);

/** ISO weekday of a day number, Monday 1 … Sunday 7. */
export const weekdayOf = (n: number): number => ((((n + 3) % 7) + 7) % 7) + 1;

/** The local week an instant lies in, named by the date of its Monday: ISO weeks without their two ways to number. */
export function weekOf(zone: string, instant: Date): string {
  const { day } = dayAndClock(zone, instant.getTime());
  return dateOf(day - weekdayOf(day) + 1);
}

/** `HH:MM` in milliseconds since midnight. */
export const clockMs = (time: string): number =>
  Number(time.slice(0, 2)) * 60 * minute + Number(time.slice(3, 5)) * minute;

/** Local day number and milliseconds since local midnight, as the wall clock shows them. */
export function dayAndClock(zone: string, instant: number): { readonly day: number; readonly clock: number } {
  const wall = wallClock(zone, instant);
  const number = Math.floor(wall / day);
  return { day: number, clock: wall - number * day };
}

/** `instantOf` for a day number and milliseconds since midnight; answers epoch milliseconds. */
export function instantOnDay(zone: string, number: number, clock: number): number {
  const wall = number * day + clock;
  const before = offsetAt(zone, wall - day);
  const after = offsetAt(zone, wall + day);
  if (before === after) return wall - before;
  const [early, late] = before > after ? [before, after] : [after, before];
  if (offsetAt(zone, wall - early) === early) return wall - early;
  if (offsetAt(zone, wall - late) === late) return wall - late;
  return changeBetween(zone, wall - day, wall + day);
}

/** The instant at which the offset changes; the end of a gap. */
function changeBetween(zone: string, from: number, until: number): number {
  const target = offsetAt(zone, until);
  let [low, high] = [from, until];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle) === target) high = middle;
    else low = middle;
  }
  return high;
}

const wallClock = (zone: string, instant: number): number => instant + offsetAt(zone, instant);

/** Offset from UTC in milliseconds. A UTC day that starts and ends with one offset has it all day long. */
function offsetAt(zone: string, instant: number): number {
  const number = Math.floor(instant / day);
  const start = offsetOfDay(zone, number);
  return start === offsetOfDay(zone, number + 1) ? start : readOffset(zone, instant);
}

const offsets = new Map<string, Map<number, number>>();

function offsetOfDay(zone: string, number: number): number {
  let days = offsets.get(zone);
  if (!days || days.size > remembered) {
    days = new Map();
    offsets.set(zone, days);
  }
  const known = days.get(number);
  if (known !== undefined) return known;
  const offset = readOffset(zone, number * day);
  days.set(number, offset);
  return offset;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function readOffset(zone: string, instant: number): number {
  let format = formats.get(zone);
  if (!format) {
    const two = '2-digit';
    const fields = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
    format = new Intl.DateTimeFormat('en-US', {
      ...fields,
      timeZone: zone,
      hourCycle: 'h23',
      calendar: 'iso8601',
    });
    formats.set(zone, format);
  }
  const part = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of format.formatToParts(instant)) {
    if (Object.hasOwn(part, type)) part[type as keyof typeof part] = Number(value);
  }
  const wall = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
  return wall - Math.floor(instant / second) * second;
}

/** Whether something is a day of the calendar as `2026-11-24`; 31 February is none. */
export const isDay = (day: unknown): day is string =>
  typeof day === 'string' &&
  /^[12]\d{3}-\d\d-\d\d$/.test(day) &&
  !Number.isNaN(Date.parse(`${day}T00:00:00Z`)) &&
  addDays(day, 0) === day;
