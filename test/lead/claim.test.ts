import { describe, expect, test } from 'vitest';
import { accept, decline } from '../../src/lead/claim.ts';
import { startDistribution } from '../../src/lead/distribute.ts';
import { recall } from '../../src/lead/follow-up.ts';
import { reportStatus } from '../../src/lead/report-status.ts';
import { undo } from '../../src/lead/undo.ts';
import {
  at,
  begin,
  by,
  deliver,
  offered,
  partner,
  report,
  type Story,
  vendor,
  wall,
  weekdays,
} from './story.ts';

const yes = (story: Story, who: string, as = who) =>
  story.tries(by(as), (c, act) => accept(c, story.offerId(who), null, act));
const no = (story: Story, who: string, reason: string | null = null, words: string | null = null) =>
  story.tries(by(who), (c, act) => decline(c, story.offerId(who), { reason, words }, act));
const refusal = (result: ReturnType<typeof yes>) => (result.ok ? 'ok' : result.refusal);
const states = (story: Story) => Object.fromEntries(story.case.offers.map((o) => [o.contact_id, o.state]));

describe('a claim', () => {
  test('the first yes wins, and whoever is second learns since when', () => {
    const story = offered();
    yes(story, 'alice');
    story.now = at('2026-03-02 10:05');
    expect(refusal(yes(story, 'bob'))).toEqual({ kind: 'already-taken', takenAt: at('2026-03-02 10:00') });
    expect(states(story)).toEqual({ alice: 'accepted', bob: 'lost_race', charlie: 'lost_race' });
    expect(story.held()?.contact_id).toBe('alice');
  });

  test('a second yes of the holder is no second claim', () => {
    const story = offered();
    yes(story, 'alice');
    expect(refusal(yes(story, 'alice'))).toEqual({ kind: 'already-yours', at: at('2026-03-02 10:00') });
  });

  test('Charlie cannot accept or decline with the link of Alice', () => {
    const story = offered();
    expect(refusal(yes(story, 'alice', 'charlie'))).toEqual({ kind: 'not-yours' });
    expect(
      refusal(
        story.tries(by('charlie'), (c, act) =>
          decline(c, story.offerId('alice'), { reason: null, words: null }, act),
        ),
      ),
    ).toEqual({ kind: 'not-yours' });
    expect(story.held()).toBeUndefined();
  });

  test('an offer of another lead is not found', () => {
    const story = begin();
    expect(refusal(yes(story, 'alice'))).toEqual({ kind: 'not-found', what: 'offer' });
  });

  test('a late yes counts while nobody holds the lead, and is marked late', () => {
    const story = offered();
    story.wakes();
    expect(story.case.lead.state).toBe('unplaced');
    const done = yes(story, 'bob');
    expect(done.ok && done.value.facts.find((f) => f.what === 'offer.accepted')?.data).toMatchObject({
      late: true,
    });
    expect([story.held()?.contact_id, story.offer('bob')?.late]).toEqual(['bob', true]);
  });

  test('a yes after the window but before anybody looked is late as well', () => {
    const story = offered();
    story.now = at('2026-03-03 10:01');
    yes(story, 'bob');
    expect(story.offer('bob')?.late).toBe(true);
  });

  test('a yes that overtakes the answer of the relay proves the letter arrived', () => {
    const story = offered({ partners: [partner('alice')] });
    story.does(vendor, (c, act) => recall(c, { next: 'reoffer', reason: null }, act));
    expect(story.offer('alice')?.state).toBe('scheduled');
    yes(story, 'alice');
    expect([story.offer('alice')?.state, story.offer('alice')?.sent_at]).toEqual(['accepted', story.now]);
  });

  test('the holder promises a day, tomorrow unless told otherwise', () => {
    const promised = (promise: 'today' | 'this-week' | null) => {
      const story = offered();
      story.does(by('alice'), (c, act) => accept(c, story.offerId('alice'), promise, act));
      return wall(story.held()?.promise_at);
    };
    expect([promised('today'), promised(null), promised('this-week')]).toEqual([
      '2026-03-02 17:00',
      '2026-03-03 17:00',
      '2026-03-06 17:00',
    ]);
  });

  test('a promise for a day that is over means the next working day', () => {
    const story = offered();
    story.now = at('2026-03-06 18:30');
    story.does(by('alice'), (c, act) => accept(c, story.offerId('alice'), 'today', act));
    expect(wall(story.held()?.promise_at)).toBe('2026-03-09 17:00');
  });
});

