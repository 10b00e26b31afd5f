/** A duration split as the calendar needs it: whole days, and the clock part in milliseconds. */
export interface Duration {
  readonly days: number;
  readonly ms: number;
}

const pattern = /^P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/;

/**
 * Reads an ISO 8601 duration of weeks, days, hours, minutes and seconds (`PT4H`, `P1D`, `P1DT2H`, `PT0S`, `P2W`).
 * A week is seven days. Undefined for anything else: months and years (no fixed length), fractions, signs, `P`, `PT`.
 */
export function parseDuration(text: string): Duration | undefined {
  const found = pattern.exec(text);
  if (!found || text === 'P') return undefined;
  const [weeks, days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { days: weeks * 7 + days, ms: ((hours * 60 + minutes) * 60 + seconds) * 1000 };
}

/** The duration on an ordinary clock, a day being 24 hours; throws RangeError when it is none. */
export const elapsedMs = (text: string): number => {
  const { days, ms } = durationOf(text);
  return days * 86_400_000 + ms;
};

/** Like `parseDuration`, for rules that were validated before: anything else is a fault of ours, hence the throw. */
export function durationOf(text: string): Duration {
  const found = parseDuration(text);
  if (!found) throw new RangeError(`no ISO 8601 duration: ${text}`);
  return found;
}
