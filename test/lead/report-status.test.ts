import { describe, expect, test } from 'vitest';
import { accept } from '../../src/lead/claim.ts';
import { recall } from '../../src/lead/follow-up.ts';
import { nextStep } from '../../src/lead/next-step.ts';
import { type ReportVerb, reportStatus, type StatusReport } from '../../src/lead/report-status.ts';
import { at, by, deliver, offered, report, type Setting, type Story, vendor, wall } from './story.ts';

/** Alice claims on Monday 2 March at ten and promises Tuesday, 17:00. */
function claimed(setting: Setting = {}): Story {
  const story = offered(setting);
  story.does(by('alice'), (c, act) => accept(c, story.offerId('alice'), 'tomorrow', act));
  return story;
}

const tells = (story: Story, verb: ReportVerb, set: Partial<StatusReport> = {}, who = by('alice')) =>
  story.tries(who, (c, act) => reportStatus(c, report(verb, set), act));
const refusal = (result: ReturnType<typeof tells>) => (result.ok ? 'ok' : result.refusal);
const pointers = (result: ReturnType<typeof tells>) =>
  !result.ok && result.refusal.kind === 'invalid' ? result.refusal.errors.map((e) => e.pointer) : [];

describe('the holder reports', () => {
  test('contacted: the contact is made, the next update falls due a week later', () => {
    const story = claimed();
    tells(story, 'contacted');
    expect(story.held()).toMatchObject({
      stage: 'contacted',
      phase: 'contacted',
      owes: 'update',
      deadline: at('2026-03-09 10:00'),
    });
  });

  test('not reached: the claim stays, the attempt counts, the contact is owed a working day later', () => {
    const story = claimed();
    tells(story, 'not-reached');
    tells(story, 'not-reached');
    expect(story.held()).toMatchObject({
      state: 'active',
      phase: 'claimed',
      owes: 'contact',
      attempts: 2,
      deadline: at('2026-03-03 10:00'),
    });
  });

  test('a meeting: its outcome is asked for the day after, at the next opening', () => {
    const story = claimed();
    tells(story, 'meeting', { date: '2026-03-10', time: '14:00' });
    expect(story.held()).toMatchObject({
      stage: 'meeting',
      phase: 'contacted',
      owes: 'update',
      deadline: at('2026-03-11 09:00'),
    });
    tells(story, 'meeting', { date: '2026-03-06' });
    expect(wall(story.held()?.deadline)).toBe('2026-03-09 09:00');
    expect(nextStep(story.case)).toMatchObject({
      who: 'holder',
      what: 'update',
      due_at: at('2026-03-09 09:00'),
    });
  });

  test('a meeting that has been, or has no date yet', () => {
    const story = claimed();
    tells(story, 'meeting', { date: '2026-02-27' });
    expect(wall(story.held()?.deadline)).toBe('2026-03-03 10:00');
    tells(story, 'meeting');
    expect(wall(story.held()?.deadline)).toBe('2026-03-09 10:00');
  });

  test('a meeting before the clocks change is followed up at nine by the clock after it', () => {
    const story = claimed({ start: at('2026-03-27 10:00') });
    tells(story, 'meeting', { date: '2026-03-29' });
    expect(wall(story.held()?.deadline)).toBe('2026-03-30 09:00');
  });

  test('quoted: thirty days until the next update (an hour later on the clock that has changed); an earlier phase reported later takes nothing back', () => {
    const story = claimed();
    tells(story, 'quoted');
    expect(story.held()).toMatchObject({
      stage: 'proposal',
      phase: 'proposal',
      deadline: at('2026-04-01 11:00'),
    });
    tells(story, 'contacted');
    expect(story.held()).toMatchObject({
      stage: 'proposal',
      phase: 'proposal',
      deadline: at('2026-03-09 10:00'),
    });
  });

  test('won: the outcome is kept with its money, and nobody owes anything any more', () => {
    const story = claimed();
    tells(story, 'won', { money: { minor: 1_200_000, currency: 'EUR' }, reason: 'price' });
    expect(story.case.lead.state).toBe('won');
    expect(story.case.assignments).toMatchObject([
      {
        state: 'won',
        stage: 'won',
        phase: 'won',
        owes: null,
        deadline: null,
        outcome: { result: 'won', money: { minor: 1_200_000, currency: 'EUR' }, reason: null, at: story.now },
      },
    ]);
    expect(nextStep(story.case)).toBeNull();
  });

  test('lost: for a reason, which is other when none is told', () => {
    const reason = (set: Partial<StatusReport>) => {
      const story = claimed();
      tells(story, 'lost', set);
      return [story.case.lead.state, story.case.assignments[0]?.outcome?.reason];
    };
    expect([reason({}), reason({ reason: 'price' })]).toEqual([
      ['lost', 'other'],
      ['lost', 'price'],
    ]);
  });

  test('snooze: the lead rests until the morning of the day named, and the ladder starts anew from there', () => {
    const story = claimed();
    for (let i = 0; i < 3; i += 1) story.wakes();
    tells(story, 'snooze', { date: '2026-03-21' });
    expect(story.held()).toMatchObject({
      owes: 'contact',
      rung: 0,
      escalated: false,
      quiet_until: null,
      deadline: at('2026-03-23 09:00'),
    });
    expect(story.wakes().map((f) => f.what)).toEqual(['reminder.sent']);
    expect(wall(story.now)).toBe('2026-03-23 09:00');
  });

  test('snooze without a day is a week, until a day that is over a working day', () => {
    const story = claimed();
    tells(story, 'snooze');
    expect(wall(story.held()?.deadline)).toBe('2026-03-09 09:00');
    tells(story, 'snooze', { date: '2026-03-02' });
    expect(wall(story.held()?.deadline)).toBe('2026-03-03 10:00');
  });

  test('return: the lead goes on to others at once', () => {
    const story = claimed();
    const done = tells(story, 'return', { reason: 'too-far', words: 'sorry' });
    expect(done.ok && done.value.facts[0]).toMatchObject({
      what: 'assignment.returned',
      from: 'active',
      to: 'returned',
      data: { reason: 'too-far' },
      words: 'sorry',
    });
    expect(story.case.lead).toMatchObject({ state: 'distributing', wave: 1 });
    expect(story.case.offers.filter((o) => o.state === 'scheduled').map((o) => o.contact_id)).toEqual([
      'bob',
      'charlie',
    ]);
    deliver(story);
  });

  test('unchanged: answers an update request, the third in a row goes to the account manager', () => {
    const story = claimed();
    tells(story, 'contacted');
    const told = [1, 2, 3, 4].map(() => {
      const done = tells(story, 'unchanged');
      return (
        done.ok && [
          done.value.facts.map((f) => f.what).join(),
          story.held()?.unchanged,
          story.held()?.escalated,
        ]
      );
    });
    expect(told).toEqual([
      ['status.reported', 1, false],
      ['status.reported', 2, false],
      ['status.reported,escalation.raised', 3, true],
      ['status.reported', 4, false],
    ]);
    tells(story, 'contacted');
    expect(story.held()?.unchanged).toBe(0);
  });

  test('unchanged is no way around the first contact', () => {
    const story = claimed();
    const before = story.case;
    expect(refusal(tells(story, 'unchanged'))).toMatchObject({ kind: 'illegal-move', state: 'claimed' });
    expect(story.case).toBe(before);
  });
});

