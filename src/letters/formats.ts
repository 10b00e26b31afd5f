import type { Money } from '../lead/money.ts';
import { minorDigits } from '../lead/money.ts';
import { amounts, dates, names, relatives } from './intl.ts';
import { memory } from './memory.ts';
import type { Words } from './words.ts';

/** Dates and amounts the way the reader writes them. Instants come in as ISO strings, as views hold them. */
export interface Formats {
  /** "€28,000"; with `code` "EUR 28,000", for plain text. */
  money(money: Money, style?: 'symbol' | 'code'): string;
  /** "Mon 16 Nov, 16:00". */
  moment(iso: string): string;
  /** "Mon 16 Nov, 16:00 Berlin time". */
  zoned(iso: string): string;
  /** "in 3 hours". */
  relative(iso: string): string;
  /** Absolute first, relative second: "Mon 16 Nov, 16:00 Berlin time, in 3 hours". */
  when(iso: string): string;
  /** "16:00"; with the weekday when it is not today. */
  clock(iso: string): string;
  /** As short as it can be said: "16:00" today, "Thu 09:00" within six days, else the moment. For subjects. */
  brief(iso: string): string;
  /** "Mon 16 Nov". A plain date (`2026-11-16`) has no zone and is never moved. */
  day(iso: string): string;
  number(value: number): string;
  /** "German" for `de`, "Germany" for `DE`; the code itself where nobody knows it. */
  languageName(code: string): string;
  countryName(code: string): string;
}

export function formatsFor(words: Words, timezone: string, now: Date): Formats {
  const zone = knownZone(timezone);
  const { days, plainDays, clocks, weekdays, numbers, distances, known } = drawersFor(words.tag, zone);
  const day = (iso: string): string =>
    known.days(iso, () => tidy((/^\d{4}-\d\d-\d\d$/.test(iso) ? plainDays : days).format(new Date(iso))));
  // No zone begins its day within a minute, so the letters of one minute ask but once what day it is.
  let today: string | undefined;
  const isToday = (iso: string): boolean => {
    today ??= day(new Date(now.getTime() - (now.getTime() % 60_000)).toISOString());
    return day(iso) === today;
  };
  const time = (iso: string): string => known.times(iso, () => clocks.format(new Date(iso)));
  const clock = (iso: string): string => words.t('time.clock', { time: time(iso) });
  const moment = (iso: string): string => words.t('time.moment', { day: day(iso), time: clock(iso) });
  const zoned = (iso: string): string =>
    words.t('time.zoned', { moment: moment(iso), zone: zoneName(words, zone) });
  const relative = (iso: string): string => {
    const [value, unit] = distance(new Date(iso).getTime() - now.getTime());
    // Minus zero is "0 minutes ago", and no other number in a key.
    const key = `${Object.is(value, -0) ? '-0' : value} ${unit}`;
    return known.distances(key, () => distances.format(value, unit));
  };
  return {
    money: (money, style = 'symbol') => amount(words.tag, money, style),
    moment,
    zoned,
    relative,
    day,
    when: (iso) => words.t('time.when', { zoned: zoned(iso), relative: relative(iso) }),
    clock: (iso) => (isToday(iso) ? clock(iso) : moment(iso)),
    brief: (iso) => {
      if (isToday(iso)) return time(iso);
      const at = new Date(iso);
      const soon = Math.abs(at.getTime() - now.getTime()) < 6 * 86_400_000;
      return soon ? `${weekdays.format(at)} ${time(iso)}` : moment(iso);
    },
    number: (value) => numbers.format(value),
    languageName: (code) => named(words.tag, 'language', code),
    countryName: (code) => named(words.tag, 'region', code),
  };
}

/** "Mon, 16 Nov" loses its comma, "Mo., 16. Nov." needs it, and never breaks behind its number. */
const tidy = (date: string): string =>
  date.replace(/^([^\s.,]+),/, '$1').replace(/(\d\.) (?=\p{L})/u, '$1\u00a0');

type Drawers = ReturnType<typeof makeDrawers>;
const drawers = memory<Drawers>();

/** The same handful of zones and languages for nearly every letter. */
const drawersFor = (tag: string, zone: string): Drawers =>
  drawers(`${tag} ${zone}`, () => makeDrawers(tag, zone));

function makeDrawers(tag: string, zone: string) {
  const date = (options: Intl.DateTimeFormatOptions, timeZone = zone) =>
    dates(tag, { timeZone, hourCycle: 'h23', ...options });
  const dayParts = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  return {
    days: date(dayParts),
    plainDays: date(dayParts, 'UTC'),
    clocks: date({ hour: '2-digit', minute: '2-digit' }),
    weekdays: date({ weekday: 'short' }),
    numbers: amounts(tag, {}),
    distances: relatives(tag, { numeric: 'always' }),
    // A letter names the same instant in subject, HTML and text, and the letters of a wave do among them.
    known: { days: memory<string>(200), times: memory<string>(200), distances: memory<string>(200) },
  };
}

/** A wave names one amount in all its letters, a report the same few again and again. */
const written = memory<string>();

const amount = (tag: string, money: Money, style: 'symbol' | 'code'): string =>
  written(`${tag} ${money.minor} ${money.currency} ${style}`, () => amountOf(tag, money, style));

function amountOf(tag: string, money: Money, style: 'symbol' | 'code'): string {
  const digits = minorDigits(money.currency);
  const value = money.minor / 10 ** digits;
  return amounts(tag, {
    style: 'currency',
    currency: money.currency,
    currencyDisplay: style,
    // Whole amounts without ",00": nobody quotes a heat pump to the cent.
    minimumFractionDigits: Number.isInteger(value) ? 0 : digits,
  }).format(value);
}

/** In the unit that says it best. */
function distance(ms: number): [value: number, unit: 'minute' | 'hour' | 'day'] {
  const minutes = Math.round(ms / 60_000);
  if (Math.abs(minutes) < 90) return [minutes, 'minute'];
  const hours = Math.round(ms / 3_600_000);
  return Math.abs(hours) < 36 ? [hours, 'hour'] : [Math.round(ms / 86_400_000), 'day'];
}

const called = memory<string>();

const named = (tag: string, type: 'language' | 'region', code: string): string =>
  called(`${tag} ${type} ${code}`, () => nameOf(tag, type, code));

function nameOf(tag: string, type: 'language' | 'region', code: string): string {
  try {
    return names(tag, { type }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** "Berlin time"; a language that inflects its cities names the usual ones itself (`meta.zones`). */
const zoneName = (words: Words, zone: string): string =>
  zoneNames(`${words.language} ${zone}`, () => {
    const city = (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
    return words.has(`meta.zones.${city}`) ? words.t(`meta.zones.${city}`) : words.t('time.zone', { city });
  });

const zoneNames = memory<string>();

function knownZone(zone: string): string {
  try {
    return dates('en', { timeZone: zone }) && zone;
  } catch {
    return 'UTC';
  }
}
