import { describe, expect, test } from 'vitest';
import { addBusiness } from '../../src/lead/calendar.ts';
import { accept } from '../../src/lead/claim.ts';
import { answerEscalation, extend, nextRung, recall, recallAt } from '../../src/lead/follow-up.ts';
import { nextStep, wakeAt } from '../../src/lead/next-step.ts';
import { defaultProgramme, type Programme, type Rung } from '../../src/lead/programme.ts';
import { reportStatus } from '../../src/lead/report-status.ts';
import { undo } from '../../src/lead/undo.ts';
import {
  at,
  by,
  contact,
  deliver,
  offered,
  partner,
  report,
  type Setting,
  type Story,
  vendor,
  wall,
  weekdays,
} from './story.ts';

/** Alice claims on Monday 2 March at ten and promises Tuesday, 17:00. */
function claimed(setting: Setting = {}): Story {
  const story = offered(setting);
  story.does(by('alice'), (c, act) => accept(c, story.offerId('alice'), 'tomorrow', act));
  return story;
}

const climbed = (story: Story, when?: string) => story.wakes(when ? at(when) : undefined).map((f) => f.what);
const ladder = (...rungs: Partial<Rung>[]): Partial<Programme> => ({
  follow_up: {
    ...defaultProgramme.follow_up,
    ladder: rungs.map((r) => ({
      after: 'PT0S',
      clock: 'business',
      to: 'holder',
      letter: 'reminder',
      effect: 'none',
      ...r,
    })),
  },
});

