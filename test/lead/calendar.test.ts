import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addBusiness,
  addDays,
  addElapsedThenOpen,
  businessMs,
  type Calendar,
  instantOf,
  isWorking,
  localTime,
  nextOpening,
  promiseDue,
} from '../../src/lead/calendar.ts';
import { parseDuration } from '../../src/lead/duration.ts';

const berlin: Calendar = {
  zone: 'Europe/Berlin',
  days: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '17:00',
  holidays: [],
  absences: [],
};
const at = (local: string, zone = 'Europe/Berlin') => instantOf(zone, local.slice(0, 10), local.slice(11));
const local = (instant: Date, zone = 'Europe/Berlin') =>
  `${localTime(zone, instant).date} ${localTime(zone, instant).time}`;
const added = (start: string, iso: string, cal: Partial<Calendar> = {}) =>
  local(addBusiness({ ...berlin, ...cal }, at(start), iso));

describe('a duration', () => {
  test.each([
    ['PT4H', 0, 14_400_000],
    ['P1D', 1, 0],
    ['P1DT2H', 1, 7_200_000],
    ['PT0S', 0, 0],
    ['P2W', 14, 0],
    ['PT1H30M5S', 0, 5_405_000],
  ])('%s is read', (text, days, ms) => expect(parseDuration(text)).toEqual({ days, ms }));
  test.each(['', 'P', 'PT', 'P1DT', 'P1M', 'P1Y', '-P1D', 'PT1.5H', '1D', 'p1d', 'P9999999D', 'P1D\n'])(
    '%j is refused',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );
});

