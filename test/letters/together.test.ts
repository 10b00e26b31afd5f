import { expect, it } from 'vitest';
import { sampleLead, sampleLetter } from '../../src/cli/sample-letters.ts';
import { type LetterView, letterKinds } from '../../src/letters/letter.ts';
import type { LetterOrder, Outcome, RenderedLetter } from '../../src/letters/render.ts';
import { sharedLetters } from '../harness/run-dir.ts';
import { envelope, now } from './samples.ts';

const order = (kind: (typeof letterKinds)[number], locale = 'en'): LetterOrder => ({
  view: sampleLetter(kind, sampleLead(now), now),
  envelope: { ...envelope, locale },
});
/** Kinds and languages as they come, not sorted. */
const mixed = [...letterKinds, ...[...letterKinds].reverse()].map((kind, i) =>
  order(kind, i % 3 === 0 ? 'de' : 'en'),
);
const wellMade = (outcome: Outcome<RenderedLetter> | undefined): RenderedLetter | undefined =>
  outcome?.ok ? outcome.value : undefined;

it('letters rendered together are what each is alone, in the order they were given', async () => {
  const letters = await sharedLetters();
  const together = letters.renderLetters(mixed).map(wellMade);
  const alone = mixed.map(({ view, envelope: to }) => letters.renderLetter(view, to));
  expect(together).toEqual(alone);
  expect(letters.renderLetters([])).toEqual([]);
});

it('one that cannot be rendered takes none of its neighbours along', async () => {
  const letters = await sharedLetters();
  // A view that an older version stored, without what its template says today.
  const { lead, ...broken } = order('offer').view as LetterView & { lead: unknown };
  const orders = [order('offer'), { ...order('offer'), view: broken as LetterView }, order('taken')];
  const made = letters.renderLetters(orders);
  expect(made.map(({ ok }) => ok)).toEqual([true, false, true]);
  expect([wellMade(made[0])?.html, wellMade(made[2])?.html].map((html) => html?.length ?? 0)).toEqual(
    [orders[0], orders[2]].map((o) => letters.renderLetter(o?.view as LetterView, envelope).html.length),
  );
  expect(() => letters.renderLetter(broken as LetterView, envelope)).toThrow();
});
