/** A calendar day without a zone. Days are counted in UTC so that no clock change interferes. */
export type Day = { readonly year: number; readonly month: number; readonly day: number };

const msPerDay = 86_400_000;

/** The calendar day of an instant in an IANA zone. */
export function dayIn(zone: string, instant: Date): Day {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: knownZone(zone),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  return { year: parts.get('year') ?? 1970, month: parts.get('month') ?? 1, day: parts.get('day') ?? 1 };
}

function knownZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

export function isoDay({ year, month, day }: Day): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The day if the calendar has it. */
export function realDay(year: number, month: number, day: number): Day | null {
  const made = new Date(Date.UTC(year, month - 1, day));
  const real =
    made.getUTCFullYear() === year && made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
  return real && year >= 1990 && year <= 2199 ? { year, month, day } : null;
}

export function plusDays(day: Day, days: number): Day {
  return fromNumber(dayNumber(day) + days);
}

/** The same day so many months on, or the last one of a shorter month. */
export function plusMonths({ year, month, day }: Day, months: number): Day {
  const index = year * 12 + (month - 1) + months;
  const first = { year: Math.floor(index / 12), month: (index % 12) + 1, day: 1 };
  return { ...first, day: Math.min(day, lastOfMonth(first).day) };
}

export function lastOfMonth({ year, month }: Day): Day {
  return fromNumber(Date.UTC(year, month, 0) / msPerDay);
}

/** 1 = Monday … 7 = Sunday. */
export function weekday(day: Day): number {
  return ((((dayNumber(day) + 3) % 7) + 7) % 7) + 1;
}

export function dayNumber({ year, month, day }: Day): number {
  return Date.UTC(year, month - 1, day) / msPerDay;
}

function fromNumber(number: number): Day {
  const made = new Date(number * msPerDay);
  return { year: made.getUTCFullYear(), month: made.getUTCMonth() + 1, day: made.getUTCDate() };
}
