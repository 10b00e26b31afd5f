import { type Day, dayNumber, lastOfMonth, plusDays, plusMonths, realDay, weekday } from './days.ts';
import { fold } from './words.ts';

/**
 * A date in a line. `readings` lack nothing but, where `open`, a year; `relative` dates count
 * from the mail; `loose` ones ("12.10") may as well be a number;
 * a `weekday` is the coming one until `settle`.
 */
export type DateFound = {
  readonly readings: readonly Day[];
  readonly open: boolean;
  readonly relative: boolean;
  readonly loose: boolean;
  readonly weekday: boolean;
  readonly length: number;
};

/** `today` is the mail's own day in the reader's zone; `monthFirst` null: nobody knows. */
export type DateStyle = { readonly today: Day; readonly monthFirst: boolean | null };

/** The date that starts at `at` of a folded line. A day without a year stands in today's year until `settle`. */
export function dateAt(line: string, at: number, style: DateStyle): DateFound | null {
  const rest = line.slice(at, at + 60);
  return numericDate(rest, style) ?? namedDate(rest, style) ?? relativeDate(rest, style);
}

/** Puts a day without a year next to the mail: coming plans ahead of it, reports behind it. */
export function settle(found: DateFound, today: Day, ahead: boolean): Day | null {
  const [day] = found.readings;
  if (day && found.weekday && !ahead) return plusDays(day, -7);
  if (!day || !found.open) return day ?? null;
  const distance = dayNumber(day) - dayNumber(today);
  const year = ahead ? (distance < 0 ? day.year + 1 : day.year) : distance > 1 ? day.year - 1 : day.year;
  return realDay(year, day.month, day.day);
}

