import type { PromiseWord } from './assignment.ts';
import { durationOf, elapsedMs } from './duration.ts';
import { clockMs, dateOf, dayAndClock, instantOnDay, weekdayOf } from './zone-time.ts';

export { addDays, instantOf, isDay, localTime, weekOf } from './zone-time.ts';

/** Tells whether a local date (`YYYY-MM-DD`) is a public holiday; the same answer every time. */
export interface Holidays {
  includes(day: string): boolean;
}

/** When a person or company works. Business time is this calendar minus closed days and absences. */
export interface Calendar {
  /** IANA zone, e.g. `Europe/Berlin`. */
  readonly zone: string;
  /** ISO weekdays on which work is done, Monday 1 … Sunday 7. */
  readonly days: readonly number[];
  /** Local opening time, `HH:MM`. */
  readonly from: string;
  /** Local closing time, `HH:MM`, after `from`. */
  readonly to: string;
  /** Local dates (`YYYY-MM-DD`) on which nobody works: public holidays. A list, or whatever can tell. */
  readonly holidays: Holidays;
  /** Half-open ranges in which nobody works. */
  readonly absences: readonly { readonly from: Date; readonly until: Date }[];
}

const dayMs = 86_400_000;
const promiseClock = '17:00';
/** Closed days in a row after which a calendar counts as one that never opens again. */
const patience = 1000;
/** Days looked at in one answer, open or not. */
const horizon = 20_000;

/** Whether it is business time. The closing minute itself still counts: what is due "by 17:00" is due in time. */
export const isWorking = (cal: Calendar, at: Date): boolean =>
  nextOpening(cal, at).getTime() === at.getTime() && opens(cal, at);

/** The instant itself during business time, else the next opening; the instant itself when there is none (see `patience`). */
export function nextOpening(cal: Calendar, at: Date): Date {
  for (const piece of piecesFrom(cal, at.getTime())) return new Date(Math.max(piece.from, at.getTime()));
  return new Date(at);
}

/**
 * Business time after an instant. Hours and minutes are consumed from business time only; `PnD` is the
 * same local time n working days later, counted first. A start outside business time moves to the next opening; so
 * does a result that falls into an absence. A week counts as seven working days. What ends at closing time is due at
 * closing time, not at the next opening. When the calendar never opens again: start plus elapsed time.
 */
export function addBusiness(cal: Calendar, start: Date, isoDuration: string): Date {
  const { days, ms } = durationOf(isoDuration);
  const late = new Date(start.getTime() + elapsedMs(isoDuration));
  if (!opens(cal, start)) return late;
  const later = addWorkingDays(cal, nextOpening(cal, start), days);
  return (later && consume(cal, later, ms)) ?? late;
}

/** Elapsed time (a day is 24 hours), then on to the next opening. */
export const addElapsedThenOpen = (cal: Calendar, start: Date, isoDuration: string): Date =>
  nextOpening(cal, new Date(start.getTime() + elapsedMs(isoDuration)));

/** Milliseconds of business time between two instants; 0 when `until` is not after `from`. */
export function businessMs(cal: Calendar, from: Date, until: Date): number {
  let sum = 0;
  for (const piece of piecesFrom(cal, from.getTime(), until.getTime())) {
    sum += Math.max(0, Math.min(piece.until, until.getTime()) - Math.max(piece.from, from.getTime()));
  }
  return sum;
}

/**
 * When a promise given at an instant falls due: 17:00 local on the day named (*this-week* = Friday);
 * when that day is closed, 17:00 lies in an absence or is not after `at`: 17:00 of the next working day. 17:00 is
 * fixed, whatever the calendar's closing time. A calendar that never opens again: the day named, or 24 hours on.
 */
export function promiseDue(cal: Calendar, at: Date, promise: PromiseWord): Date {
  const today = dayAndClock(cal.zone, at.getTime()).day;
  const ahead = { today: 0, tomorrow: 1, 'this-week': 5 - weekdayOf(today) }[promise];
  const dueOn = (day: number) => instantOnDay(cal.zone, day, clockMs(promiseClock));
  for (let day = today + ahead; day < today + patience; day += 1) {
    const due = dueOn(day);
    const away = cal.absences.some((a) => a.from.getTime() < due && due < a.until.getTime());
    if (due > at.getTime() && !away && piecesOn(cal, day).length > 0) return new Date(due);
  }
  return new Date(Math.max(dueOn(today + ahead), at.getTime() + dayMs));
}

interface Piece {
  readonly from: number;
  readonly until: number;
}

const opens = (cal: Calendar, at: Date): boolean => !piecesFrom(cal, at.getTime()).next().done;

/** The same local time some working days on (0: unchanged); undefined when so many never come. */
function addWorkingDays(cal: Calendar, start: Date, days: number): Date | undefined {
  if (days === 0) return start;
  const { day: first, clock } = dayAndClock(cal.zone, start.getTime());
  let [left, closed] = [days, 0];
  for (let day = first + 1; closed < patience && day < first + horizon; day += 1) {
    const open = piecesOn(cal, day).length > 0;
    closed = open ? 0 : closed + 1;
    left -= open ? 1 : 0;
    if (left === 0) return nextOpening(cal, new Date(instantOnDay(cal.zone, day, clock)));
  }
  return undefined;
}

/** Uses up business time; undefined when the calendar runs out of it. */
function consume(cal: Calendar, start: Date, ms: number): Date | undefined {
  let left = ms;
  for (const piece of piecesFrom(cal, start.getTime())) {
    const from = Math.max(piece.from, start.getTime());
    if (left <= piece.until - from) return new Date(from + left);
    left -= piece.until - from;
  }
  return undefined;
}

/** Stretches of business time that end at or after an instant, in order; ends where the calendar does. */
function* piecesFrom(cal: Calendar, at: number, until = Number.POSITIVE_INFINITY): Generator<Piece> {
  const first = dayAndClock(cal.zone, at).day;
  let closed = 0;
  for (let day = first - 1; closed < patience && day < first + horizon; day += 1) {
    if ((day - 1) * dayMs > until) return;
    const pieces = piecesOn(cal, day);
    closed = pieces.length > 0 ? 0 : closed + 1;
    for (const piece of pieces) if (piece.until >= at) yield piece;
  }
}

/**
 * The stretches of business time of one local day: opening hours minus absences; none on a closed day. Hours that end
 * within an hour the clock repeats end at its first pass.
 */
function piecesOn(cal: Calendar, day: number): Piece[] {
  if (!cal.days.includes(weekdayOf(day)) || cal.holidays.includes(dateOf(day))) return [];
  const from = instantOnDay(cal.zone, day, clockMs(cal.from));
  const until = instantOnDay(cal.zone, day, clockMs(cal.to));
  let pieces: Piece[] = from < until ? [{ from, until }] : [];
  for (const absence of cal.absences) {
    if (absence.from.getTime() < until && absence.until.getTime() > from)
      pieces = pieces.flatMap((p) => without(p, absence));
  }
  return pieces;
}

function without(piece: Piece, absence: Calendar['absences'][number]): Piece[] {
  const before = { from: piece.from, until: Math.min(piece.until, absence.from.getTime()) };
  const after = { from: Math.max(piece.from, absence.until.getTime()), until: piece.until };
  return [before, after].filter((p) => p.from < p.until);
}
