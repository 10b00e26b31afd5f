import { describe, expect, test } from 'vitest';
import { deliveryWatch } from '../../src/lead/distribute.ts';
import { nextStep } from '../../src/lead/next-step.ts';
import {
  defaultPreferences,
  opensAt,
  opensMonth,
  type Preferences,
  unwanted,
  wantsDigest,
} from '../../src/lead/preferences.ts';
import { aLead, at, contact, offered, wall } from './story.ts';

const zone = 'Europe/Berlin';
const hours = { ...defaultPreferences, mails: 'hours', from: '08:00', until: '17:00' } as const;
const bundles = { ...defaultPreferences, mails: 'bundles', bundles: ['16:00', '08:00'] } as const;
const opening = (p: Preferences, when: string): string | null => {
  const found = opensAt(p, zone, at(when));
  return found && wall(found);
};

describe('when an offer may leave', () => {
  test('at once, unless somebody chose hours or times of their own', () => {
    expect(opensAt(defaultPreferences, zone, at('2026-03-07 03:00'))).toBeNull();
    expect(opening(hours, '2026-03-06 10:00')).toBeNull();
    expect(opening(hours, '2026-03-06 18:00')).toBe('2026-03-09 08:00');
    expect(opening(bundles, '2026-03-06 08:00')).toBeNull();
    expect(opening(bundles, '2026-03-06 08:01')).toBe('2026-03-06 16:00');
    expect(opening(bundles, '2026-03-06 16:01')).toBe('2026-03-09 08:00');
  });

  test('the clock change moves no wall time, and whoever never opens is written to at once', () => {
    expect(opening({ ...hours, days: [7] }, '2026-03-28 12:00')).toBe('2026-03-29 08:00');
    expect(opening({ ...bundles, days: [] }, '2026-03-06 08:01')).toBeNull();
    expect(opening({ ...bundles, bundles: [] }, '2026-03-06 08:01')).toBeNull();
  });

  test('a letter that waits for its reader is watched from then on, however long that is', () => {
    const story = offered({ start: at('2026-03-06 10:00') });
    const [offer] = story.case.offers;
    if (!offer) throw new Error('no offer');
    const waiting = { ...offer, state: 'scheduled', opens_at: at('2026-03-11 16:00') } as const;
    expect(deliveryWatch(story.case, waiting)).toEqual(at('2026-03-12 16:00'));
    expect(nextStep({ ...story.case, offers: [waiting] })?.due_at).toEqual(at('2026-03-12 16:00'));
  });
});

describe('which leads somebody wants', () => {
  const who = (paused: object) => ({
    ...contact('alice'),
    preferences: { ...defaultPreferences, paused: { ...defaultPreferences.paused, ...paused } },
  });
  const where = (country: string, postal_code: string | null) =>
    aLead({ prospect: { ...aLead().prospect, country, postal_code } });

  test('everything, unless told otherwise; one paused product line is enough', () => {
    expect(unwanted(contact('alice'), aLead())).toBeUndefined();
    expect(unwanted(who({ products: ['solar'] }), aLead({ products: ['heat-pump', 'solar'] }))?.[0]).toBe(
      'declined',
    );
    expect(unwanted(who({ temperatures: ['cold'] }), aLead({ temperature: 'warm' }))).toBeUndefined();
  });

  test('an area is a country or the beginning of a postal code in it', () => {
    expect(unwanted(who({ territories: ['DE'] }), where('DE', null))?.[0]).toBe('territory');
    expect(unwanted(who({ territories: ['DE-89'] }), where('DE', '89 073'))?.[0]).toBe('territory');
    expect(unwanted(who({ territories: ['DE-89'] }), where('DE', '8'))).toBeUndefined();
    expect(unwanted(who({ territories: ['DE-89'] }), where('AT', '8900'))).toBeUndefined();
    expect(unwanted(who({ territories: ['DE-89'] }), where('DE', null))).toBeUndefined();
  });
});

test('a month’s report comes on its first Monday', () => {
  expect(['2026-03-02', '2026-06-01', '2026-09-07'].every(opensMonth)).toBe(true);
  expect(['2026-03-09', '2026-06-29'].some(opensMonth)).toBe(false);
  expect([
    wantsDigest('weekly', '2026-03-09'),
    wantsDigest('monthly', '2026-03-09'),
    wantsDigest('off', '2026-03-02'),
  ]).toEqual([true, false, false]);
});