/** "10:00", "10 Uhr", "10.30 Uhr", "2pm", "14h30" as hh:mm, or null. */
export function timeAt(line: string, at: number): { readonly time: string; readonly length: number } | null {
  const found =
    /^(\d{1,2})(?:(?::(\d{2})(?::\d{2})?(?: ?(a\.?m\.?|p\.?m\.?))?|\.(\d{2})(?= ?(?:uhr|h\b|am\b|pm\b))|h(\d{2})|)(?: ?(uhr|a\.?m\b\.?|p\.?m\b\.?|h\b|o'clock))?)(?![\p{L}\d])/iu.exec(
      line.slice(at, at + 30),
    );
  if (!found) return null;
  const [all, hour = '', colon, half, dotted, french, word] = found;
  if (colon === undefined && dotted === undefined && french === undefined && word === undefined) return null;
  const suffix = (half ?? word ?? '').toLowerCase().replace(/\./g, '');
  const base = Number(hour);
  const hours = suffix === 'pm' && base < 12 ? base + 12 : suffix === 'am' && base === 12 ? 0 : base;
  const minutes = Number(colon ?? dotted ?? french ?? 0);
  if (hours > 23 || minutes > 59) return null;
  return {
    time: `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`,
    length: all.length,
  };
}

function numericDate(rest: string, style: DateStyle): DateFound | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/.exec(rest);
  if (iso) return dated([realDay(Number(iso[1]), Number(iso[2]), Number(iso[3]))], iso[0].length);
  const full = /^(\d{1,2})([./-]) ?(\d{1,2})\2(?: ?(\d{4})|(\d{2}))(?![\d:])/.exec(rest);
  if (full)
    return dated(
      ordered(
        Number(full[1]),
        Number(full[3]),
        fullYear(full[4] ?? full[5] ?? ''),
        full[2] === '.' ? false : style.monthFirst,
      ),
      full[0].length,
    );
  const dotted = /^(\d{1,2})\. ?(\d{1,2})\.(?!\d)/.exec(rest);
  if (dotted)
    return dated([realDay(style.today.year, Number(dotted[2]), Number(dotted[1]))], dotted[0].length, {
      open: true,
    });
  const slashed = /^(\d{1,2})\/(\d{1,2})(?![\d/])/.exec(rest);
  if (slashed)
    return dated(
      ordered(Number(slashed[1]), Number(slashed[2]), style.today.year, style.monthFirst),
      slashed[0].length,
      { open: true },
    );
  const loose = /^(\d{1,2})\.(\d{1,2})(?![\d.,])/.exec(rest);
  return loose
    ? dated([realDay(style.today.year, Number(loose[2]), Number(loose[1]))], loose[0].length, {
        open: true,
        loose: true,
      })
    : null;
}

function fullYear(written: string): number {
  return written.length === 2 ? 2000 + Number(written) : Number(written);
}

/** Both orders where the writer's habit is not known and both exist. */
function ordered(first: number, second: number, year: number, monthFirst: boolean | null): (Day | null)[] {
  const dayFirst = realDay(year, second, first);
  const american = realDay(year, first, second);
  if (monthFirst === null) return first === second ? [dayFirst] : [dayFirst, american];
  return monthFirst ? [american ?? dayFirst] : [dayFirst ?? american];
}

function dated(
  days: readonly (Day | null)[],
  length: number,
  as: { open?: boolean; relative?: boolean; loose?: boolean; weekday?: boolean } = {},
): DateFound | null {
  const readings = days.filter((day) => day !== null);
  return readings.length === 0
    ? null
    : {
        readings,
        open: as.open ?? false,
        relative: as.relative ?? false,
        loose: as.loose ?? false,
        weekday: as.weekday ?? false,
        length,
      };
}

const months = [
  'jan/january/januar/janner/janvier/enero/gennaio/januari/ene/gen',
  'feb/february/februar/feber/fevrier/febrero/febbraio/februari/fev',
  'mar/march/marz/mrz/mars/marzo/maart',
  'apr/april/avril/abril/aprile/avr/abr',
  'may/mai/mayo/maggio/mei/mag',
  'jun/june/juni/juin/junio/giugno/giu',
  'jul/july/juli/juillet/julio/luglio/lug',
  'aug/august/aout/agosto/augustus/ago',
  'sep/sept/september/septembre/septiembre/settembre/set',
  'oct/october/oktober/okt/octobre/octubre/ottobre/ott',
  'nov/november/novembre/noviembre',
  'dec/december/dezember/dez/decembre/diciembre/dicembre/dic',
].map((names) => names.split('/').map(fold));

function monthNumber(word: string): number {
  return months.findIndex((names) => names.includes(word)) + 1;
}

function namedDate(rest: string, { today }: DateStyle): DateFound | null {
  const dayFirst =
    /^(\d{1,2})(?:\.|st|nd|rd|th|er)? ?(?:of |de )?([a-z]{3,10})(?![a-z])\.?(?:,? ?(?:de )?(\d{4})(?!\d))?/.exec(
      rest,
    );
  const monthFirst = /^([a-z]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?(?![\d:.,]\d|\d)(?:,? (\d{4})(?!\d))?/.exec(
    rest,
  );
  const [all, day, name, year] =
    dayFirst && monthNumber(dayFirst[2] ?? '') > 0
      ? [dayFirst[0], dayFirst[1], dayFirst[2], dayFirst[3]]
      : monthFirst
        ? [monthFirst[0], monthFirst[2], monthFirst[1], monthFirst[3]]
        : [];
  const month = monthNumber(name ?? '');
  if (!all || month === 0) return null;
  return dated([realDay(year ? Number(year) : today.year, month, Number(day))], all.length, {
    open: year === undefined,
  });
}

const weekdays = [
  'monday/mon/montag/mo/lundi/lunes/lunedi/maandag',
  'tuesday/tue/tues/dienstag/di/mardi/martes/martedi/dinsdag',
  'wednesday/wed/mittwoch/mi/mercredi/miercoles/mercoledi/woensdag',
  'thursday/thu/thur/thurs/donnerstag/do/jeudi/jueves/giovedi/donderdag',
  'friday/fri/freitag/fr/vendredi/viernes/venerdi/vrijdag',
  'saturday/sat/samstag/sa/sonnabend/samedi/sabado/sabato/zaterdag',
  'sunday/sun/sonntag/dimanche/domingo/domenica/zondag',
].map((names) => names.split('/').map(fold));

const fixedDays: readonly (readonly [string, number])[] = (
  [
    ['day after tomorrow', 2],
    ['ubermorgen', 2],
    ['tomorrow', 1],
    ['morgen', 1],
    ['demain', 1],
    ['manana', 1],
    ['domani', 1],
    ['today', 0],
    ['tonight', 0],
    ['heute', 0],
    ["aujourd'hui", 0],
    ['hoy', 0],
    ['oggi', 0],
    ['vandaag', 0],
    ['yesterday', -1],
    ['gestern', -1],
    ['hier', -1],
    ['ayer', -1],
    ['ieri', -1],
    ['gisteren', -1],
    ['vorgestern', -2],
  ] as const
).map(([words, days]) => [fold(words), days]);

function relativeDate(rest: string, { today }: DateStyle): DateFound | null {
  const whole = (words: string) => rest.startsWith(words) && !/^[\p{L}\d'-]/u.test(rest.slice(words.length));
  const fixed = fixedDays.find(
    ([words]) => whole(words) && !(words === 'hier' && !/^hier(?:$|[ ,.])/.test(rest)),
  );
  if (fixed) return dated([plusDays(today, fixed[1])], fixed[0].length, { relative: true });
  return spanDate(rest, today) ?? nextUnit(rest, today) ?? weekDate(rest, today) ?? weekdayDate(rest, today);
}

const numerals: readonly string[][] = [
  'a/an/one/ein/eine/einem/einer/einen/un/une/una/uno/een',
  'two/zwei/deux/dos/due/twee/a couple of/ein paar',
  'three/drei/trois/tres/tre/drie',
  'four/vier/quatre/cuatro/quattro',
  'five/funf/cinq/cinco/cinque/vijf',
  'six/sechs/seis/sei/zes',
  'seven/sieben/sept/siete/sette/zeven',
  'eight/acht/huit/ocho/otto',
  'nine/neun/neuf/nueve/nove/negen',
  'ten/zehn/dix/diez/dieci/tien',
].map((words) => words.split('/').map(fold));

/** "in 2 weeks", "for 10 days", "2 Wochen", "dans trois mois". */
function spanDate(rest: string, today: Day): DateFound | null {
  const found =
    /^(?:(?:in|for|fur|dans|en|fra|tra|over|after|nach|pour|por|per) )?(?:about |ca\.? |etwa )?(\d{1,3}|[a-z]{1,8}) ?(day|tag|jour|dia|giorn|dag|week|woche|semaine|semana|settiman|weken|month|monat|mois|mes|maand|wk|year|jahr)([a-z]{0,4})(?![a-z])/.exec(
      rest,
    );
  if (!found) return null;
  const [all, count = '', unit = ''] = found;
  const number = /^\d/.test(count) ? Number(count) : numerals.findIndex((words) => words.includes(count)) + 1;
  if (number < 1 || number > 400) return null;
  if (/^(?:month|monat|mois|mes|maand)/.test(unit))
    return dated([plusMonths(today, number)], all.length, { relative: true });
  if (/^(?:year|jahr)/.test(unit))
    return dated([plusMonths(today, 12 * number)], all.length, { relative: true });
  const days = /^(?:day|tag|jour|dia|giorn|dag)/.test(unit) ? 1 : 7;
  return dated([plusDays(today, number * days)], all.length, { relative: true });
}

/** "next week" is its Monday, "next month" its first day, "end of the month" its last. */
function nextUnit(rest: string, today: Day): DateFound | null {
  const week =
    /^(?:(?:in der |in |ab )?(?:next|nachst[a-z]{0,2}|kommend[a-z]{0,2}|volgende) (?:week|woche)|la semaine prochaine|semaine prochaine|la proxima semana|proxima semana|la prossima settimana|settimana prossima)(?![a-z])/.exec(
      rest,
    );
  if (week) return dated([plusDays(today, 8 - weekday(today))], week[0].length, { relative: true });
  const month =
    /^(?:(?:im |in )?(?:next|nachst[a-z]{0,2}|kommend[a-z]{0,2}|volgende) (?:month|monat|maand)|(?:le )?mois prochain|(?:el )?(?:proximo mes|mes qu viene)|(?:il )?(?:prossimo mese|mese prossimo))(?![a-z])/.exec(
      rest,
    );
  if (month)
    return dated([{ ...plusMonths({ ...today, day: 1 }, 1), day: 1 }], month[0].length, { relative: true });
  const end =
    /^(?:at the |am )?(?:end of (?:the |this )?month|monatsende|ende (?:des|dieses) monats|fin du mois|fin de mes|fine mese)(?![a-z])/.exec(
      rest,
    );
  if (end) return dated([lastOfMonth(today)], end[0].length, { relative: true });
  // A number behind the month is its day, and the date begins with the month.
  const named =
    /^(end of|ende|fin|fine|beginning of|anfang|mitte|mid|middle of|debut|inizio|in|im|until|till?|bis|ab|from|since|seit) ([a-z]{3,10})(?![a-z])(?!\.? \d{1,2}(?![\d:]))/.exec(
      rest,
    );
  const number = monthNumber(named?.[2] ?? '');
  return named && number > 0
    ? dated([ofMonth(named[1] ?? '', number, today)], named[0].length, { relative: true })
    : null;
}

function ofMonth(where: string, month: number, today: Day): Day {
  const first = { year: today.year + (month < today.month ? 1 : 0), month, day: 1 };
  if (/^(?:end|fin)/.test(where)) return lastOfMonth(first);
  return /^mi/.test(where) ? { ...first, day: 15 } : first;
}

/** "KW 48", "week 48": its Monday (ISO 8601). */
function weekDate(rest: string, today: Day): DateFound | null {
  const found = /^(?:in )?(?:der )?(?:kw|kalenderwoche|week|semaine) ?(\d{1,2})(?!\d)/.exec(rest);
  const number = Number(found?.[1]);
  if (!found || number < 1 || number > 53) return null;
  const monday = (year: number) => {
    const fourth = { year, month: 1, day: 4 };
    return plusDays(fourth, 1 - weekday(fourth) + 7 * (number - 1));
  };
  const own = monday(today.year);
  return dated([dayNumber(own) < dayNumber(today) - 6 ? monday(today.year + 1) : own], found[0].length, {
    relative: true,
  });
}

/** "Monday", "next Friday", "am Dienstag": the coming one, never today. */
function weekdayDate(rest: string, today: Day): DateFound | null {
  const found =
    /^(?:(next|this|nachst[a-z]{0,2}|kommend[a-z]{0,2}|on|am|bis|until|diesen) )?([a-z]{2,10})(?![a-z'])(?:[.,]{1,2}(?= \d))?/.exec(
      rest,
    );
  const number = weekdays.findIndex((names) => names.includes(found?.[2] ?? '')) + 1;
  if (!found || number === 0) return null;
  // Two letters are too common as words; they count before a number or after a preposition.
  if ((found[2] ?? '').length < 3 && !found[1] && !/^[.,]? ?\d/.test(rest.slice(2))) return null;
  const ahead = ((number - weekday(today) + 6) % 7) + 1;
  return dated([plusDays(today, ahead)], found[0].length, { relative: true, weekday: found[1] !== 'next' });
}
