import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accept, decline } from '../../src/lead/claim.ts';
import { offerSent, startDistribution } from '../../src/lead/distribute.ts';
import { decisionAt } from '../../src/lead/fair.ts';
import { wake } from '../../src/lead/follow-up.ts';
import { wakeAt } from '../../src/lead/next-step.ts';
import { defaultProgramme, type Programme } from '../../src/lead/programme.ts';
import { assess } from '../../src/lead/qualify.ts';
import { undo } from '../../src/lead/undo.ts';
import { at, begin, by, offered, partner, type Setting, type Story, timer, vendor, wall } from './story.ts';

const fair = (set: Partial<Programme['distribution']> = {}): Partial<Programme> => ({
  distribution: { ...defaultProgramme.distribution, fair_window: 'PT30M', size: 3, ...set },
});
const minute = 60_000;
const start = at('2026-03-02 10:00');
const later = (minutes: number): Date => new Date(start.getTime() + minutes * minute);
const yes = (story: Story, who: string) =>
  story.tries(by(who), (c, act) => accept(c, story.offerId(who), 'today', act));
const scored = (setting: Setting, scores: Readonly<Record<string, number>>): Story => {
  const story = begin({ ...setting, start });
  const base = story.candidates;
  story.candidates = (c) =>
    base(c)
      .map((one) => ({ ...one, score: scores[one.contact_id] ?? 0.5 }))
      .sort((a, b) => b.score - a.score);
  story.does(vendor, assess);
  story.does(vendor, startDistribution);
  return story;
};

/** How each partner reacts: minutes from the delay of the letter, and from its delivery to the yes (null: never). */
interface Reaction {
  readonly who: string;
  readonly score: number;
  readonly takes: number | null;
}

/** Plays a race and answers who holds the lead in the end. */
function race(reactions: readonly Reaction[], delays: readonly number[]): string | null {
  const partners = reactions.map((r) => partner(r.who));
  const scores = Object.fromEntries(reactions.map((r) => [r.who, r.score]));
  const story = scored({ rules: fair({ size: partners.length }), partners }, scores);
  const events = reactions.flatMap((r, i) => {
    const sent = delays[i] as number;
    const send = {
      at: sent,
      run: () => story.does(timer, (c, act) => offerSent(c, story.offerId(r.who), act)),
    };
    return r.takes === null ? [send] : [send, { at: sent + r.takes, run: () => yes(story, r.who) }];
  });
  for (const event of events.sort((a, b) => a.at - b.at)) {
    wakeUntil(story, later(event.at));
    story.now = later(event.at);
    event.run();
  }
  wakeUntil(story, later(24 * 60));
  return story.held()?.contact_id ?? null;
}

function wakeUntil(story: Story, until: Date): void {
  for (let due = wakeAt(story.case); due && due <= until && !story.held(); due = wakeAt(story.case)) {
    story.now = due > story.now ? due : story.now;
    story.does(timer, wake);
  }
}

const reactions = fc
  .array(
    fc.record({
      score: fc.constantFrom(0.2, 0.5, 0.9),
      takes: fc.option(fc.integer({ min: 0, max: 29 })),
    }),
    { minLength: 2, maxLength: 4 },
  )
  .map((all) => all.map((one, i): Reaction => ({ who: `p${i}`, ...one })))
  .filter((all) => all.some((r) => r.takes !== null));

