import { type Money, minorDigits } from '../lead/money.ts';
import type { DigestFigure, WonSums } from './digest-view.ts';
import { amounts, dates, listed } from './intl.ts';
import { memory } from './memory.ts';
import type { Ink } from './press.ts';

/** Figures of a weekly report the way its reader writes numbers. */

/** What stands where there is nothing to divide by. */
export const nothing = '–';

export interface PressedFigure {
  readonly label: string;
  readonly value: string;
  readonly n: string;
  /** Arrow, word and amount against the week before; empty where nothing is compared. */
  readonly change: string;
}

export function pressFigure(f: DigestFigure, ink: Ink, currency: string): PressedFigure {
  const { words } = ink;
  return {
    label: words.t(`digest.figure.${f.name}`),
    value: f.value === null ? nothing : amountOf(f, f.value, ink, currency),
    n: words.t('digest.n', { n: f.n }),
    change: changeWords(f, ink),
  };
}

export const figureOf = (figures: readonly DigestFigure[], name: string): DigestFigure | undefined =>
  figures.find((f) => f.name === name);

function changeWords({ unit, value, before }: DigestFigure, ink: Ink): string {
  if (value === null || before === null || unit === 'money') return '';
  const by = Math.abs(value - before);
  const told =
    unit === 'rate'
      ? ink.words.t('digest.points', { by: Math.round(by * 100) })
      : unit === 'time'
        ? duration(by, ink)
        : ink.formats.number(by);
  if (unit === 'rate' ? Math.round(by * 100) === 0 : by === 0) return ink.words.t('digest.change.same');
  return ink.words.t(`digest.change.${value > before ? 'up' : 'down'}`, { by: told });
}

function amountOf({ unit }: DigestFigure, value: number, ink: Ink, currency: string): string {
  if (unit === 'rate') return percent(value, ink);
  if (unit === 'time') return duration(value, ink);
  if (unit === 'money') return money({ minor: Math.round(value), currency }, ink);
  return ink.formats.number(value);
}

export const percent = (value: number, { words }: Ink): string =>
  written(`${words.tag} ${value} %`, () =>
    amounts(words.tag, { style: 'percent', maximumFractionDigits: 0 }).format(value),
  );

/** The reports of a week say the same few figures and days again and again, each in HTML and in text. */
const written = memory<string>(1_000);

/** "45 min", "5.2 hrs", "3.4 days": one unit, read at a glance. */
export function duration(ms: number, { words }: Ink): string {
  const minutes = ms / 60_000;
  const [value, unit] =
    minutes < 90 ? [minutes, 'minute'] : minutes < 36 * 60 ? [minutes / 60, 'hour'] : [minutes / 1440, 'day'];
  const digits = unit === 'minute' || value >= 10 ? 0 : 1;
  return written(`${words.tag} ${value} ${unit}`, () => {
    const format = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits } as const;
    return amounts(words.tag, format).format(value);
  });
}

/** Sums and means of deals, without cents. */
export function money({ minor, currency }: Money, { formats, plain }: Ink): string {
  const unit = 10 ** minorDigits(currency);
  return formats.money({ minor: Math.round(minor / unit) * unit, currency }, plain ? 'code' : 'symbol');
}

/** "€42,000 and £9,000"; a dash where no won deal has a value. */
export const wonWords = (won: WonSums, ink: Ink): string =>
  won.length === 0
    ? nothing
    : listed(
        ink.words.tag,
        won.map((w) => money(w.money, ink)),
      );

/** "€184K", for subjects. */
export function shortMoney(won: WonSums, { words, plain }: Ink): string {
  const style = {
    style: 'currency',
    notation: 'compact',
    maximumFractionDigits: 0,
    useGrouping: true,
  } as const;
  const currencyDisplay = plain ? 'code' : 'symbol';
  const format = ({ minor, currency }: Money): string =>
    amounts(words.tag, { ...style, currency, currencyDisplay }).format(minor / 10 ** minorDigits(currency));
  return listed(
    words.tag,
    won.slice(0, 2).map((w) => format(w.money)),
  );
}

/** "9–15 Nov", both days included. */
export const dayRange = (monday: string, sunday: string, { words }: Ink): string =>
  written(`${words.tag} ${monday} ${sunday}`, () => writtenRange(monday, sunday, words.tag));

function writtenRange(monday: string, sunday: string, tag: string): string {
  const format = dates(tag, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return format
    .formatRange(new Date(monday), new Date(sunday))
    .replace(/\s?–\s?/u, '–')
    .replace(/[\u2009\u202f]/gu, ' ');
}

/** "9 Nov". */
export const shortDay = (date: string, ink: Ink): string => dayOfYear(date, 'short', ink);

/** "09/11": for the foot of a narrow column. */
export const numericDay = (date: string, ink: Ink): string => dayOfYear(date, 'numeric', ink);

const dayOfYear = (date: string, month: 'short' | 'numeric', { words }: Ink): string =>
  written(`${words.tag} ${date} ${month}`, () =>
    dates(words.tag, { day: 'numeric', month, timeZone: 'UTC' }).format(new Date(date)),
  );