describe('who may claim', () => {
  test('a suspended partner may not, until the pause is lifted', () => {
    expect(refusal(yes(offered({ partners: [partner('alice', { suspended: true })] }), 'alice'))).toEqual({
      kind: 'suspended',
    });
  });

  test('a partner who is away may not, and learns until when', () => {
    const until = at('2026-03-05 00:00');
    const calendar = { ...weekdays, absences: [{ from: at('2026-03-02 00:00'), until }] };
    const story = offered({ partners: [partner('alice', { calendar })] });
    expect(refusal(yes(story, 'alice'))).toEqual({ kind: 'away', until });
    story.now = until;
    expect(refusal(yes(story, 'alice'))).toBe('ok');
  });

  test('an old offer does not bring back a lead its partner has lost', () => {
    const story = offered({ partners: [partner('alice')] });
    story.wakes();
    const [old] = story.case.offers;
    story.candidates = () => [{ partner_id: 'alice-gmbh', contact_id: 'alice', score: 0.5 }];
    story.does(vendor, (c, act) => startDistribution(c, act));
    deliver(story);
    yes(story, 'alice');
    story.now = at('2026-03-04 10:00');
    story.candidates = () => [];
    story.does(vendor, (c, act) => recall(c, { next: 'reoffer', reason: null }, act));
    expect(old && refusal(story.tries(by('alice'), (c, act) => accept(c, old.id, null, act)))).toEqual({
      kind: 'offer-withdrawn',
    });
  });

  test('a lead on hold is off the market, a closed one is over', () => {
    const story = offered();
    story.wakes();
    yes(story, 'alice');
    story.does(vendor, (c, act) => recall(c, { next: 'hold', reason: null }, act));
    expect([refusal(yes(story, 'bob')), refusal(no(story, 'bob'))]).toEqual([
      { kind: 'offer-withdrawn' },
      { kind: 'offer-withdrawn' },
    ]);

    const sold = offered();
    sold.wakes();
    yes(sold, 'alice');
    sold.does(by('alice'), (c, act) => reportStatus(c, report('won'), act));
    expect([refusal(yes(sold, 'bob')), refusal(no(sold, 'bob'))]).toEqual([
      { kind: 'lead-over', state: 'won' },
      { kind: 'lead-over', state: 'won' },
    ]);
  });
});

describe('a no', () => {
  test('is an answer, never held against the partner: the others keep their offers', () => {
    const story = offered();
    no(story, 'alice', 'too-far');
    expect(states(story)).toEqual({ alice: 'declined', bob: 'sent', charlie: 'sent' });
    expect(story.offer('alice')).toMatchObject({ reason: 'too-far', answered_at: story.now });
  });

  test('the last no of a wave asks the next partners at once', () => {
    const story = offered({ partners: ['alice', 'bob', 'charlie', 'dora'].map((who) => partner(who)) });
    for (const who of ['alice', 'bob']) no(story, who);
    expect(story.offer('dora')).toBeUndefined();
    no(story, 'charlie');
    expect(story.offer('dora')).toMatchObject({ state: 'scheduled', wave: 2 });
  });

  test('may get its reason afterwards, once', () => {
    const story = offered();
    no(story, 'alice');
    expect(refusal(no(story, 'alice'))).toEqual({ kind: 'already-declined', at: story.now });
    const said = no(story, 'alice', 'no-capacity', 'until May');
    expect(said.ok && said.value.facts).toMatchObject([
      { what: 'offer.reasoned', from: null, to: null, data: { reason: 'no-capacity' }, words: 'until May' },
    ]);
    expect(story.offer('alice')).toMatchObject({ state: 'declined', reason: 'no-capacity' });
  });

  test('a reason that is no code is free text: it joins the words, the fact says other', () => {
    const story = offered();
    const said = no(story, 'alice', 'Frau Weber is my aunt', 'sorry');
    expect(said.ok && said.value.facts.find((f) => f.what === 'offer.declined')).toMatchObject({
      data: { reason: 'other' },
      words: 'Frau Weber is my aunt\nsorry',
    });
    expect(story.offer('alice')?.reason).toBe('other');
  });

  test('cannot be turned into a yes but by undo, and then declined again', () => {
    const story = offered();
    no(story, 'alice', 'too-far');
    expect(refusal(yes(story, 'alice'))).toEqual({ kind: 'already-declined', at: story.now });
    story.does(by('alice'), (c, act) => undo(c, 0, act));
    expect(story.offer('alice')).toMatchObject({ state: 'sent', reason: null, answered_at: null });
    expect(refusal(no(story, 'alice', 'no-budget'))).toBe('ok');
    expect(story.offer('alice')?.reason).toBe('no-budget');
  });

  test('of the holder, or of somebody who was too late, changes nothing', () => {
    const story = offered();
    yes(story, 'alice');
    expect([refusal(no(story, 'alice')), refusal(no(story, 'bob'))]).toEqual([
      { kind: 'already-yours', at: story.now },
      { kind: 'already-taken', takenAt: story.now },
    ]);
  });
});