describe('a fair race', () => {
  test('is won by score, then by the time since the own delivery, however the relay shuffles the letters', () => {
    fc.assert(
      fc.property(
        reactions,
        fc.array(fc.integer({ min: 0, max: 29 }), { minLength: 4, maxLength: 4 }),
        (all, delays) => {
          const said = all.filter((r) => r.takes !== null);
          const best = Math.max(...said.map((r) => r.score));
          const fastest = Math.min(...said.filter((r) => r.score === best).map((r) => r.takes as number));
          const winners = said.filter((r) => r.score === best && r.takes === fastest).map((r) => r.who);
          expect(winners).toContain(race(all, delays));
          expect(race(all, [...delays].reverse())).toBe(race(all, delays));
          expect(race(all, [0, 0, 0, 0])).toBe(race(all, delays));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('notes a yes, tells nothing, and decides when the last window is over', () => {
    const story = scored({ rules: fair() }, { alice: 0.2, bob: 0.9, charlie: 0.5 });
    for (const who of ['alice', 'bob', 'charlie'])
      story.does(timer, (c, act) => offerSent(c, story.offerId(who), act));
    story.now = later(5);
    expect(yes(story, 'alice').ok).toBe(true);
    expect([story.case.lead.state, story.offer('alice')?.state]).toEqual(['distributing', 'sent']);
    expect(wall(decisionAt(story.case))).toBe('2026-03-02 10:30');
    expect(wakeAt(story.case)).toEqual(later(30));
    story.now = later(20);
    yes(story, 'bob');
    expect(yes(story, 'bob')).toMatchObject({
      ok: false,
      refusal: { kind: 'already-wished', until: later(30) },
    });
    story.now = later(29);
    story.does(timer, wake);
    expect(story.held()).toBeUndefined();
    story.wakes(later(30));
    expect(story.held()).toMatchObject({ contact_id: 'bob', claimed_at: later(30) });
    expect(story.case.offers.map((o) => [o.contact_id, o.state])).toEqual([
      ['bob', 'accepted'],
      ['charlie', 'lost_race'],
      ['alice', 'lost_race'],
    ]);
    const lost = story.facts
      .filter((f) => f.what === 'offer.lost')
      .map((f) => [f.id, f.data['wished'] ?? false]);
    expect(lost).toEqual([
      [story.offerId('charlie'), false],
      [story.offerId('alice'), true],
    ]);
  });

  test('is decided as soon as everybody has answered', () => {
    const story = offered({ rules: fair(), start });
    story.now = later(3);
    yes(story, 'alice');
    story.does(by('bob'), (c, act) => decline(c, story.offerId('bob'), { reason: null, words: null }, act));
    yes(story, 'charlie');
    expect(decisionAt(story.case)).toEqual(later(3));
    story.wakes();
    expect(story.held()?.contact_id).toBe('alice');
  });

  test('goes to the next best where the winner’s desk is full, and the yes can be taken back before', () => {
    const story = scored({ rules: fair() }, { alice: 0.9, bob: 0.7, charlie: 0.5 });
    for (const who of ['alice', 'bob', 'charlie']) {
      story.does(timer, (c, act) => offerSent(c, story.offerId(who), act));
      yes(story, who);
    }
    expect(story.tries(by('bob'), (c, act) => undo(c, 0, act)).ok).toBe(true);
    expect(story.offer('bob')).toMatchObject({ state: 'sent', wished_at: null });
    story.now = later(30);
    story.does(timer, (c, act) => wake(c, act, new Set(['alice-gmbh'])));
    expect(story.held()?.contact_id).toBe('charlie');
  });

  test('goes to the next best where the winner has come to owe a word since its yes', () => {
    const story = scored({ rules: fair() }, { alice: 0.9, bob: 0.7 });
    for (const who of ['alice', 'bob']) {
      story.does(timer, (c, act) => offerSent(c, story.offerId(who), act));
      yes(story, who);
    }
    story.now = later(30);
    const standing = new Map([['alice-gmbh', { active: 1, debts: [], limit: 1, blocked: true }]]);
    story.does(timer, (c, act) => wake({ ...c, standing }, act));
    expect(story.held()?.contact_id).toBe('bob');
  });

  test('where nobody who said yes can take it, offers stay open', () => {
    const story = offered({ rules: fair(), start });
    yes(story, 'alice');
    story.now = later(30);
    story.does(timer, (c, act) => wake(c, act, new Set(['alice-gmbh'])));
    expect(story.offer('alice')).toMatchObject({ state: 'sent', wished_at: null });
    expect(wakeAt(story.case)).not.toBeNull();
  });

  test('a yes that was noted does not lapse with its window', () => {
    const window = { hot: 'PT20M', warm: 'PT20M', cold: 'PT20M' };
    const story = offered({ rules: fair({ window }), start });
    yes(story, 'alice');
    story.wakes(later(20));
    expect(story.offer('bob')?.state).toBe('expired');
    expect(story.offer('alice')?.state).toBe('sent');
    story.wakes();
    expect(story.held()?.contact_id).toBe('alice');
  });
});
