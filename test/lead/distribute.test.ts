import { describe, expect, test } from 'vitest';
import { decline } from '../../src/lead/claim.ts';
import { offerBounced, offerSent, openWave, startDistribution } from '../../src/lead/distribute.ts';
import { nextStep, wakeAt } from '../../src/lead/next-step.ts';
import { defaultProgramme, type Programme } from '../../src/lead/programme.ts';
import {
  at,
  begin,
  by,
  contact,
  deliver,
  offered,
  partner,
  type Story,
  timer,
  vendor,
  wall,
} from './story.ts';

const five = ['alice', 'bob', 'charlie', 'dora', 'emil'].map((who) => partner(who));
const mode = (set: Partial<Programme['distribution']>): Partial<Programme> => ({
  distribution: { ...defaultProgramme.distribution, ...set },
});
const scheduled = (story: Story) =>
  story.case.offers.filter((o) => o.state === 'scheduled').map((o) => o.contact_id);
const bounces = (story: Story, who: string) =>
  story.does(timer, (c, act) => offerBounced(c, story.offerId(who), act));

describe('distribution', () => {
  test('a window starts when the letter is sent, and counts the reader’s business time', () => {
    const partners = [
      partner('alice'),
      partner('bob', { contacts: [contact('bob', 'America/Los_Angeles')] }),
    ];
    const story = offered({ partners, lead: { temperature: 'hot' }, start: at('2026-03-06 15:00') });
    expect(story.case.offers.map((o) => wall(o.expires_at))).toEqual([
      '2026-03-09 11:00',
      '2026-03-06 22:00',
    ]);
    expect(nextStep(story.case)).toEqual({
      who: 'partners',
      what: 'answer_offer',
      due_at: at('2026-03-06 22:00'),
      otherwise: 'the next partners are asked',
    });
  });

  test('a group is asked in waves, best first, and after the last wave the lead is unplaced', () => {
    const story = offered({ partners: five, rules: mode({ size: 2, waves: 2 }) });
    expect(story.case.offers.map((o) => [o.contact_id, o.wave])).toEqual([
      ['alice', 1],
      ['bob', 1],
    ]);
    story.wakes();
    deliver(story);
    expect(story.case.offers.slice(2).map((o) => [o.contact_id, o.wave])).toEqual([
      ['charlie', 2],
      ['dora', 2],
    ]);
    story.wakes();
    expect(story.case.lead.state).toBe('unplaced');
    expect(nextStep(story.case)).toMatchObject({ who: 'program_manager', what: 'place' });
    expect(story.wakes().map((f) => f.what)).toEqual(['place.requested']);
  });

  test('nobody to ask: unplaced at once, and may be distributed again', () => {
    const story = offered({ partners: [] });
    expect(story.case.lead.state).toBe('unplaced');
    story.candidates = () => [{ partner_id: 'alice-gmbh', contact_id: 'alice', score: 1 }];
    story.does(vendor, (c, act) => startDistribution(c, act));
    expect(story.case.lead).toMatchObject({ state: 'distributing', wave: 1 });
    expect(story.tries(vendor, (c, act) => startDistribution(c, act))).toMatchObject({
      ok: false,
      refusal: { kind: 'illegal-move', state: 'distributing' },
    });
  });

  test('a wave may be as narrow as an account manager wants it', () => {
    const story = offered({ partners: [] });
    const started = startDistribution(story.case, story.act(vendor));
    const wave =
      started.ok &&
      openWave(
        started.value,
        ['bob', 'dora'].map((who) => ({ partner_id: who, contact_id: who, score: 1 })),
        story.act(vendor),
        1,
      );
    expect(wave ? wave.case.offers.map((o) => o.contact_id) : null).toEqual(['bob']);
  });
});

describe('a letter that does not arrive', () => {
  test('was never an offer: with the last of a wave gone, the next are asked at once', () => {
    const story = offered({ partners: five, rules: mode({ mode: 'sequence', waves: 2 }) });
    bounces(story, 'alice');
    expect([story.offer('alice')?.state, scheduled(story)]).toEqual(['void', ['bob']]);
  });

  test('does not count: two partners are asked, however many addresses bounce', () => {
    const story = offered({ partners: five, rules: mode({ mode: 'sequence', waves: 2 }) });
    for (const who of ['alice', 'bob', 'charlie']) bounces(story, who);
    deliver(story);
    story.wakes();
    expect(story.case.offers.map((o) => [o.contact_id, o.state, o.wave])).toEqual([
      ['alice', 'void', 1],
      ['bob', 'void', 1],
      ['charlie', 'void', 1],
      ['dora', 'expired', 1],
      ['emil', 'scheduled', 2],
    ]);
    deliver(story);
    story.wakes();
    expect(story.case.lead.state).toBe('unplaced');
  });

  test('a fresh start after nothing but bounces begins with wave one', () => {
    const story = offered({ partners: five.slice(0, 1) });
    bounces(story, 'alice');
    expect(story.case.lead.state).toBe('unplaced');
    story.candidates = () => [{ partner_id: 'alice-gmbh', contact_id: 'alice', score: 1 }];
    story.does(vendor, (c, act) => startDistribution(c, act));
    expect(story.case.offers.map((o) => o.wave)).toEqual([1, 1]);
  });

  test('a direct offer that bounces goes to the next best', () => {
    const story = offered({ partners: five, rules: mode({ mode: 'direct' }) });
    bounces(story, 'alice');
    expect(scheduled(story)).toEqual(['bob']);
  });

  test('nor is a lead left behind a relay that takes nothing: after a working day the offer is void', () => {
    const story = begin({ partners: [partner('alice')], lead: { state: 'qualified' } });
    story.does(vendor, (c, act) => startDistribution(c, act));
    expect(wall(wakeAt(story.case))).toBe('2026-03-03 10:00');
    story.wakes();
    expect([story.offer('alice')?.state, story.case.lead.state]).toEqual(['void', 'unplaced']);
    story.does(timer, (c, act) => offerSent(c, story.offerId('alice'), act));
    expect(story.offer('alice')).toMatchObject({ state: 'void', sent_at: null });
  });

  test('a bounce that comes after the answer takes nothing away', () => {
    const story = offered({ partners: five });
    story.does(by('alice'), (c, act) =>
      decline(c, story.offerId('alice'), { reason: null, words: null }, act),
    );
    bounces(story, 'alice');
    expect(story.offer('alice')?.state).toBe('declined');
  });
});
