import { describe, expect, test } from 'vitest';
import { accept, decline } from '../../src/lead/claim.ts';
import { startDistribution } from '../../src/lead/distribute.ts';
import { answerEscalation, extend } from '../../src/lead/follow-up.ts';
import { qualify } from '../../src/lead/qualify.ts';
import { type ReportVerb, reportStatus, type StatusReport } from '../../src/lead/report-status.ts';
import { undo } from '../../src/lead/undo.ts';
import { at, by, deliver, offered, partner, report, type Story, vendor, wall } from './story.ts';

function claimed(): Story {
  const story = offered();
  accepts(story, 'alice');
  return story;
}

const accepts = (story: Story, who: string) =>
  story.does(by(who), (c, act) => accept(c, story.offerId(who), null, act));
const tells = (story: Story, verb: ReportVerb, who = by('alice'), set: Partial<StatusReport> = {}) =>
  story.does(who, (c, act) => reportStatus(c, report(verb, set), act));
const undoes = (story: Story, who = 'alice', undoneBefore = 0) =>
  story.tries(by(who), (c, act) => undo(c, undoneBefore, act));
const kind = (result: ReturnType<typeof undoes>) => (result.ok ? 'ok' : result.refusal.kind);

describe('an undo', () => {
  test('works for ten minutes and not a second longer', () => {
    const story = claimed();
    tells(story, 'won');
    story.now = new Date(at('2026-03-02 10:10').getTime() + 1);
    expect(undoes(story)).toMatchObject({
      ok: false,
      refusal: { kind: 'undo-too-late', until: at('2026-03-02 10:10') },
    });
    story.now = at('2026-03-02 10:10');
    expect(kind(undoes(story))).toBe('ok');
  });

  test.each(['contacted', 'not-reached', 'meeting', 'quoted', 'snooze', 'won', 'lost'] as const)(
    'of "%s" puts back what was before, to the field',
    (verb) => {
      const story = claimed();
      for (let i = 0; i < 3; i += 1) story.wakes();
      story.does(vendor, (c, act) => answerEscalation(c, act));
      const before = story.held();
      tells(story, verb, by('alice'), { date: '2026-03-20' });
      expect(story.case.assignments[0]).not.toEqual(before);
      story.now = new Date(story.now.getTime() + 60_000);
      const facts = undoes(story);
      expect(facts.ok && facts.value.facts[0]).toMatchObject({
        what: 'status.reverted',
        thing: 'assignment',
      });
      expect(story.held()).toEqual(before);
      expect(story.case.lead.state).toBe('claimed');
    },
  );

  test('takes back the last act, then the one before it, never one twice', () => {
    const story = claimed();
    tells(story, 'contacted');
    tells(story, 'quoted');
    undoes(story);
    expect(story.held()?.stage).toBe('contacted');
    undoes(story);
    expect(story.held()?.stage).toBe('claimed');
    undoes(story);
    expect(story.held()).toBeUndefined();
    expect(kind(undoes(story))).toBe('nothing-to-undo');
  });

  test('is personal: Charlie has nothing to undo, nor has Bob in the name of Alice', () => {
    const story = claimed();
    tells(story, 'won');
    expect([kind(undoes(story, 'charlie')), kind(undoes(story, 'bob'))]).toEqual([
      'nothing-to-undo',
      'nothing-to-undo',
    ]);
    expect(story.case.lead.state).toBe('won');
  });

  test('does not wipe out what somebody else did since', () => {
    const extended = claimed();
    tells(extended, 'not-reached');
    extended.does(vendor, (c, act) => extend(c, at('2026-03-20 12:00'), act));
    expect(kind(undoes(extended))).toBe('nothing-to-undo');
    expect(wall(extended.held()?.deadline)).toBe('2026-03-20 12:00');

    const reported = claimed();
    tells(reported, 'contacted');
    tells(reported, 'quoted', vendor);
    expect(kind(undoes(reported))).toBe('nothing-to-undo');
    reported.does(vendor, (c, act) => undo(c, 0, act));
    expect(kind(undoes(reported))).toBe('ok');
    expect(reported.held()?.stage).toBe('claimed');
  });

  test('of a closing reopens nothing that has moved on: nurture, or another holder since', () => {
    const story = claimed();
    tells(story, 'lost');
    story.does(vendor, (c, act) => qualify(c, 'nurture', { reason: null, of: null }, act));
    expect(kind(undoes(story))).toBe('nothing-to-undo');
    story.does(vendor, (c, act) => qualify(c, 'qualified', { reason: null, of: null }, act));
    story.does(vendor, (c, act) => startDistribution(c, act));
    accepts(story, 'bob');
    tells(story, 'lost', by('bob'));
    expect(kind(undoes(story))).toBe('nothing-to-undo');
    expect(story.case.assignments.map((a) => a.state)).toEqual(['lost', 'lost']);
    expect(kind(undoes(story, 'bob'))).toBe('ok');
    expect(story.held()?.contact_id).toBe('bob');
  });

  test('is not for a claim that has been passed on to a colleague', () => {
    const story = claimed();
    const passOn = () => {
      story.case = {
        ...story.case,
        assignments: story.case.assignments.map((a) => ({ ...a, contact_id: 'dora' })),
      };
    };
    passOn();
    expect(kind(undoes(story))).toBe('not-yours');
    tells(story, 'contacted', by('dora'));
    expect(kind(undoes(story))).toBe('not-yours');
  });
});

