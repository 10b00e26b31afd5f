import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredFact } from '../../src/lead/facts.ts';
import { firstContact, kpis } from '../../src/lead/kpi.ts';
import {
  type Figures,
  type ItemWhat,
  isWorthSending,
  type OpenItem,
  rankItems,
  sectionsOf,
  worstFirst,
} from '../../src/lead/report.ts';

const at = new Date('2026-11-16T06:30:00Z');
const days = (n: number): Date => new Date(at.getTime() + n * 24 * 3_600_000);
const item = (
  id: string,
  what: ItemWhat,
  due: number | null,
  contact: string | null = 'alice',
): OpenItem => ({
  id,
  lead_id: `lead ${id}`,
  what,
  due_at: due === null ? null : days(due),
  partner_id: 'p',
  contact_id: contact,
});
const ids = (items: readonly OpenItem[]): string[] => items.map((i) => i.id);
const quiet: Figures = kpis([], [], { from: days(-7), until: at }, at);

test('late first contacts come first, then open offers, late updates, and what is due within the week', () => {
  const ranked = rankItems(
    [
      item('update in three weeks', 'update', 21),
      item('update on Friday', 'update', 4),
      item('late update', 'update', -1),
      item('offer', 'offer', 1),
      item('contact on Tuesday', 'contact', 1),
      item('late contact', 'contact', -1),
      item('very late contact', 'contact', -3),
    ],
    'alice',
    at,
  );
  expect(ids(ranked)).toEqual([
    'very late contact',
    'late contact',
    'offer',
    'late update',
    'contact on Tuesday',
    'update on Friday',
    'update in three weeks',
  ]);
  expect(ids(sectionsOf(ranked).rest)).toEqual(['update in three weeks']);
});

test('what a colleague owes never needs this reader, however late', () => {
  const ranked = rankItems([item('bob’s', 'contact', -9, 'bob'), item('own', 'update', 30)], 'alice', at);
  expect(ranked.map((r) => [r.id, r.mine])).toEqual([
    ['own', true],
    ['bob’s', false],
  ]);
  expect(sectionsOf(ranked)).toMatchObject({ needs: [], needing: 0, more: 0 });
});

test('for the vendor an escalated claim comes before everything, and every row is the reader’s', () => {
  const ranked = rankItems(
    [
      item('qualify', 'qualify', -5, null),
      item('late', 'contact', -2),
      item('place', 'place', null, null),
      item('decide', 'decide', -1),
    ],
    null,
    at,
  );
  expect(ids(ranked)).toEqual(['decide', 'late', 'place', 'qualify']);
  expect(ranked.every((r) => r.mine)).toBe(true);
});

test('nothing is lost between the block with buttons, the lines below it and the count', () => {
  const what = fc.constantFrom<ItemWhat>('contact', 'update', 'offer', 'decide', 'place', 'qualify');
  const any = fc.tuple(what, fc.integer({ min: -20, max: 20 }), fc.constantFrom('alice', 'bob'));
  fc.assert(
    fc.property(fc.array(any, { maxLength: 60 }), fc.nat(500), (raw, hidden) => {
      const items = raw.map(([w, due, who], i) => item(String(i), w, due, who));
      const { needs, rest, more, needing } = sectionsOf(rankItems(items, 'alice', at), hidden);
      expect(needs.length + rest.length + more).toBe(items.length + hidden);
      expect(new Set(ids([...needs, ...rest])).size).toBe(needs.length + rest.length);
      expect(needs.length).toBeLessThanOrEqual(7);
      expect(needs.length + rest.length).toBeLessThanOrEqual(25);
      expect(needs.every((n) => n.mine && n.urgency !== 'later')).toBe(true);
      expect(needing).toBeGreaterThanOrEqual(needs.length);
    }),
  );
});

test('a week without anything open, new or closed is not worth a mail', () => {
  const one = { value: 1, n: 1 };
  expect(isWorthSending(quiet, 0)).toBe(false);
  expect(isWorthSending(quiet, 1)).toBe(true);
  for (const name of ['offers_sent', 'conversion_rate', 'win_rate', 'overdue'] as const) {
    expect(isWorthSending({ ...quiet, [name]: one }, 0), name).toBe(true);
  }
  expect(isWorthSending({ ...quiet, win_rate: { value: 0, n: 1 } }, 0)).toBe(true);
});

test('partners with overdue claims come first, then those who do not call or answer, never those who only decline', () => {
  const line = (name: string, more: Partial<Figures>) => ({
    partner_id: name,
    name,
    figures: { ...quiet, ...more },
  });
  const of = (value: number) => ({ value, n: 4 });
  const lines = [
    line('quiet', {}),
    line('declines all', { response_rate: of(1), offer_acceptance_rate: of(0) }),
    line('never answers', { response_rate: of(0) }),
    line('calls half', { contact_rate: of(0.5), response_rate: of(1) }),
    line('one overdue', { overdue: of(1), contact_rate: of(1) }),
    line('three overdue', { overdue: of(3) }),
  ];
  expect(worstFirst(lines).map((l) => l.name)).toEqual([
    'three overdue',
    'one overdue',
    'never answers',
    'calls half',
    'declines all',
    'quiet',
  ]);
});

test('the first contact is the earliest report of a call, meeting or quote that nobody took back, or the win', () => {
  const fact = (seq: number, what: StoredFact['what'], data: StoredFact['data'], id = 'a'): StoredFact => ({
    seq,
    what,
    data,
    id,
    thing: 'assignment',
    from: null,
    to: null,
    at: days(seq),
    who: { kind: 'contact', id: null },
    channel: 'link',
    evidence: {},
    words: null,
  });
  const facts = [
    fact(1, 'status.reported', { verb: 'contacted' }, 'another'),
    fact(2, 'status.reported', { verb: 'not-reached' }),
    fact(3, 'status.reported', { verb: 'contacted' }),
    fact(4, 'status.reverted', { undoes: 3 }),
    fact(5, 'status.reported', { verb: 'quoted' }),
    fact(6, 'assignment.won', {}),
  ];
  expect(firstContact(facts, 'a')).toEqual(days(5));
  expect(firstContact(facts.slice(0, 4), 'a')).toBeNull();
  expect(firstContact(facts.slice(5), 'a')).toEqual(days(6));
});
