import { expect, test } from 'vitest';
import { askAgain, mayAskAgain, secondChances } from '../../src/lead/chance.ts';
import { accept, decline } from '../../src/lead/claim.ts';
import type { Offer } from '../../src/lead/offer.ts';
import { undo } from '../../src/lead/undo.ts';
import { by, offered, partner, type Story } from './story.ts';

const asks = (story: Story, who: string) =>
  story.tries(by(who), (c, act) => askAgain(c, story.offerId(who), act));
const claimed = (): Story => {
  const story = offered();
  story.does(by('alice'), (c, act) => accept(c, story.offerId('alice'), null, act));
  return story;
};
const offerOf = (story: Story, who: string): Offer => story.offer(who) as Offer;

test('whoever lost the race may ask once; whoever holds the lead, declined it or is somebody else may not', () => {
  const story = offered();
  story.does(by('charlie'), (c, act) =>
    decline(c, story.offerId('charlie'), { reason: null, words: null }, act),
  );
  expect(asks(story, 'bob')).toMatchObject({ ok: false, refusal: { kind: 'illegal-move', state: 'sent' } });
  story.does(by('alice'), (c, act) => accept(c, story.offerId('alice'), null, act));
  expect(asks(story, 'alice')).toMatchObject({ refusal: { kind: 'already-yours' } });
  expect(asks(story, 'charlie')).toMatchObject({ refusal: { kind: 'already-declined' } });
  const stolen = story.tries(by('charlie'), (c, act) => askAgain(c, story.offerId('bob'), act));
  expect(stolen).toMatchObject({ refusal: { kind: 'not-yours' } });
  expect(mayAskAgain(story.case, offerOf(story, 'bob'))).toBe(true);
  expect(asks(story, 'bob').ok).toBe(true);
  expect(asks(story, 'bob')).toMatchObject({ refusal: { kind: 'already-asked' } });
});

test('whoever has had the lead is not asked again, whatever was asked before', () => {
  const story = claimed();
  story.does(by('alice'), (c, act) => undo(c, 0, act));
  expect(asks(story, 'alice')).toMatchObject({ refusal: { kind: 'offer-withdrawn' } });
  const wanted = { ...offerOf(story, 'alice'), chance_at: story.now };
  expect(secondChances({ ...story.case, offers: [wanted] }, story.case.partners, story.now)).toEqual([]);
});

test('chances are given in the order in which they were asked for, and to nobody who is suspended', () => {
  const story = claimed();
  asks(story, 'charlie');
  story.now = new Date(story.now.getTime() + 60_000);
  asks(story, 'bob');
  const order = (partners = story.case.partners) =>
    secondChances(story.case, partners, story.now).map((o) => o.contact_id);
  expect(order()).toEqual(['charlie', 'bob']);
  const without = new Map(story.case.partners).set('charlie-gmbh', partner('charlie', { suspended: true }));
  expect(order(without)).toEqual(['bob']);
});