describe('an undo of an accept', () => {
  test('is a return: it stays on record, and the others are asked again', () => {
    const story = claimed();
    const done = undoes(story);
    expect(done.ok && done.value.facts.slice(0, 3)).toMatchObject([
      { what: 'claim.undone', from: 'active', to: 'returned' },
      { what: 'offer.withdrawn', from: 'accepted' },
      { what: 'lead.freed', to: 'distributing' },
    ]);
    expect(story.case.assignments).toMatchObject([{ state: 'returned', owes: null, deadline: null }]);
    expect(story.case.offers.filter((o) => o.state === 'scheduled').map((o) => o.contact_id)).toEqual([
      'bob',
      'charlie',
    ]);
  });

  test('gives no second chance: neither the old offer nor a report', () => {
    const story = claimed();
    undoes(story);
    expect(story.tries(by('alice'), (c, act) => accept(c, story.offerId('alice'), null, act))).toMatchObject({
      ok: false,
      refusal: { kind: 'offer-withdrawn' },
    });
    expect(story.tries(by('alice'), (c, act) => reportStatus(c, report('won'), act))).toMatchObject({
      ok: false,
      refusal: { kind: 'illegal-move' },
    });
  });

  test('is limited to two in thirty days; reports can still be undone', () => {
    const story = claimed();
    expect(kind(undoes(story, 'alice', 2))).toBe('undo-used-up');
    expect(story.held()?.contact_id).toBe('alice');
    tells(story, 'won');
    expect(kind(undoes(story, 'alice', 2))).toBe('ok');
    expect(kind(undoes(story, 'alice', 1))).toBe('ok');
  });
});

describe('an undo of a no', () => {
  const declines = (story: Story, who: string) =>
    story.does(by(who), (c, act) => decline(c, story.offerId(who), { reason: 'other', words: null }, act));

  test('puts the offer back, even when it was the last and the lead is unplaced already', () => {
    const story = offered({ partners: [partner('alice')] });
    declines(story, 'alice');
    expect(story.case.lead.state).toBe('unplaced');
    expect(kind(undoes(story))).toBe('ok');
    expect([story.case.lead.state, story.offer('alice')?.state]).toEqual(['distributing', 'sent']);
    accepts(story, 'alice');
    expect(story.held()?.contact_id).toBe('alice');
  });

  test('comes too late when somebody has claimed the lead', () => {
    const story = offered();
    declines(story, 'alice');
    accepts(story, 'bob');
    expect(kind(undoes(story))).toBe('nothing-to-undo');
    deliver(story);
  });
});