describe('wall clocks', () => {
  test('a time in the gap is the first minute after it', () => {
    expect(at('2026-03-29 02:30').toISOString()).toBe('2026-03-29T01:00:00.000Z');
    expect(at('2011-12-30 12:00', 'Pacific/Apia').toISOString()).toBe('2011-12-30T10:00:00.000Z');
  });
  test('a time in the overlap is the first of the two', () =>
    expect(at('2026-10-25 02:30').toISOString()).toBe('2026-10-25T00:30:00.000Z'));
  test('odd offsets are right', () => {
    expect(at('2026-06-01 09:00', 'Asia/Kathmandu').toISOString()).toBe('2026-06-01T03:15:00.000Z');
    expect(at('2026-01-05 09:00', 'America/St_Johns').toISOString()).toBe('2026-01-05T12:30:00.000Z');
    expect(at('2026-02-28 24:00', 'UTC').toISOString()).toBe('2026-03-01T00:00:00.000Z');
  });
  test('weekday and parts', () =>
    expect(localTime('Asia/Kathmandu', new Date('2026-03-01T20:00:00Z'))).toEqual({
      date: '2026-03-02',
      time: '01:45',
      weekday: 1,
      hour: 1,
      minute: 45,
    }));
  test('days are added across months and years', () =>
    expect([addDays('2028-02-28', 1), addDays('2026-01-01', -1)]).toEqual(['2028-02-29', '2025-12-31']));
  test('there and back again, in every zone and at every change of clock', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        fc.integer({ min: 0, max: 30 * 525_600 }),
        (zone, minutes) => {
          const instant = new Date(Date.UTC(2005, 0, 1) + minutes * 60_000);
          const { date, time } = localTime(zone, instant);
          const back = instantOf(zone, date, time);
          expect(localTime(zone, back)).toEqual(localTime(zone, instant));
          expect(back.getTime()).toBeLessThanOrEqual(instant.getTime());
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('business time', () => {
  test('hours run on to the next working day', () =>
    expect(added('2026-03-06 15:00', 'PT4H')).toBe('2026-03-09 11:00'));
  test('what ends at closing time is due at closing time', () => {
    expect(added('2026-03-06 09:00', 'PT8H')).toBe('2026-03-06 17:00');
    expect(added('2026-03-06 17:00', 'P1D')).toBe('2026-03-09 17:00');
    expect(added('2026-03-06 17:00', 'PT4H')).toBe('2026-03-09 13:00');
    expect(isWorking(berlin, at('2026-03-06 17:00'))).toBe(true);
    expect(isWorking(berlin, new Date(at('2026-03-06 17:00').getTime() + 1))).toBe(false);
  });
  test('a day is the same local time on the next working day', () => {
    expect(added('2026-03-27 10:15', 'P1D')).toBe('2026-03-30 10:15');
    expect(added('2026-03-28 10:15', 'P1D')).toBe('2026-03-31 09:00');
    expect(added('2026-03-26 20:00', 'P2D')).toBe('2026-03-31 09:00');
    expect(added('2026-03-26 10:00', 'P1DT2H')).toBe('2026-03-27 12:00');
    expect(added('2026-03-26 16:00', 'P1DT2H')).toBe('2026-03-30 10:00');
  });
  test('nothing added is the next opening', () => {
    expect(added('2026-03-28 12:00', 'PT0S')).toBe('2026-03-30 09:00');
    expect(added('2026-03-27 12:00', 'PT0S')).toBe('2026-03-27 12:00');
  });
  test('holidays and absences are left out', () => {
    expect(added('2026-04-02 16:00', 'PT2H', { holidays: ['2026-04-03', '2026-04-06'] })).toBe(
      '2026-04-07 10:00',
    );
    const away = [
      { from: at('2026-03-03 12:00'), until: at('2026-03-05 10:00') },
      { from: at('2026-03-02 13:00'), until: at('2026-03-03 13:00') },
    ];
    expect(added('2026-03-02 12:00', 'PT2H', { absences: away })).toBe('2026-03-05 11:00');
    expect(added('2026-03-03 11:00', 'PT2H', { absences: away.slice(0, 1) })).toBe('2026-03-05 11:00');
    expect(added('2026-03-02 12:30', 'P1D', { absences: away.slice(0, 1) })).toBe('2026-03-05 10:00');
  });
  test('an elapsed rung waits for the next opening', () => {
    expect(local(addElapsedThenOpen(berlin, at('2026-03-06 16:00'), 'PT24H'))).toBe('2026-03-09 09:00');
    expect(local(addElapsedThenOpen(berlin, at('2026-03-05 16:00'), 'P1D'))).toBe('2026-03-06 16:00');
  });
  test('Apia had no 30 December 2011', () => {
    const apia = { ...berlin, zone: 'Pacific/Apia' };
    expect(local(addBusiness(apia, at('2011-12-29 16:00', apia.zone), 'PT2H'), apia.zone)).toBe(
      '2012-01-02 10:00',
    );
    expect(businessMs(apia, at('2011-12-26 00:00', apia.zone), at('2012-01-02 00:00', apia.zone))).toBe(
      4 * 8 * 3_600_000,
    );
  });
  test('a calendar that never opens falls back to elapsed time, and soon', () => {
    const never = { ...berlin, days: [] };
    const gone = { ...berlin, absences: [{ from: at('2026-01-01 00:00'), until: new Date(8.64e15) }] };
    for (const cal of [never, gone]) {
      const start = at('2026-03-02 10:00');
      expect(local(addBusiness(cal, start, 'P1DT2H'))).toBe('2026-03-03 12:00');
      expect(nextOpening(cal, start)).toEqual(start);
      expect(isWorking(cal, start)).toBe(false);
      expect(businessMs(cal, start, at('2027-01-01 00:00'))).toBe(0);
      expect(local(promiseDue(cal, start, 'today'))).toBe('2026-03-03 10:00');
      expect(local(promiseDue(cal, start, 'this-week'))).toBe('2026-03-06 17:00');
    }
  });
  test('a broken duration is a fault', () =>
    expect(() => addBusiness(berlin, at('2026-03-02 10:00'), 'soon')).toThrow(RangeError));
});

describe('a promise', () => {
  const due = (given: string, word: 'today' | 'tomorrow' | 'this-week', cal: Partial<Calendar> = {}) =>
    local(promiseDue({ ...berlin, ...cal }, at(given), word));
  test('is due at 17:00 of the day named', () => {
    expect(due('2026-03-03 10:00', 'today')).toBe('2026-03-03 17:00');
    expect(due('2026-03-03 10:00', 'tomorrow')).toBe('2026-03-04 17:00');
    expect(due('2026-03-03 10:00', 'this-week')).toBe('2026-03-06 17:00');
  });
  test('moves to the next working day when that is closed or past', () => {
    expect(due('2026-03-06 17:00', 'today')).toBe('2026-03-09 17:00');
    expect(due('2026-03-06 16:59', 'tomorrow')).toBe('2026-03-09 17:00');
    expect(due('2026-03-08 12:00', 'this-week')).toBe('2026-03-09 17:00');
    expect(due('2026-03-06 18:00', 'this-week')).toBe('2026-03-09 17:00');
    expect(due('2026-04-02 10:00', 'tomorrow', { holidays: ['2026-04-03', '2026-04-06'] })).toBe(
      '2026-04-07 17:00',
    );
    expect(
      due('2026-03-03 10:00', 'today', {
        absences: [{ from: at('2026-03-03 12:00'), until: at('2026-03-05 00:00') }],
      }),
    ).toBe('2026-03-05 17:00');
  });
  test('is 17:00 whatever the closing time', () =>
    expect(due('2026-03-03 10:00', 'today', { to: '13:00' })).toBe('2026-03-03 17:00'));
});
