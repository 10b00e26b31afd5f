import { expect, it } from 'vitest';
import { accept, decline } from '../../src/lead/claim.ts';
import { recall } from '../../src/lead/follow-up.ts';
import { by, offered, partner, vendor } from './story.ts';

it('a lead the vendor holds back cannot be taken by a late yes on an offer that had lapsed', () => {
  const partners = ['alice', 'bob', 'charlie', 'dora', 'emil', 'fritz'].map((who) => partner(who));
  const story = offered({ partners });
  const lapsed = story.offerId('alice');
  story.does(by('bob'), (c, act) => decline(c, story.offerId('bob'), { reason: null, words: null }, act));
  story.wakes();
  expect(story.offer('alice')?.state).toBe('expired');
  expect(story.case.lead.state).toBe('distributing');
  story.does(vendor, (c, act) => recall(c, { next: 'hold', reason: null }, act));
  expect(story.case.lead.state).toBe('unplaced');
  const late = story.tries(by('alice'), (c, act) => accept(c, lapsed, null, act));
  expect(late).toMatchObject({ ok: false, refusal: { kind: 'offer-withdrawn' } });
});
