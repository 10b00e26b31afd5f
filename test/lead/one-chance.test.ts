import { expect, test } from 'vitest';
import { askAgain } from '../../src/lead/chance.ts';
import { decline } from '../../src/lead/claim.ts';
import { offerSent, startDistribution } from '../../src/lead/distribute.ts';
import { recall } from '../../src/lead/follow-up.ts';
import { by, offered, partner, type Story, timer, vendor } from './story.ts';

const asks = (story: Story, who: string, offerId: string) => {
  const result = story.tries(by(who), (c, act) => askAgain(c, offerId, act));
  return result.ok ? 'ok' : result.refusal.kind;
};
const held = (story: Story) => story.does(vendor, (c, act) => recall(c, { next: 'hold', reason: null }, act));
const again = (story: Story) => story.does(vendor, startDistribution);
const offersOf = (story: Story, who: string) => story.case.offers.filter((o) => o.contact_id === who);

/** Bob has two offers of one lead behind him, both taken back by the vendor, who now holds the lead. */
function twiceOffered(): Story {
  const story = offered({ partners: [partner('bob')] });
  held(story);
  again(story);
  held(story);
  expect(offersOf(story, 'bob').map((o) => o.state)).toEqual(['withdrawn', 'withdrawn']);
  return story;
}

test('whoever asks for another chance by two offers of one lead asks once, and gets one offer', () => {
  const story = twiceOffered();
  const [first = '', second = ''] = offersOf(story, 'bob').map((o) => o.id);
  expect([asks(story, 'bob', first), asks(story, 'bob', second)]).toEqual(['ok', 'already-asked']);
  again(story);
  expect(offersOf(story, 'bob').map((o) => o.state)).toEqual(['sent', 'withdrawn']);
});

test('whoever is being asked just now needs no other chance', () => {
  const story = twiceOffered();
  again(story);
  const [first = ''] = offersOf(story, 'bob').map((o) => o.id);
  expect(asks(story, 'bob', first)).toBe('illegal-move');
});

test('whoever asked for another chance, was asked again and said no is not asked a third time', () => {
  const story = offered({ partners: [partner('bob'), partner('dora')] });
  const [first = ''] = offersOf(story, 'bob').map((o) => o.id);
  held(story);
  again(story);
  story.does(by('bob'), (c, act) => decline(c, story.offerId('bob'), { reason: null, words: null }, act));
  expect(asks(story, 'bob', first)).toBe('already-declined');
});

test('a partner that said no after it had asked for another chance is left out of the next wave', () => {
  const story = offered({ partners: [partner('bob'), partner('dora')] });
  held(story);
  const [first = ''] = offersOf(story, 'bob').map((o) => o.id);
  again(story);
  // As it stands where both were written before anybody looked: the wish of the first offer is still there.
  const wished = story.case.offers.map((o) => (o.id === first ? { ...o, chance_at: story.now } : o));
  story.case = { ...story.case, offers: wished };
  story.does(by('bob'), (c, act) => decline(c, story.offerId('bob'), { reason: null, words: null }, act));
  held(story);
  again(story);
  expect(offersOf(story, 'bob').map((o) => o.state)).toEqual(['withdrawn', 'declined']);
});

test('the letter of a second round moves nothing: the offer counts as sent since it was made again', () => {
  const story = twiceOffered();
  const [first = ''] = offersOf(story, 'bob').map((o) => o.id);
  asks(story, 'bob', first);
  expect(again(story).find((f) => f.what === 'offer.reopened')).toMatchObject({ id: first, to: 'sent' });
  const [sent] = story.does(timer, (c, act) => offerSent(c, first, act));
  expect(sent).toMatchObject({ what: 'offer.sent', id: first, from: null, to: null, data: { round: 2 } });
});
