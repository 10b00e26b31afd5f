import { bundleTimes, digestRhythms, extents, mailTimes } from '../lead/preferences.ts';
import { dates } from './intl.ts';
import type { PrefsField, PrefsPage, Wanted } from './prefs-view.ts';
import type { Ink } from './press.ts';
import { spoken } from './teaser.ts';

/** The preferences in words: every choice a row of labelled boxes, and what comes next in a sentence. */
export function prefsParts(view: PrefsPage, ink: Ink): object {
  return {
    mails: radios('mails', mailTimes, view.mails, ink),
    days: boxes(view, 'days', days(view, ink), ink),
    bundles: boxes(view, 'bundles', bundles(view, ink), ink),
    extent: radios('extent', extents, view.extent, ink),
    digest: radios('digest', digestRhythms, view.digest, ink),
    wishes: wishes(view, ink),
    capacity: view.capacity && capacity(view, view.capacity, ink),
    away: view.away && {
      ...view.away,
      fromFault: fault(view, 'away_from', ink),
      untilFault: fault(view, 'away_until', ink),
      deputyFault: fault(view, 'deputy', ink),
      people: view.away.colleagues.map((c) => ({ ...c, selected: c.value === view.away?.deputy })),
    },
    hoursFault: fault(view, 'hours', ink),
    next: nextLines(view, ink),
    wrong: Object.keys(view.faults).map((name) => ({
      id: `p-${name}`,
      label: ink.words.t(labels[name as PrefsField]),
      text: fault(view, name as PrefsField, ink),
    })),
  };
}

/** What each field is called, for the list of what is wrong. */
const labels: Readonly<Record<PrefsField, string>> = {
  hours: 'pages.prefs.times',
  days: 'pages.prefs.days',
  bundles: 'pages.prefs.bundles',
  products: 'pages.prefs.products',
  territories: 'pages.prefs.territories',
  temperatures: 'pages.prefs.temperatures',
  capacity_open: 'pages.prefs.capacity.open',
  capacity_week: 'pages.prefs.capacity.week',
  away_from: 'pages.prefs.away.from',
  away_until: 'pages.prefs.away.until',
  deputy: 'pages.prefs.away.deputy',
};

function radios(name: string, options: readonly string[], chosen: string, { words }: Ink): object[] {
  return options.map((value) => ({
    value,
    label: words.t(`pages.prefs.${name}.${value}`),
    hint: words.has(`pages.prefs.${name}.${value}_hint`) ? words.t(`pages.prefs.${name}.${value}_hint`) : '',
    checked: value === chosen,
  }));
}

const boxes = (view: PrefsPage, name: PrefsField, options: readonly object[], ink: Ink) => ({
  name,
  fault: fault(view, name, ink),
  options,
});

const bundles = (view: PrefsPage, { words }: Ink): object[] =>
  bundleTimes.map((time) => ({
    value: time,
    label: words.t('time.clock', { time }),
    checked: view.bundles.includes(time),
  }));

/** What leads are wanted, in lists; a list of nothing is left out. */
function wishes(view: PrefsPage, ink: Ink): object[] {
  const { words } = ink;
  const lists = {
    products: view.products.map((p) => wanted(p, spoken(p.value))),
    territories: view.territories.map((t) => wanted(t, areaName(t.value, ink))),
    temperatures: view.temperatures.map((t) => wanted(t, words.t(`temperature.${t.value}`))),
  } as const;
  return (['products', 'territories', 'temperatures'] as const)
    .filter((name) => lists[name].length > 0)
    .map((name) => ({ ...boxes(view, name, lists[name], ink), label: words.t(`pages.prefs.${name}`) }));
}

function capacity(view: PrefsPage, told: NonNullable<PrefsPage['capacity']>, ink: Ink): object {
  return {
    ...told,
    now: ink.words.t('pages.prefs.capacity.now', { count: told.taken }),
    openFault: fault(view, 'capacity_open', ink),
    weekFault: fault(view, 'capacity_week', ink),
    openAllowed: allowed(told.allowedOpen, ink),
    weekAllowed: allowed(told.allowedWeek, ink),
  };
}

const wanted = ({ value, wanted: checked }: Wanted, label: string) => ({ value, label, checked });

const fault = (view: PrefsPage, name: PrefsField, { words }: Ink): string => {
  const found = view.faults[name];
  return found ? words.t(`pages.prefs.faults.${found}`) : '';
};

const allowed = (count: number | null, { words }: Ink): string =>
  count === null ? '' : words.t('pages.prefs.capacity.allowed', { count });

/** The weekdays as the reader's language abbreviates them; 2 November 2026 is a Monday. */
function days(view: PrefsPage, { words }: Ink): object[] {
  const named = dates(words.tag, { weekday: 'short', timeZone: 'UTC' });
  return [1, 2, 3, 4, 5, 6, 7].map((day) => ({
    value: String(day),
    label: named.format(new Date(Date.UTC(2026, 10, day + 1))),
    checked: view.days.includes(day),
  }));
}

/** "Germany", "Germany 89…". */
function areaName(area: string, { formats }: Ink): string {
  const [country = '', code] = area.split('-');
  return code ? `${formats.countryName(country)} ${code}…` : formats.countryName(country);
}

function nextLines({ next, hasDigest, side }: PrefsPage, { words, formats }: Ink): string[] {
  const line = (key: string, params = {}): string => words.t(`pages.prefs.next.${key}`, params);
  const when = (iso: string): string => formats.zoned(iso);
  return [
    side === 'vendor' || next.back
      ? ''
      : next.offers
        ? line('offers', { when: when(next.offers) })
        : line('offers_now'),
    next.back ? line('back', { when: formats.day(next.back) }) : '',
    hasDigest ? (next.digest ? line('digest', { when: when(next.digest) }) : line('no_digest')) : '',
  ].filter((text) => text !== '');
}
