import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decline } from '../../src/lead/claim.ts';
import { recall, wake } from '../../src/lead/follow-up.ts';
import { acceptOrHold, nextInLine, queue } from '../../src/lead/hold.ts';
import type { LeadCase } from '../../src/lead/lead-case.ts';
import { wakeAt } from '../../src/lead/next-step.ts';
import { defaultProgramme } from '../../src/lead/programme.ts';
import { countRecall, type HeldClaim, type Standing, standingOf } from '../../src/lead/standing.ts';
import { at, by, offered, type Story, timer, vendor, weekdays } from './story.ts';

const rules = { debt_limit: 1 };
const none: readonly { effect: 'none' }[] = [{ effect: 'none' }, { effect: 'none' }];

/** Due on Monday at five, reminded a minute later. */
const claim = (set: Partial<HeldClaim> = {}): HeldClaim => ({
  id: 'claim',
  lead_id: 'lead',
  reference: 'L-4F7K2Q',
  contact_id: 'alice',
  owes: 'contact',
  deadline: at('2026-03-02 17:00'),
  rung: 1,
  reminded_at: at('2026-03-02 17:01'),
  ladder: none,
  calendar: weekdays,
  away: false,
  ...set,
});
const many = (n: number, set: Partial<HeldClaim> = {}) =>
  Array.from({ length: n }, (_, i) => claim({ id: `${i}`, ...set }));
const early = { deadline: at('2026-03-20 17:00') };
const late = at('2026-03-03 17:00');

