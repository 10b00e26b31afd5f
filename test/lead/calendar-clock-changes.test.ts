import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addBusiness,
  addDays,
  businessMs,
  type Calendar,
  isWorking,
  localTime,
  nextOpening,
} from '../../src/lead/calendar.ts';

const zones = [
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Africa/Casablanca',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Africa/Cairo',
];
/** A day or so around a change of clock each: Berlin, Casablanca, St John's, Lord Howe, Cairo, Apia's lost day. */
const weeks = [
  '2026-03-26',
  '2026-10-22',
  '2026-02-13',
  '2026-03-19',
  '2026-03-06',
  '2026-10-30',
  '2026-04-03',
  '2026-04-22',
  '2011-12-27',
];
/** No hours that end within a repeated one (Cairo repeats 23:00 to 24:00): those end at its first pass, by rule. */
const calendars = fc
  .record({
    zone: fc.constantFrom(...zones),
    days: fc.constantFrom([1, 2, 3, 4, 5], [7], [1, 2, 3, 4, 5, 6, 7], [6, 7, 4]),
    hours: fc.constantFrom(['09:00', '17:00'], ['00:00', '24:00'], ['05:10', '12:35'], ['18:00', '22:30']),
    week: fc.constantFrom(...weeks),
    holiday: fc.integer({ min: 0, max: 9 }),
    away: fc.array(fc.tuple(fc.integer({ min: 0, max: 9000 }), fc.integer({ min: 1, max: 3000 })), {
      maxLength: 3,
    }),
    offset: fc.integer({ min: 0, max: 5 * 1440 }),
  })
  .map(({ zone, days, hours, week, holiday, away, offset }) => {
    const base = Date.parse(`${week}T00:00:00Z`);
    const absences = away.map(([from, long]) => ({
      from: new Date(base + from * 60_000),
      until: new Date(base + (from + long) * 60_000),
    }));
    const cal: Calendar = {
      zone,
      days,
      from: hours[0] as string,
      to: hours[1] as string,
      holidays: [addDays(week, holiday)],
      absences,
    };
    return { cal, start: new Date(base + offset * 60_000) };
  });

/** The slow truth: looks at the wall clock minute by minute. */
function isOpenMinute(cal: Calendar, ms: number): boolean {
  const format = formatOf(cal.zone).format(ms);
  const [date, time] = [format.slice(0, 10), format.slice(12, 17)];
  const weekday = ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
  return (
    cal.days.includes(weekday) &&
    time >= cal.from &&
    time < cal.to &&
    !cal.holidays.includes(date) &&
    !cal.absences.some((a) => a.from.getTime() <= ms && ms < a.until.getTime())
  );
}
const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

describe('over the changes of clock', () => {
  test('adding business minutes agrees with counting them one by one', () => {
    fc.assert(
      fc.property(calendars, fc.integer({ min: 1, max: 900 }), ({ cal, start }, minutes) => {
        let [left, now] = [minutes, start.getTime()];
        while (left > 0) {
          if (isOpenMinute(cal, now)) left -= 1;
          now += 60_000;
        }
        expect(addBusiness(cal, start, `PT${minutes}M`)).toEqual(new Date(now));
      }),
      { numRuns: 150 },
    );
  });
  test('business minutes between two instants are those counted one by one', () => {
    fc.assert(
      fc.property(calendars, fc.integer({ min: 0, max: 6000 }), ({ cal, start }, minutes) => {
        let sum = 0;
        for (let m = 0; m < minutes; m += 1)
          if (isOpenMinute(cal, start.getTime() + m * 60_000)) sum += 60_000;
        expect(businessMs(cal, start, new Date(start.getTime() + minutes * 60_000))).toBe(sum);
      }),
      { numRuns: 100 },
    );
  });
  test('what was added is what lies between, and it ends in business time', () => {
    fc.assert(
      fc.property(calendars, fc.integer({ min: 0, max: 200 }), ({ cal, start }, hours) => {
        const end = addBusiness(cal, start, `PT${hours}H`);
        expect(businessMs(cal, start, end)).toBe(hours * 3_600_000);
        expect(isWorking(cal, end)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
  test('later starts never end earlier', () => {
    const some = fc.constantFrom('PT0S', 'PT1M', 'PT4H', 'P1D', 'P3D', 'P1DT2H', 'P1W');
    fc.assert(
      fc.property(calendars, some, fc.integer({ min: 0, max: 3000 }), ({ cal, start }, iso, minutes) => {
        const later = new Date(start.getTime() + minutes * 60_000);
        fc.pre(cal.from !== '00:00' || (!iso.startsWith('P1') && !iso.startsWith('P3')));
        expect(addBusiness(cal, later, iso).getTime()).toBeGreaterThanOrEqual(
          addBusiness(cal, start, iso).getTime(),
        );
        expect(isWorking(cal, addBusiness(cal, start, iso))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
  test('a working day keeps the local time', () => {
    fc.assert(
      fc.property(calendars, fc.integer({ min: 1, max: 12 }), ({ cal, start }, days) => {
        const open = { ...cal, absences: [] };
        const from = nextOpening(open, start);
        fc.pre(cal.from !== '00:00');
        expect(localTime(cal.zone, addBusiness(open, start, `P${days}D`)).time).toBe(
          localTime(cal.zone, from).time,
        );
      }),
      { numRuns: 400 },
    );
  });
});
