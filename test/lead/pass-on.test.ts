import { describe, expect, test } from 'vitest';
import { accept } from '../../src/lead/claim.ts';
import { recall } from '../../src/lead/follow-up.ts';
import { hasIt, heirsOf, passOn } from '../../src/lead/pass-on.ts';
import { reportStatus } from '../../src/lead/report-status.ts';
import { undo } from '../../src/lead/undo.ts';
import { at, by, contact, offered, partner, report, type Story, vendor } from './story.ts';

const partners = [
  partner('alice', { contacts: [contact('alice'), { ...contact('anton'), role: 'rep' }] }),
  partner('bob'),
  partner('dieter', { kind: 'distributor' }),
  partner('rita', { parent_id: 'dieter-gmbh', suspended: true }),
  partner('rolf', { parent_id: 'dieter-gmbh' }),
];
const anton = { partner_id: 'alice-gmbh', contact_id: 'anton' };

function claimed(): Story {
  const story = offered({ partners });
  story.does(by('alice'), (c, act) => accept(c, story.offerId('alice'), null, act));
  return story;
}
const passes = (story: Story, who: string, to = anton) =>
  story.tries(by(who), (c, act) => passOn(c, story.held()?.id ?? 'none', [to], act));
const kind = (result: ReturnType<typeof passes>) => (result.ok ? 'ok' : result.refusal.kind);

describe('passing on', () => {
  test('is for whoever has it, or for the colleague who takes over; never for Bob or Charlie', () => {
    expect(kind(passes(claimed(), 'bob'))).toBe('not-yours');
    expect(kind(passes(claimed(), 'charlie'))).toBe('not-yours');
    expect(kind(passes(claimed(), 'bob', { partner_id: 'bob-gmbh', contact_id: 'bob' }))).toBe('not-yours');
    expect(kind(passes(claimed(), 'anton'))).toBe('ok');
    expect(kind(passes(claimed(), 'alice'))).toBe('ok');
  });

  test('goes to people of the same company, and from a distributor to its own resellers who are not suspended', () => {
    const story = claimed();
    for (const to of ['bob', 'rolf', 'dieter'])
      expect(kind(passes(story, 'alice', { partner_id: `${to}-gmbh`, contact_id: to }))).toBe('invalid');
    const below = heirsOf(story.case, { partner_id: 'dieter-gmbh', contact_id: 'dieter' }, story.now);
    expect(below.resellers.map((r) => r.contact.id)).toEqual(['rolf']);
    expect(heirsOf(story.case, { partner_id: 'bob-gmbh', contact_id: 'bob' }, story.now)).toEqual({
      colleagues: [],
      resellers: [],
    });
  });

  test('leaves one holder and the clock as it was', () => {
    const story = claimed();
    const before = story.held();
    passes(story, 'alice');
    expect(story.held()).toEqual({ ...before, contact_id: 'anton', via_partner_id: null });
    expect(story.case.assignments).toHaveLength(1);
    expect(hasIt(story.case, before?.id ?? '')).toMatchObject({ contact_id: 'anton', what: 'claim' });
  });

  test('says afterwards where it went and when', () => {
    const story = claimed();
    passes(story, 'alice');
    expect(passes(story, 'alice')).toMatchObject({
      refusal: { kind: 'passed-on', at: at('2026-03-02 10:00'), to: 'anton' },
    });
  });

  test('back and forth is no way to collect customers: it counts with the acceptances taken back', () => {
    const story = claimed();
    passes(story, 'alice');
    const back = (used: number) => story.tries(by('alice'), (c, act) => undo(c, used, act));
    expect(back(2)).toMatchObject({ ok: false, refusal: { kind: 'undo-used-up' } });
    expect(back(1).ok).toBe(true);
    expect(story.held()?.contact_id).toBe('alice');
  });

  test('is not taken back over the head of a colleague who has reported since', () => {
    const story = claimed();
    passes(story, 'alice');
    story.does(by('anton'), (c, act) => reportStatus(c, report('contacted'), act));
    expect(story.tries(by('alice'), (c, act) => undo(c, 0, act)).ok).toBe(false);
    expect(story.held()).toMatchObject({ contact_id: 'anton', stage: 'contacted' });
  });
});

test('a recall is not undone over the head of whoever held the lead since, even if they gave it back', () => {
  const story = claimed();
  story.does(vendor, (c, act) => recall(c, { next: 'reoffer', reason: null }, act));
  story.now = at('2026-03-02 10:02');
  story.does(by('bob'), (c, act) => accept(c, story.offerId('bob'), null, act));
  story.now = at('2026-03-02 10:04');
  story.does(by('bob'), (c, act) => reportStatus(c, report('return'), act));
  expect(story.tries(vendor, (c, act) => undo(c, 0, act))).toMatchObject({
    refusal: { kind: 'undo-blocked', why: 'moved-on' },
  });
});
