import { addDays, instantOf, localTime, nextOpening } from './calendar.ts';
import type { Lead, Temperature } from './lead.ts';
import type { ExclusionCode } from './match-partner.ts';
import type { Contact, Partner } from './partner.ts';

export const mailTimes = ['at-once', 'hours', 'bundles'] as const;
export type MailTime = (typeof mailTimes)[number];
export const extents = ['full', 'short'] as const;
export const digestRhythms = ['weekly', 'monthly', 'off'] as const;
export type DigestRhythm = (typeof digestRhythms)[number];
/** The times of day at which bundled offers can be asked for. */
export const bundleTimes = ['08:00', '12:00', '16:00'] as const;

/** What a person wants to get, and when: they narrow what the vendor sends, never widen it. */
export interface Preferences {
  /** When offers come: at once, within hours of their own, or together at times of their own. */
  readonly mails: MailTime;
  /** Local `HH:MM`, `from` before `until`; meant for `hours`. */
  readonly from: string;
  readonly until: string;
  /** ISO weekdays, Monday 1 … Sunday 7; for `hours` and `bundles`. */
  readonly days: readonly number[];
  /** Local `HH:MM`, for `bundles`. */
  readonly bundles: readonly string[];
  readonly extent: (typeof extents)[number];
  readonly digest: DigestRhythm;
  readonly paused: Paused;
}

/** Leads a person does not want for now. */
export interface Paused {
  readonly products: readonly string[];
  /** `DE` or `DE-89`, as partners name their territories. */
  readonly territories: readonly string[];
  readonly temperatures: readonly Temperature[];
}

export const defaultPreferences: Preferences = {
  mails: 'at-once',
  from: '07:00',
  until: '18:00',
  days: [1, 2, 3, 4, 5],
  bundles: ['08:00', '12:00', '16:00'],
  extent: 'full',
  digest: 'weekly',
  paused: { products: [], territories: [], temperatures: [] },
};

/** When an offer for a reader may go out; null: at once. Whoever never opens is written to at once. */
export function opensAt(p: Preferences, zone: string, at: Date): Date | null {
  const opening =
    p.mails === 'hours' ? withinHours(p, zone, at) : p.mails === 'bundles' ? nextBundle(p, zone, at) : at;
  return opening > at ? opening : null;
}

const withinHours = (p: Preferences, zone: string, at: Date): Date =>
  nextOpening({ zone, days: p.days, from: p.from, to: p.until, holidays: [], absences: [] }, at);

function nextBundle(p: Preferences, zone: string, at: Date): Date {
  const today = localTime(zone, at).date;
  for (let ahead = 0; ahead <= 7; ahead += 1) {
    const day = addDays(today, ahead);
    if (!p.days.includes(weekday(day))) continue;
    for (const time of p.bundles.toSorted()) {
      const instant = instantOf(zone, day, time);
      if (instant >= at) return instant;
    }
  }
  return at;
}

/** ISO weekday of a plain date. */
const weekday = (date: string): number => ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;

/** The first Monday of its month. @param monday local date of a Monday */
export const opensMonth = (monday: string): boolean => Number(monday.slice(8)) <= 7;

/** Whether a digest is wanted in the week that begins on a local Monday. */
export const wantsDigest = (rhythm: DigestRhythm, monday: string): boolean =>
  rhythm === 'weekly' || (rhythm === 'monthly' && opensMonth(monday));

/** What a lead is, as far as people may not want it. */
export type WishedLead = Pick<Lead, 'products' | 'temperature' | 'prospect'>;

/** Why a contact does not want a lead just now, or undefined. */
export function unwanted(
  contact: Contact,
  lead: WishedLead,
): readonly [Extract<ExclusionCode, 'declined' | 'territory'>, string] | undefined {
  const { products, territories, temperatures } = contact.preferences?.paused ?? defaultPreferences.paused;
  const product = lead.products.find((p) => products.includes(p));
  if (product !== undefined) return ['declined', `wants no leads about ${product} for now`];
  if (temperatures.includes(lead.temperature))
    return ['declined', `wants no ${lead.temperature} leads for now`];
  const { country, postal_code: code } = lead.prospect;
  const place = `${country ?? ''}-${(code ?? '').replaceAll(' ', '')}`.toUpperCase();
  const area = territories.find((t) => t === country || (t.length > 3 && place.startsWith(t)));
  return area === undefined ? undefined : ['territory', `wants no leads from ${area} for now`];
}

/** Whether anybody of a partner has paused anything: hardly anybody has, and the many are told apart at once. */
export const hasPaused = (partner: Pick<Partner, 'contacts'>): boolean =>
  partner.contacts.some((c) => c.preferences !== undefined);
