import { addDays, isDay, localTime } from '../lead/calendar.ts';
import {
  bundleTimes,
  digestRhythms,
  extents,
  mailTimes,
  type Paused,
  type Preferences,
} from '../lead/preferences.ts';
import type { PrefsFault, PrefsField, Wanted } from '../letters/prefs-view.ts';
import type { FormBody } from './form-fields.ts';

/** A posted form with the boxes that were ticked; a group that was on the page is there even with none ticked. */
export interface PrefsBody {
  readonly values: FormBody;
  readonly boxes: Readonly<Record<string, readonly string[]>>;
}

/** What there is to choose from, and what holds now: whatever a form leaves out stays as it is. */
export interface PrefsNow {
  readonly chosen: Preferences;
  readonly products: readonly string[];
  readonly territories: readonly string[];
  readonly capacity: {
    readonly open: number | null;
    readonly week: number | null;
    readonly allowedOpen: number | null;
    readonly allowedWeek: number | null;
  } | null;
  readonly away: { readonly from: string; readonly until: string; readonly deputy: string };
  /** external_ids of those who can stand in. */
  readonly colleagues: readonly string[];
  /** The reader's local day. */
  readonly today: string;
}

export interface PrefsRead {
  readonly chosen: Preferences;
  /** As typed, to be shown again. */
  readonly typed: { readonly open: string; readonly week: string };
  readonly capacity: { readonly open: number | null; readonly week: number | null } | null;
  readonly away: PrefsNow['away'];
  readonly faults: Readonly<Partial<Record<PrefsField, PrefsFault>>>;
}

type Faults = Partial<Record<PrefsField, PrefsFault>>;

/** Reads the form: unknown fields and values nobody offered are left out, wrong ones named with what to do about them. */
export function readPreferences(body: PrefsBody, now: PrefsNow): PrefsRead {
  const faults: Faults = {};
  const chosen: Preferences = {
    ...times(body, now, faults),
    extent: oneOf(extents, body.values['extent']) ?? now.chosen.extent,
    digest: oneOf(digestRhythms, body.values['digest']) ?? now.chosen.digest,
    paused: paused(body, now, faults),
  };
  const typed = {
    open: body.values['capacity_open']?.trim() ?? String(now.capacity?.open ?? ''),
    week: body.values['capacity_week']?.trim() ?? String(now.capacity?.week ?? ''),
  };
  return { chosen, typed, capacity: capacity(typed, now, faults), away: away(body, now, faults), faults };
}

function times(
  { values, boxes }: PrefsBody,
  { chosen }: PrefsNow,
  faults: Faults,
): Pick<Preferences, 'mails' | 'from' | 'until' | 'days' | 'bundles'> {
  const mails = oneOf(mailTimes, values['mails']) ?? chosen.mails;
  const from = values['from']?.trim() || chosen.from;
  const until = values['until']?.trim() || chosen.until;
  if (!isClock(from) || !isClock(until)) faults.hours = 'time';
  else if (from >= until) faults.hours = 'order';
  const days = boxes['days'] ? boxes['days'].filter((d) => /^[1-7]$/.test(d)).map(Number) : chosen.days;
  const bundles = boxes['bundles']
    ? bundleTimes.filter((t) => boxes['bundles']?.includes(t))
    : chosen.bundles;
  if (mails !== 'at-once' && days.length === 0) faults.days = 'choose';
  if (mails === 'bundles' && bundles.length === 0) faults.bundles = 'choose';
  // A choice that is not in use keeps its last sensible value.
  return {
    mails,
    from,
    until,
    days: days.length > 0 || faults.days ? days : chosen.days,
    bundles: bundles.length > 0 || faults.bundles ? bundles : chosen.bundles,
  };
}

const isClock = (time: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(time);

/** What was on the page and not ticked is paused; what was not on the page stays as it was. */
function paused({ boxes }: PrefsBody, now: PrefsNow, faults: Faults): Paused {
  const without = <T extends string>(
    name: PrefsField,
    offered: readonly T[],
    before: readonly T[],
  ): readonly T[] => {
    const ticked = boxes[name];
    if (!ticked || offered.length === 0) return before;
    const left = offered.filter((one) => !ticked.includes(one));
    if (left.length === offered.length) faults[name] = 'choose';
    return [...before.filter((one) => !offered.includes(one)), ...left];
  };
  const { products, territories, temperatures } = now.chosen.paused;
  return {
    products: without('products', now.products, products),
    territories: without('territories', now.territories, territories),
    temperatures: without('temperatures', ['hot', 'warm', 'cold'], temperatures),
  };
}

/** A partner may take less than the vendor allows, never more. */
function capacity(
  typed: PrefsRead['typed'],
  { capacity: may }: PrefsNow,
  faults: Faults,
): PrefsRead['capacity'] {
  if (!may) return null;
  const read = (name: 'open' | 'week', most: number | null): number | null => {
    const text = typed[name];
    if (text === '') return null;
    if (!/^\d{1,6}$/.test(text)) faults[`capacity_${name}`] = 'number';
    else if (most !== null && Number(text) > most) faults[`capacity_${name}`] = 'allowed';
    return /^\d{1,6}$/.test(text) ? Number(text) : null;
  };
  return { open: read('open', may.allowedOpen), week: read('week', may.allowedWeek) };
}

/** The same days and people as everywhere an absence can be told (`announce-absence.ts`). */
function away({ values }: PrefsBody, now: PrefsNow, faults: Faults): PrefsNow['away'] {
  const told = {
    from: values['away_from']?.trim() ?? now.away.from,
    until: values['away_until']?.trim() ?? now.away.until,
    deputy: values['deputy']?.trim() ?? now.away.deputy,
  };
  if (told.deputy !== '' && !now.colleagues.includes(told.deputy)) faults.deputy = 'person';
  if (told.until === '') {
    if (told.from !== '') faults.away_until = 'ahead';
    return told;
  }
  if (!isDay(told.until) || told.until <= now.today) faults.away_until = 'ahead';
  else if (told.until > addDays(told.from > now.today ? told.from : now.today, 366))
    faults.away_until = 'year';
  if (told.from !== '' && (!isDay(told.from) || (isDay(told.until) && told.from >= told.until)))
    faults.away_from = 'before';
  return told;
}

function oneOf<T extends string>(words: readonly T[], value: string | undefined): T | undefined {
  return words.find((word) => word === value);
}

/** Each thing of a list with whether it is wanted, the unwanted ones first so that a long list cannot hide them. */
export const wantedOf = <T extends string>(all: readonly T[], left: readonly T[]): Wanted<T>[] =>
  all.map((value) => ({ value, wanted: !left.includes(value) }));

export const localDay = (zone: string, at: Date): string => localTime(zone, at).date;
