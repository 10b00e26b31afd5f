import { describe, expect, test } from 'vitest';
import { addDays, instantOf, localTime } from '../../src/lead/calendar.ts';
import { closedWeek, nextWeeklySlot } from '../../src/lead/weekly-slot.ts';

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
const slots = [
  [1, '07:30'],
  [1, '08:00'],
  [7, '02:30'],
  [7, '00:00'],
  [5, '00:30'],
  [6, '23:30'],
] as const;
const monday = (date: string) => addDays(date, 1 - localTime('UTC', new Date(`${date}T00:00:00Z`)).weekday);

describe.each(zones)('in %s', (zone) => {
  test('exactly one slot falls into each local week of ten years', () => {
    for (const [weekday, time] of slots) {
      let at = nextWeeklySlot(zone, new Date('2024-01-01T12:00:00Z'), weekday, time);
      let week = monday(localTime(zone, at).date);
      for (let i = 0; i < 522; i += 1) {
        const shown = localTime(zone, at);
        expect(instantOf(zone, addDays(week, weekday - 1), time)).toEqual(at);
        if (shown.time !== time) {
          const before = localTime(zone, new Date(at.getTime() - 60_000));
          expect(`${before.date} ${before.time}` < `${addDays(week, weekday - 1)} ${time}`).toBe(true);
        }
        const next = nextWeeklySlot(zone, at, weekday, time);
        expect(nextWeeklySlot(zone, new Date(next.getTime() - 1), weekday, time)).toEqual(next);
        week = addDays(week, 7);
        expect(monday(localTime(zone, next).date)).toBe(week);
        at = next;
      }
    }
  });
  test('closed weeks follow each other without gap or overlap', () => {
    let week = closedWeek(zone, new Date('2024-01-03T12:00:00Z'));
    for (let i = 0; i < 522; i += 1) {
      expect(closedWeek(zone, new Date(week.until.getTime()))).toEqual(week);
      const next = closedWeek(zone, new Date(week.until.getTime() + 8 * 86_400_000));
      expect(next.from).toEqual(week.until);
      expect([localTime(zone, next.from).date, addDays(next.monday, 6)]).toEqual([next.monday, next.sunday]);
      week = next;
    }
  });
});

test('the digest of Monday 07:30 tells of the week before', () => {
  const at = nextWeeklySlot('Europe/Berlin', new Date('2026-03-28T12:00:00Z'));
  expect(at.toISOString()).toBe('2026-03-30T05:30:00.000Z');
  expect(closedWeek('Europe/Berlin', at)).toEqual({
    from: new Date('2026-03-22T23:00:00Z'),
    until: new Date('2026-03-29T22:00:00Z'),
    monday: '2026-03-23',
    sunday: '2026-03-29',
  });
});

test('a skipped and a doubled Sunday 02:30', () => {
  expect(nextWeeklySlot('Europe/Berlin', new Date('2026-03-28T12:00:00Z'), 7, '02:30').toISOString()).toBe(
    '2026-03-29T01:00:00.000Z',
  );
  expect(nextWeeklySlot('Europe/Berlin', new Date('2026-10-24T12:00:00Z'), 7, '02:30').toISOString()).toBe(
    '2026-10-25T00:30:00.000Z',
  );
  expect(nextWeeklySlot('Europe/Berlin', new Date('2026-10-25T00:30:00Z'), 7, '02:30').toISOString()).toBe(
    '2026-11-01T01:30:00.000Z',
  );
});