describe('what cannot be reported', () => {
  test('a day that is none, a time that is none', () => {
    const story = claimed();
    for (const date of ['2026-02-31', '2026-13-01', 'tomorrow', '', '20260301', '9999-99-99', '__proto__']) {
      expect(pointers(tells(story, 'contacted', { date }))).toEqual(['/date']);
    }
    for (const time of ['24:00', '9', 'noon', '10:00:00'])
      expect(pointers(tells(story, 'meeting', { time }))).toEqual(['/time']);
  });

  test('a rest of more than a year: such a lead would lie still', () => {
    const story = claimed();
    for (const verb of ['snooze', 'meeting'] as const) {
      expect(pointers(tells(story, verb, { date: '2027-03-04' }))).toEqual(['/date']);
      expect(refusal(tells(story, verb, { date: '2027-03-03' }))).toBe('ok');
    }
  });

  test('free text as a reason: it joins the words, the code is other', () => {
    const story = claimed();
    const done = tells(story, 'lost', { reason: 'Frau Weber moved' });
    expect(done.ok && done.value.facts[0]).toMatchObject({
      data: { reason: 'other' },
      words: 'Frau Weber moved',
    });
  });
});

describe('who may report', () => {
  test('Charlie may not, nor a former holder once somebody else holds the lead', () => {
    const story = claimed();
    expect(refusal(tells(story, 'won', {}, by('charlie')))).toEqual({ kind: 'not-yours' });
    story.does(vendor, (c, act) => recall(c, { next: 'reoffer', reason: null }, act));
    expect(refusal(tells(story, 'won'))).toMatchObject({ kind: 'illegal-move', state: 'distributing' });
    expect(refusal(tells(story, 'won', {}, by('charlie')))).toEqual({ kind: 'not-yours' });
    story.does(by('bob'), (c, act) => accept(c, story.offerId('bob'), null, act));
    expect(refusal(tells(story, 'won'))).toEqual({ kind: 'not-yours' });
    expect(story.case.lead.state).toBe('claimed');
  });

  test('the vendor may, in the holder’s name', () =>
    expect(refusal(tells(claimed(), 'won', {}, vendor))).toBe('ok'));

  test('nobody may twice: a closed lead stays closed', () => {
    const story = claimed();
    tells(story, 'won');
    expect(refusal(tells(story, 'lost'))).toMatchObject({ kind: 'illegal-move', state: 'won' });
  });
});
