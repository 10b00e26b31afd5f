import { createRequire } from 'node:module';
import type { default as DateHolidays, HolidaysTypes } from 'date-holidays';
import { addDays, type Holidays } from '../lead/calendar.ts';

/**
 * Public holidays by country and region, as a calendar asks for them.
 *
 * The package behind takes a fifth of a second to load and a hundredth a year and region, so it is loaded when the
 * first calendar looks at a day, never at start, and every year is worked out once.
 */

/** A calendar without public holidays: nobody has said where the partner is. */
export const noHolidays: Holidays = { includes: () => false };

const known = new Map<string, Holidays>();

/**
 * The public holidays of a region of a country.
 *
 * @param country ISO 3166-1, `DE`; null: none are known
 * @param region ISO 3166-2, `DE-BW`; its country wins over `country`, one that is unknown counts as the whole country
 */
export function publicHolidays(country: string | null, region: string | null): Holidays {
  const code = (region ?? country ?? '').toUpperCase();
  if (code === '') return noHolidays;
  const found = known.get(code) ?? ofRegion(code);
  known.set(code, found);
  return found;
}

function ofRegion(code: string): Holidays {
  const years = new Map<string, ReadonlySet<string>>();
  const [country = '', state] = code.split('-');
  let book: InstanceType<typeof DateHolidays> | undefined;
  return {
    includes: (day) => {
      const year = day.slice(0, 4);
      let days = years.get(year);
      if (!days) {
        book ??= openBook(country, state);
        days = daysOf(book, Number(year));
        years.set(year, days);
      }
      return days.has(day);
    },
  };
}

let loaded: typeof DateHolidays | undefined;

/** Loaded by `require`, because whoever asks for a day cannot wait for a promise. */
function openBook(country: string, state: string | undefined): InstanceType<typeof DateHolidays> {
  loaded ??= createRequire(import.meta.url)('date-holidays') as typeof DateHolidays;
  const types: HolidaysTypes.HolidayType[] = ['public'];
  const whole = new loaded(country, { types });
  return state && whole.getStates(country)?.[state] ? new loaded(country, state, { types }) : whole;
}

const dayMs = 86_400_000;

/**
 * The whole days off. Some last several days, and a year's feast may begin in the year before; what takes only an
 * afternoon closes no day.
 */
function daysOf(book: InstanceType<typeof DateHolidays>, year: number): ReadonlySet<string> {
  const found = [year - 1, year].flatMap((y) => book.getHolidays(y) ?? []);
  const whole = found.filter((h) => h.type === 'public' && h.date.slice(11, 19) === '00:00:00');
  return new Set(
    whole.flatMap(({ date, start, end }) => {
      const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / dayMs));
      return Array.from({ length: days }, (_, n) => addDays(date.slice(0, 10), n));
    }),
  );
}