describe('the ladder', () => {
  test('reminds at the promise, warns a working day later, escalates, then takes the lead back', () => {
    const story = claimed({ partners: ['alice', 'bob', 'charlie', 'dora'].map((who) => partner(who)) });
    const steps = [1, 2, 3, 4].map(() => {
      const facts = story.wakes();
      return [wall(story.now), facts[0]?.what];
    });
    expect(steps).toEqual([
      ['2026-03-03 17:00', 'reminder.sent'],
      ['2026-03-04 17:00', 'warning.sent'],
      ['2026-03-05 17:00', 'escalation.raised'],
      ['2026-03-06 17:00', 'assignment.recalled'],
    ]);
    expect(story.case.lead).toMatchObject({ state: 'distributing', wave: 1 });
    expect(story.case.offers.filter((o) => o.state === 'scheduled').map((o) => o.contact_id)).toEqual([
      'bob',
      'charlie',
      'dora',
    ]);
  });

  test('runs in the business time of the holder: zone, holidays, weekends', () => {
    const calendar = { ...weekdays, holidays: ['2026-03-04'] };
    const partners = [partner('alice', { calendar, contacts: [contact('alice', 'America/Los_Angeles')] })];
    const story = claimed({ partners, start: at('2026-03-03 20:00') });
    const steps = [1, 2, 3, 4].map(() => {
      story.wakes();
      return wall(story.now, 'America/Los_Angeles');
    });
    expect(steps).toEqual(['2026-03-05 17:00', '2026-03-06 17:00', '2026-03-09 17:00', '2026-03-10 17:00']);
  });

  test('keeps local time when the clocks change', () => {
    const story = claimed({ start: at('2026-03-26 10:00') });
    const steps = [1, 2, 3].map(() => {
      story.wakes();
      return wall(story.now);
    });
    expect(steps).toEqual(['2026-03-27 17:00', '2026-03-30 17:00', '2026-03-31 17:00']);
  });

  test('waits while the holder is away', () => {
    const absences = [{ from: at('2026-03-03 12:00'), until: at('2026-03-09 00:00') }];
    const story = claimed();
    const away = { ...partner('alice'), calendar: { ...weekdays, absences } };
    story.case = { ...story.case, partners: new Map([...story.case.partners, [away.id, away]]) };
    expect(climbed(story, '2026-03-03 17:00')).toEqual([]);
    expect(wall(wakeAt(story.case))).toBe('2026-03-09 09:00');
  });

  test('names whose turn it is, by when, and what happens otherwise', () => {
    const story = claimed();
    const back = 'the lead is taken back and offered to others';
    expect(nextStep(story.case)).toEqual({
      who: 'holder',
      what: 'contact',
      due_at: at('2026-03-03 17:00'),
      otherwise: back,
    });
    for (let i = 0; i < 3; i += 1) story.wakes();
    expect(nextStep(story.case)).toEqual({
      who: 'cam',
      what: 'cam_decision',
      due_at: at('2026-03-06 17:00'),
      otherwise: back,
    });
  });

  test('after a downtime nobody gets a burst: each reader the last step meant for them, and the recall waits a fresh working day', () => {
    const story = claimed();
    const facts = story.wakes(at('2026-03-12 11:00'));
    expect(facts.map((f) => [f.what, f.data['to'], f.data['rung']])).toEqual([
      ['warning.sent', 'holder', 2],
      ['escalation.raised', 'cam', 3],
    ]);
    const held = story.held();
    expect([held?.rung, held?.escalated, wall(held?.quiet_until)]).toEqual([3, true, '2026-03-13 11:00']);
    expect(held && wall(recallAt(story.case, held))).toBe('2026-03-13 11:00');
    expect(climbed(story, '2026-03-13 10:59')).toEqual([]);
    expect(climbed(story)).toContain('assignment.recalled');
  });

  test('a warning that comes when the recall is due already has its own working day of grace', () => {
    const story = claimed({
      rules: ladder({ letter: 'warning' }, { after: 'P1D', letter: 'recalled', effect: 'recall' }),
    });
    expect(climbed(story, '2026-03-06 11:00')).toEqual(['warning.sent']);
    expect(wall(wakeAt(story.case))).toBe('2026-03-09 11:00');
  });

  test('a recall whose warnings went out in time comes when it is due', () => {
    const story = claimed();
    for (let i = 0; i < 3; i += 1) story.wakes();
    expect(climbed(story, '2026-03-20 11:00')).toContain('assignment.recalled');
  });

  test('ends with the step that takes the lead back, suspension included', () => {
    const rules = ladder({ letter: 'recalled', effect: 'suspend' }, { after: 'P1D' });
    const story = claimed({ rules });
    expect(nextStep(story.case)?.otherwise).toContain('taken back');
    expect(climbed(story, '2026-03-20 11:00')).toContain('assignment.recalled');
  });

  test('without a recall asks the account manager weekly, so that no lead lies still', () => {
    const story = claimed({ rules: ladder({}) });
    const steps = [1, 2, 3].map(() => [story.wakes()[0]?.data['rung'], wall(story.now)]);
    expect(steps).toEqual([
      [1, '2026-03-03 17:00'],
      [2, '2026-03-10 17:00'],
      [3, '2026-03-17 17:00'],
    ]);
    expect(nextStep(story.case)).toMatchObject({
      who: 'cam',
      what: 'cam_decision',
      otherwise: 'the account manager is told',
    });
    expect(climbed(claimed({ rules: ladder() }))).toEqual(['escalation.raised']);
  });

  test('stops when the holder reports, and so does the silence asked for meanwhile', () => {
    const story = claimed();
    for (let i = 0; i < 3; i += 1) story.wakes();
    story.does(vendor, (c, act) => answerEscalation(c, act));
    story.does(by('alice'), (c, act) => reportStatus(c, report('contacted'), act));
    expect(story.held()).toMatchObject({ rung: 0, escalated: false, quiet_until: null, owes: 'update' });
    expect(nextStep(story.case)).toMatchObject({
      who: 'holder',
      what: 'update',
      due_at: addBusiness(weekdays, at('2026-03-12 17:00'), 'PT0S'),
    });
  });
});

