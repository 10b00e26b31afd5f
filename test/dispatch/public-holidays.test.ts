import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicHolidays } from '../../src/dispatch/public-holidays.ts';
import { addDays, instantOf, localTime } from '../../src/lead/calendar.ts';
import { weekdayOf } from '../../src/lead/zone-time.ts';
import { postLead, readLead, setStage } from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';

describe('the public holidays of a region', () => {
  const off = (country: string | null, region: string | null, day: string): boolean =>
    publicHolidays(country, region).includes(day);

  test('are those of the region where one is told, else of the country', () => {
    expect(off('DE', 'DE-BW', '2026-06-04')).toBe(true);
    expect(off('DE', 'DE-BE', '2026-06-04')).toBe(false);
    expect(off('DE', null, '2026-06-04')).toBe(false);
    expect([off('DE', null, '2026-10-03'), off('FR', null, '2026-10-03')]).toEqual([true, false]);
  });

  test('are nobody’s where no country is known, and the whole country’s in a region nobody knows', () => {
    expect(off(null, null, '2026-12-25')).toBe(false);
    expect(off(null, 'DE-ZZ', '2026-12-25')).toBe(true);
    expect(off('QQ', null, '2026-12-25')).toBe(false);
  });

  test('are days on which offices close: no school holidays, bank days or mere observances', () => {
    expect(off('DE', 'DE-BW', '2026-12-24')).toBe(false);
    expect(off('DE', 'DE-BW', '2026-05-10')).toBe(false);
  });

  test('last as long as they last', () => {
    const days = ['2026-03-18', '2026-03-19', '2026-03-20', '2026-03-21', '2026-03-22', '2026-03-23'];
    expect(days.map((day) => off('SA', null, day))).toEqual([false, true, true, true, true, false]);
  });
});

describe('a window over a public holiday', () => {
  const regions = ['DE-BW', 'US-NY', 'JP-13', 'FR-IDF', 'ES-CT', 'BR-SP', 'ZA-GT', 'KR-11', 'CO-DC'];
  const zone = 'Europe/Berlin';
  let house: House;
  beforeAll(async () => {
    house = await startHouse();
  });
  afterAll(() => house.stop());

  /** The next holiday of any of the regions that leaves working days around it. */
  function next(from: string): { day: string; region: string } {
    for (let day = addDays(from, 12); ; day = addDays(day, 1)) {
      const weekday = weekdayOf(Date.parse(`${day}T00:00:00Z`) / 86_400_000);
      const isOff = (at: string, region: string) => publicHolidays(null, region).includes(at);
      const region = regions.find(
        (r) => isOff(day, r) && !isOff(addDays(day, -1), r) && !isOff(addDays(day, 1), r),
      );
      if (region && weekday >= 2 && weekday <= 4) return { day, region };
    }
  }

  test('is a day longer for the partner who has the day off, and for nobody else', async () => {
    await setStage(house);
    const { day, region } = next(localTime(zone, await house.now()).date);
    const a = (await house.api('GET', '/partners/a')).body;
    const put = await house.api('PUT', '/partners/a', { ...a, calendar: { ...a.calendar, region } });
    expect(put.body.calendar.region).toBe(region);
    await house.advanceTo(instantOf(zone, addDays(day, -1), '10:00'));
    const { reference } = await postLead(house);
    await house.advance('PT1M');
    const { offers } = await readLead(house, reference);
    const ends = (partner: string) =>
      localTime(zone, new Date(offers.find((o: Json) => o.partner === partner).expires_at)).date;
    expect([ends('a'), ends('b')]).toEqual([addDays(day, 1), day]);
  });
});