describe('feedback debt', () => {
  test.each<[string, Partial<HeldClaim>, string, boolean]>([
    ['a working day overdue and reminded', {}, '2026-03-03 17:00', true],
    ['overdue for less than a working day', {}, '2026-03-03 16:59', false],
    ['not due yet', early, '2026-03-03 17:00', false],
    ['nothing owed', { deadline: null, owes: null }, '2026-03-30 17:00', false],
    ['no reminder out, however late', { reminded_at: null }, '2026-03-30 17:00', false],
    ['reminded three business hours ago', { reminded_at: at('2026-03-05 11:00') }, '2026-03-05 14:00', false],
    ['reminded four business hours ago', { reminded_at: at('2026-03-05 11:00') }, '2026-03-05 15:00', true],
    [
      'reminded on Friday at four: the weekend does not count',
      { reminded_at: at('2026-03-06 16:00') },
      '2026-03-09 11:59',
      false,
    ],
    [
      'the same on Monday at noon: one hour and three',
      { reminded_at: at('2026-03-06 16:00') },
      '2026-03-09 12:00',
      true,
    ],
    ['the holder is away', { away: true }, '2026-03-30 17:00', false],
    [
      'the holder was away on the working day after',
      {
        calendar: {
          ...weekdays,
          absences: [{ from: at('2026-03-03 00:00'), until: at('2026-03-04 00:00') }],
        },
      },
      '2026-03-04 16:59',
      false,
    ],
  ])('%s', (_, set, when, owes) => {
    const { blocked, debts } = standingOf([claim(set)], rules, at(when));
    expect({ blocked, debts: debts.length }).toEqual({ blocked: owes, debts: owes ? 1 : 0 });
  });

  test.each([
    [1, 1, 0, 1, true],
    [2, 1, 0, 2, false],
    [2, 2, 0, 2, true],
    [1, 1, 9, 1, true],
    [1, 1, 10, 2, false],
    [1, 2, 10, 2, true],
    [1, 2, 18, 2, true],
    [1, 2, 19, 3, false],
    [4, 3, 20, 4, false],
  ])(
    'a limit of %i, %i late, %i in time: from %i on blocked (%s)',
    (limit, owed, inTime, computed, blocked) => {
      const claims = [...many(owed), ...many(inTime, early)];
      const standing = standingOf(claims, { debt_limit: limit }, late);
      expect(standing).toMatchObject({ active: owed + inTime, limit: computed, blocked });
      expect(standing.debts).toHaveLength(owed);
    },
  );

  test('a rung that stops claims does so by itself, once it is climbed and not before', () => {
    const ladder = [{ effect: 'none' }, { effect: 'block_claims' }] as const;
    const asked = (rung: number) =>
      standingOf([claim({ ladder, rung, reminded_at: null }), ...many(30, early)], rules, late);
    expect(asked(1)).toMatchObject({ blocked: false, debts: [] });
    expect(asked(2)).toMatchObject({ blocked: true, debts: [{ why: 'rung' }] });
  });

  test('more time away never makes more debts', () => {
    const start = at('2026-03-02 00:00').getTime();
    const span = fc.tuple(fc.integer({ min: 0, max: 20 * 24 }), fc.integer({ min: 1, max: 5 * 24 }));
    const absence = ([from, hours]: readonly [number, number]) => ({
      from: new Date(start + from * 3_600_000),
      until: new Date(start + (from + hours) * 3_600_000),
    });
    fc.assert(
      fc.property(
        fc.array(span, { maxLength: 4 }),
        span,
        fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 })), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.integer({ min: 0, max: 20 * 24 }),
        (spans, extra, times, hours) => {
          const now = new Date(start + hours * 3_600_000);
          const owed = (absences: HeldClaim['calendar']['absences']) =>
            standingOf(
              times.map(([due, told], i) =>
                claim({
                  id: `${i}`,
                  deadline: new Date(start + due * 3_600_000),
                  reminded_at: new Date(start + told * 3_600_000),
                  calendar: { ...weekdays, absences },
                }),
              ),
              rules,
              now,
            );
          const before = owed(spans.map(absence));
          const after = owed([...spans, extra].map(absence));
          expect(after.debts.length).toBeLessThanOrEqual(before.debts.length);
          expect(before.blocked || !after.blocked).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

const blocked: Standing = standingOf([claim()], rules, late);
const clear: Standing = standingOf([], rules, late);

/** Alice and whoever else is named owe a word; the rest may claim. */
const owing = (story: Story, ...who: string[]): void => {
  const all = ['alice', 'bob', 'charlie'].map(
    (name) => [`${name}-gmbh`, who.includes(name) ? blocked : clear] as const,
  );
  story.case = { ...story.case, standing: new Map(all) };
};
const press = (story: Story, who: string) =>
  story.tries(by(who), (c, act) => acceptOrHold(c, story.offerId(who), 'today', act));
const lineUp = (story: Story, who: string) =>
  story.tries(by(who), (c, act) => queue(c, story.offerId(who), null, act));
const later = (story: Story, minutes: number): void => {
  story.now = new Date(story.now.getTime() + minutes * 60_000);
};
const pass = (story: Story, full: string[] = []) =>
  story.does(
    timer,
    (c, act) => nextInLine(c, new Set(full), act) ?? { ok: true, value: { case: c, facts: [] } },
  );
const why = (done: ReturnType<typeof press>) => (done.ok ? 'done' : done.refusal.kind);

describe('the three minutes', () => {
  test('are given to whoever owes a word, and keep the others out as long', () => {
    const story = offered();
    owing(story, 'alice');
    expect(why(press(story, 'alice'))).toBe('done');
    expect(why(press(story, 'alice'))).toBe('claims-blocked');
    const bobs = press(story, 'bob');
    expect(bobs).toMatchObject({ refusal: { kind: 'first-in-line', until: at('2026-03-02 10:03') } });
    later(story, 3);
    expect(why(press(story, 'bob'))).toBe('done');
    expect(story.held()?.contact_id).toBe('bob');
  });

  test('end in a claim when nothing is owed any more', () => {
    const story = offered();
    owing(story, 'alice');
    press(story, 'alice');
    owing(story);
    expect(why(press(story, 'alice'))).toBe('done');
    expect(story.held()).toMatchObject({ contact_id: 'alice' });
  });

  test('wake the lead when somebody stands in line, and not otherwise', () => {
    const story = offered();
    const usual = wakeAt(story.case);
    owing(story, 'alice');
    press(story, 'alice');
    expect(wakeAt(story.case)).toEqual(usual);
    lineUp(story, 'bob');
    expect(wakeAt(story.case)).toEqual(at('2026-03-02 10:03'));
  });

  test('are not given where yeses are collected: nobody is first there', () => {
    const { distribution } = defaultProgramme;
    const story = offered({ rules: { distribution: { ...distribution, fair_window: 'PT1H' } } });
    owing(story, 'alice');
    expect(why(press(story, 'alice'))).toBe('claims-blocked');
    expect(why(press(story, 'bob'))).toBe('done');
    owing(story);
    expect(why(press(story, 'alice'))).toBe('done');
    expect(story.case.offers.filter((o) => o.wished_at)).toHaveLength(2);
  });

  test('end at once for those in line when whoever had them says no', () => {
    const story = offered();
    owing(story, 'alice');
    press(story, 'alice');
    lineUp(story, 'bob');
    story.does(by('alice'), (c, act) =>
      decline(c, story.offerId('alice'), { reason: null, words: null }, act),
    );
    expect(wakeAt(story.case)?.getTime()).toBeLessThanOrEqual(story.now.getTime());
    pass(story);
    expect(story.held()?.contact_id).toBe('bob');
  });

  test('are given once an offer, whatever is pressed in whatever order; a line is served before anybody else', () => {
    const who = fc.constantFrom('alice', 'bob', 'charlie');
    const step = fc.oneof(
      fc.record({ do: fc.constant('accept' as const), who }),
      fc.record({ do: fc.constant('queue' as const), who }),
      fc.record({ do: fc.constant('pass' as const), who }),
      fc.record({ do: fc.constant('decline' as const), who }),
      fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 4 }) }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 14 }),
        fc.subarray(['alice', 'bob', 'charlie']),
        (steps, owe) => {
          const story = offered();
          owing(story, ...owe);
          const given = new Map<string, number>();
          for (const s of steps) {
            const first = lineOf(story.case)[0];
            const wasHeld = story.held() !== undefined;
            if (s.do === 'wait') later(story, s.minutes);
            else if (s.do === 'accept') press(story, s.who);
            else if (s.do === 'queue') lineUp(story, s.who);
            else if (s.do === 'pass') pass(story);
            else
              story.tries(by(s.who), (c, act) =>
                decline(c, story.offerId(s.who), { reason: null, words: null }, act),
              );
            const taker = story.held()?.offer_id;
            if (!wasHeld && taker && first && !owe.includes(contactOf(story, first)))
              expect([first, holderOfHold(story)]).toContain(taker);
            for (const w of story.case.waits ?? []) {
              const until = w.hold_until?.getTime();
              if (until === undefined) continue;
              expect(given.get(w.offer_id) ?? until).toBe(until);
              given.set(w.offer_id, until);
            }
          }
          const holds = story.facts.filter((f) => f.what === 'hold.taken').map((f) => f.id);
          expect(new Set(holds).size).toBe(holds.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});

const lineOf = (c: LeadCase): string[] =>
  (c.waits ?? [])
    .filter((w) => w.queued_at !== null && c.offers.find((o) => o.id === w.offer_id)?.state === 'sent')
    .sort(
      (a, b) =>
        (a.queued_at?.getTime() ?? 0) - (b.queued_at?.getTime() ?? 0) || (a.offer_id < b.offer_id ? -1 : 1),
    )
    .map((w) => w.offer_id);
const contactOf = (story: Story, offerId: string): string =>
  story.case.offers.find((o) => o.id === offerId)?.contact_id ?? '';
const holderOfHold = (story: Story): string | undefined =>
  story.case.waits?.find((w) => w.hold_until && w.hold_until >= story.now)?.offer_id;

describe('the line', () => {
  test('is served before anybody else presses, also in the moment between the end of the hold and the wake', () => {
    const story = offered();
    owing(story, 'alice', 'charlie');
    press(story, 'alice');
    lineUp(story, 'bob');
    later(story, 3);
    expect(why(press(story, 'charlie'))).toBe('claims-blocked');
    expect(story.case.waits?.filter((w) => w.hold_until)).toHaveLength(1);
    owing(story);
    expect(why(press(story, 'charlie'))).toBe('first-in-line');
    expect(why(press(story, 'alice'))).toBe('first-in-line');
    expect(why(press(story, 'bob'))).toBe('done');
    expect(story.held()?.contact_id).toBe('bob');
  });

  test('ends with the claim of whoever had the three minutes', () => {
    const story = offered();
    owing(story, 'alice');
    press(story, 'alice');
    lineUp(story, 'bob');
    owing(story);
    press(story, 'alice');
    expect(story.case.waits?.some((w) => w.queued_at)).toBe(false);
    expect(story.facts.filter((f) => f.what === 'queue.missed').map((f) => f.id)).toEqual([
      story.offerId('bob'),
    ]);
  });

  test('passes over whoever owes a word meanwhile or has no room; all of them are told', () => {
    const story = offered();
    owing(story, 'alice');
    press(story, 'alice');
    lineUp(story, 'bob');
    lineUp(story, 'charlie');
    later(story, 3);
    owing(story, 'alice', 'bob');
    const facts = pass(story);
    expect(story.held()?.contact_id).toBe('charlie');
    expect(facts.filter((f) => f.what === 'queue.missed').map((f) => f.id)).toEqual([story.offerId('bob')]);
    expect(story.case.waits?.some((w) => w.queued_at)).toBe(false);
  });

  test('ends where nobody in it can have the lead, and the lead goes on as before', () => {
    const story = offered();
    const usual = wakeAt(story.case);
    owing(story, 'alice');
    press(story, 'alice');
    lineUp(story, 'bob');
    later(story, 3);
    pass(story, ['bob-gmbh']);
    expect(story.held()).toBeUndefined();
    expect(wakeAt(story.case)).toEqual(usual);
    expect(why(press(story, 'charlie'))).toBe('done');
  });
});

describe('recalls', () => {
  /** The ladder takes the lead back from Alice, who had been recalled from so many times before. */
  const recalled = (earlier: number, effect: 'recall' | 'suspend' = 'recall') => {
    const ladder = [{ after: 'P1D', clock: 'business', to: 'holder', letter: 'recalled', effect }] as const;
    const story = offered({ rules: { follow_up: { promise: 'today', ladder, updates: {} } } });
    press(story, 'alice');
    story.now = wakeAt(story.case) ?? story.now;
    const act = { ...story.act(timer), channel: 'timer' as const };
    const facts = countRecall(wake(story.case, act), earlier, act).facts;
    return {
      count: facts.find((f) => f.what === 'assignment.recalled')?.data,
      begun: facts.find((f) => f.what === 'suspension.begun')?.data,
    };
  };

  test.each([
    [0, 1, false],
    [1, 2, false],
    [2, 3, true],
    [5, 6, true],
  ])('after %i earlier ones it is number %i of 3; suspended: %s', (earlier, nth, suspends) => {
    const { count, begun } = recalled(earlier);
    expect(count).toMatchObject({ recall: nth, recalls: 3 });
    expect(begun).toEqual(
      suspends ? { partner: 'alice-gmbh', reason: 'recalls', recall: nth, recalls: 3 } : undefined,
    );
  });

  test('a rung that suspends does so with the first', () => {
    expect(recalled(0, 'suspend').begun).toMatchObject({ reason: 'ladder', recall: 1 });
  });

  test('by the vendor’s hand do not count', () => {
    const story = offered();
    press(story, 'alice');
    const act = story.act(vendor);
    const done = recall(story.case, { next: 'reoffer', reason: null }, act);
    if (!done.ok) throw new Error(done.refusal.kind);
    expect(countRecall(done.value, 7, act)).toEqual(done.value);
  });
});
