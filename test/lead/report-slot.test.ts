import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, localTime } from '../../src/lead/calendar.ts';
import { closedWeek, digestPlan, isoWeek, nextDigest, weeksUpTo } from '../../src/lead/weekly-slot.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const zones = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'Europe/Lisbon',
  'Europe/Chisinau',
  'Atlantic/Azores',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Jerusalem',
  'Asia/Kolkata',
  'Asia/Tehran',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Havana',
  'America/Santiago',
  'America/Asuncion',
  'America/Sao_Paulo',
  'America/Nuuk',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Easter',
  'Pacific/Kiritimati',
  'Antarctica/Troll',
];

describe.each(zones)('in %s', (zone) => {
  test('ten years of Mondays tell each closed week once, between 07:30 and 07:44 local', () => {
    const jitter = (zone.length % 15) * minute + 59_000;
    let at = nextDigest(zone, new Date('2024-01-03T12:00:00Z'), jitter);
    let told = closedWeek(zone, at);
    for (let i = 0; i < 522; i += 1) {
      const shown = localTime(zone, at);
      expect([shown.weekday, shown.time >= '07:30' && shown.time <= '07:44']).toEqual([1, true]);
      const plan = digestPlan(zone, at, jitter);
      expect(plan.week).toEqual(told);
      expect(addDays(told.monday, 7)).toBe(shown.date);
      expect(nextDigest(zone, new Date(plan.next.getTime() - 1), jitter)).toEqual(plan.next);
      const next = closedWeek(zone, plan.next);
      expect([next.monday, next.from]).toEqual([addDays(told.monday, 7), told.until]);
      [at, told] = [plan.next, next];
    }
  });

  test('the weeks of a trend touch each other and end with the week told of, across both changes of the clock', () => {
    for (const at of ['2026-04-20T12:00:00Z', '2026-11-16T12:00:00Z', '2028-03-01T00:00:00Z']) {
      const last = closedWeek(zone, new Date(at));
      const weeks = weeksUpTo(zone, last, 13);
      expect(weeks.at(-1)).toEqual(last);
      for (const [i, week] of weeks.slice(1).entries()) expect(week.from).toEqual(weeks[i]?.until);
    }
  });
});

test('whatever downtime there was, a week is told at most once, in order, and the last one that had closed', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 14 }),
      fc.array(fc.integer({ min: 1, max: 30 * 24 * 60 }), { maxLength: 40 }),
      (zone, jitterMinutes, pauses) => {
        const jitter = jitterMinutes * minute;
        let now = Date.UTC(2026, 1, 20);
        let due = nextDigest(zone, new Date(now), jitter);
        const told: string[] = [];
        for (const pause of pauses) {
          now += pause * minute;
          if (due.getTime() > now) continue;
          const plan = digestPlan(zone, new Date(now), jitter);
          expect(plan.next.getTime()).toBeGreaterThan(now);
          expect(plan.next.getTime() - now).toBeLessThanOrEqual(7 * day + 2 * 60 * minute);
          if (plan.week) {
            expect(plan.week).toEqual(closedWeek(zone, new Date(now)));
            told.push(plan.week.monday);
          } else {
            // The slot that is still to come this Monday tells of it.
            expect(localTime(zone, new Date(now)).weekday).toBe(1);
            expect(localTime(zone, plan.next).date).toBe(localTime(zone, new Date(now)).date);
          }
          due = plan.next;
        }
        expect(told).toEqual([...new Set(told)].sort());
      },
    ),
    { numRuns: 400 },
  );
});

test('a reader who appears between 07:30 and the own minute is still told that morning', () => {
  const at = new Date('2026-11-16T06:35:00Z');
  expect(nextDigest('Europe/Berlin', at, 9 * minute).toISOString()).toBe('2026-11-16T06:39:00.000Z');
  expect(nextDigest('Europe/Berlin', at, 5 * minute).toISOString()).toBe('2026-11-23T06:35:00.000Z');
});

test('a process that comes up early on Monday leaves the week to the slot an hour later', () => {
  const plan = digestPlan('Europe/Berlin', new Date('2026-11-16T05:30:00Z'), 0);
  expect(plan).toEqual({ next: new Date('2026-11-16T06:30:00Z'), week: null });
});

test.each([
  ['2026-11-09', '2026-W46'],
  ['2026-01-01', '2026-W01'],
  ['2026-12-31', '2026-W53'],
  ['2027-01-03', '2026-W53'],
  ['2027-01-04', '2027-W01'],
  ['2024-12-30', '2025-W01'],
  ['2021-01-03', '2020-W53'],
])('%s lies in week %s', (date, week) => expect(isoWeek(date)).toBe(week));