describe('the account manager', () => {
  const escalated = () => {
    const story = claimed();
    for (let i = 0; i < 3; i += 1) story.wakes();
    return story;
  };

  test('is on it: a day of silence, ending in business time', () => {
    const story = escalated();
    story.now = at('2026-03-06 16:00');
    story.does(vendor, (c, act) => answerEscalation(c, act));
    expect(wall(wakeAt(story.case))).toBe('2026-03-09 09:00');
    expect(nextStep(story.case)).toMatchObject({ who: 'cam', due_at: at('2026-03-09 09:00') });
    expect(climbed(story)).toContain('assignment.recalled');
  });

  test('never shortens a longer silence by being on it', () => {
    const story = claimed();
    story.wakes(at('2026-03-13 11:00'));
    const grace = story.held()?.quiet_until;
    story.does(vendor, (c, act) => answerEscalation(c, act));
    expect(wall(grace)).toBe('2026-03-16 11:00');
    expect(story.held()?.quiet_until).toEqual(grace);
  });

  test('cannot silence a ladder that was not escalated', () => {
    const story = claimed();
    expect(story.tries(vendor, (c, act) => answerEscalation(c, act))).toMatchObject({
      ok: false,
      refusal: { kind: 'illegal-move', state: 'claimed' },
    });
  });

  test('extends while escalated: the step goes back to the holder, the ladder starts anew', () => {
    const story = escalated();
    story.does(vendor, (c, act) => answerEscalation(c, act));
    story.does(vendor, (c, act) => extend(c, at('2026-03-11 12:00'), act));
    expect(story.held()).toMatchObject({
      rung: 0,
      escalated: false,
      quiet_until: null,
      deadline: at('2026-03-11 12:00'),
    });
    expect(nextStep(story.case)).toMatchObject({ who: 'holder', what: 'contact' });
    expect([climbed(story), wall(story.now)]).toEqual([['reminder.sent'], '2026-03-11 12:00']);
  });

  test('extends by a working day unless told until when, and never into the past', () => {
    const story = escalated();
    story.now = at('2026-03-06 11:00');
    for (const until of [at('2026-03-06 11:00'), new Date(Number.NaN)]) {
      expect(story.tries(vendor, (c, act) => extend(c, until, act))).toMatchObject({
        ok: false,
        refusal: { kind: 'invalid', errors: [{ pointer: '/until' }] },
      });
    }
    story.does(vendor, (c, act) => extend(c, null, act));
    expect(wall(story.held()?.deadline)).toBe('2026-03-09 11:00');
  });
});

describe('a recall', () => {
  const order = (next: 'reoffer' | 'hold') => ({ next, reason: 'the customer called' });

  test('from the holder frees the lead, or holds it with the program manager', () => {
    const [free, held] = [claimed(), claimed()];
    free.does(vendor, (c, act) => recall(c, order('reoffer'), act));
    const facts = held.does(vendor, (c, act) => recall(c, order('hold'), act));
    expect([free.case.lead.state, held.case.lead.state]).toEqual(['distributing', 'qualified']);
    expect(nextStep(held.case)).toMatchObject({
      who: 'program_manager',
      what: 'place',
      due_at: at('2026-03-03 10:00'),
    });
    expect(facts[0]).toMatchObject({
      what: 'assignment.recalled',
      data: { next: 'hold' },
      words: 'the customer called',
    });
    expect(held.case.assignments[0]).toMatchObject({
      state: 'recalled',
      owes: null,
      deadline: null,
      escalated: false,
    });
  });

  test('of an offered lead withdraws every open offer, those included whose letter has not gone out', () => {
    const story = offered({ partners: ['alice', 'bob'].map((who) => partner(who)) });
    story.does(vendor, (c, act) => recall(c, order('reoffer'), act));
    expect(story.case.offers.map((o) => o.state)).toEqual([
      'withdrawn',
      'withdrawn',
      'scheduled',
      'scheduled',
    ]);
    story.does(vendor, (c, act) => recall(c, order('hold'), act));
    deliver(story);
    expect(story.case.offers.map((o) => o.state)).toEqual([
      'withdrawn',
      'withdrawn',
      'withdrawn',
      'withdrawn',
    ]);
    expect(story.case.lead.state).toBe('unplaced');
  });

  test('of a lead that is with nobody is refused', () => {
    const story = claimed();
    story.does(by('alice'), (c, act) => reportStatus(c, report('lost'), act));
    expect(story.tries(vendor, (c, act) => recall(c, order('hold'), act))).toMatchObject({
      ok: false,
      refusal: { kind: 'illegal-move', state: 'lost' },
    });
  });

  test('closes the claim for good: no report, no undo by the former holder', () => {
    const story = claimed();
    story.does(vendor, (c, act) => recall(c, order('reoffer'), act));
    expect(story.tries(by('alice'), (c, act) => reportStatus(c, report('contacted'), act))).toMatchObject({
      ok: false,
      refusal: { kind: 'illegal-move' },
    });
    expect(story.tries(by('alice'), (c, act) => undo(c, 0, act))).toMatchObject({
      ok: false,
      refusal: { kind: 'nothing-to-undo' },
    });
    expect(nextRung(story.case, story.case.assignments[0] as never)).toBeNull();
  });
});
