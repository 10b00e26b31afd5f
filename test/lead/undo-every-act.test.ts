import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { assign } from '../../src/lead/assign.ts';
import { addDays, localTime } from '../../src/lead/calendar.ts';
import { accept, decline } from '../../src/lead/claim.ts';
import { startDistribution } from '../../src/lead/distribute.ts';
import type { Who } from '../../src/lead/facts.ts';
import { answerEscalation, extend, recall } from '../../src/lead/follow-up.ts';
import type { Act, Change, LeadCase } from '../../src/lead/lead-case.ts';
import { nextStep, otherStep, wakeAt } from '../../src/lead/next-step.ts';
import { hasIt, heirsOf, passOn } from '../../src/lead/pass-on.ts';
import { assess, qualify, type Verdict, verdicts } from '../../src/lead/qualify.ts';
import { type ReportVerb, reportStatus, reportVerbs } from '../../src/lead/report-status.ts';
import type { Result } from '../../src/lead/result.ts';
import { isOpenOffer } from '../../src/lead/tables.ts';
import { undo } from '../../src/lead/undo.ts';
import { begin, by, contact, deliver, partner, report, type Story, timer, vendor } from './story.ts';

/**
 * Whatever came before: an act and its undo leave the lead as it was. Only an accept is different: its undo is a return,
 * because the customer has been seen.
 */

const colleagues = [contact('alice'), { ...contact('anton'), role: 'rep' as const }];
const partners = [
  partner('alice', { contacts: colleagues }),
  partner('bob'),
  partner('dieter', { kind: 'distributor' }),
  partner('rita', { parent_id: 'dieter-gmbh' }),
  partner('rolf', { parent_id: 'dieter-gmbh' }),
];

type Decision = (c: LeadCase, act: Act) => Result<Change>;
interface Deed {
  readonly who: Who;
  readonly decide: Decision;
}
type Deeds = Readonly<Record<string, (story: Story) => Deed | undefined>>;

const holder = (story: Story): Who | undefined => {
  const held = story.held();
  return held && by(held.contact_id);
};
const inHand = (story: Story) => story.case.offers.find((o) => isOpenOffer(o.state));
const day = (story: Story): string => addDays(localTime('Europe/Berlin', story.now).date, 9);

const reports: Deeds = Object.fromEntries(
  reportVerbs.map((verb: ReportVerb) => [
    verb,
    (story: Story) => {
      const who = holder(story);
      const told = report(verb, { date: day(story) });
      return who && { who, decide: (c: LeadCase, act: Act) => reportStatus(c, told, act) };
    },
  ]),
);
const judgements: Deeds = Object.fromEntries(
  verdicts.map((verdict: Verdict) => [
    verdict,
    () => ({
      who: vendor,
      decide: (c: LeadCase, act: Act) => {
        const judged = qualify(c, verdict, { reason: null, of: null }, act);
        return judged.ok && verdict === 'qualified' ? startDistribution(judged.value, act) : judged;
      },
    }),
  ]),
);
const passed = (story: Story, what: 'offer' | 'claim'): Deed | undefined => {
  const id = what === 'claim' ? story.held()?.id : inHand(story)?.id;
  const has = id ? hasIt(story.case, id) : null;
  if (!id || !has) return undefined;
  const { colleagues: near, resellers } = heirsOf(story.case, has, story.now);
  const to = [
    ...near.map((p) => ({ partner_id: has.partner_id, contact_id: p.id })),
    ...resellers.map((r) => ({ partner_id: r.partner.id, contact_id: r.contact.id })),
  ];
  const chosen = what === 'offer' ? to : to.slice(0, 1);
  return { who: by(has.contact_id), decide: (c, act) => passOn(c, id, chosen, act) };
};

const deeds: Deeds = {
  ...reports,
  ...judgements,
  decline: (story) => {
    const offer = inHand(story);
    const no = { reason: 'too-far', words: null };
    return offer && { who: by(offer.contact_id), decide: (c, act) => decline(c, offer.id, no, act) };
  },
  'pass on an offer': (story) => passed(story, 'offer'),
  'pass on a claim': (story) => passed(story, 'claim'),
  extend: () => ({ who: vendor, decide: (c, act) => extend(c, null, act) }),
  'on it': () => ({ who: vendor, decide: (c, act) => answerEscalation(c, act) }),
  'recall, offer again': () => ({
    who: vendor,
    decide: (c, act) => recall(c, { next: 'reoffer', reason: null }, act),
  }),
  'recall, hold': () => ({ who: vendor, decide: (c, act) => recall(c, { next: 'hold', reason: null }, act) }),
  assign: () => ({
    who: vendor,
    decide: (c, act) => assign(c, { partner_id: 'bob-gmbh', contact_id: 'bob' }, null, act),
  }),
  'assign to a colleague': () => ({
    who: vendor,
    decide: (c, act) => assign(c, { partner_id: 'alice-gmbh', contact_id: 'anton' }, null, act),
  }),
};

/** What may have happened before. */
const past: readonly ((story: Story) => void)[] = [
  (s) => void s.wakes(),
  (s) => {
    const offer = inHand(s);
    if (offer) s.tries(by(offer.contact_id), (c, act) => accept(c, offer.id, null, act));
  },
  // Nobody does anything until the account manager is asked.
  (s) => {
    for (let i = 0; i < 3 && s.held(); i += 1) s.wakes();
  },
  (s) => tries(s, deeds['contacted']?.(s)),
  (s) => tries(s, deeds['lost']?.(s)),
  (s) => tries(s, deeds['decline']?.(s)),
  (s) => tries(s, deeds['extend']?.(s)),
  (s) => tries(s, deeds['pass on a claim']?.(s)),
  (s) => tries(s, deeds['unchanged']?.(s)),
  (s) => void s.tries(vendor, (c, act) => startDistribution(c, act)),
  (s) => tries(s, deeds['qualified']?.(s)),
  (s) => tries(s, deeds['nurture']?.(s)),
];

const tries = (story: Story, deed: Deed | undefined): Result<Change> | undefined =>
  deed && story.tries(deed.who, deed.decide);

/** All that anybody would notice of a lead. */
const seen = ({ case: c }: Story, known: ReadonlySet<string>) => ({
  lead: [c.lead.state, c.lead.wave, c.lead.due_at, c.lead.chased],
  claims: c.assignments
    .filter((a) => known.has(a.id))
    .map((a) => ({ ...a, via_partner_id: a.via_partner_id ?? null })),
  active: c.assignments.filter((a) => a.state === 'active').map((a) => [a.partner_id, a.contact_id]),
  open: c.offers
    .filter((o) => isOpenOffer(o.state))
    .map((o) => [o.partner_id, o.contact_id, o.state, o.expires_at]),
  known: c.offers.filter((o) => known.has(o.id)).map((o) => [o.id, o.state]),
  next: nextStep(c),
  other: otherStep(c),
  wake: wakeAt(c),
});

const done = new Map<string, number>();

test('every act and its undo leave the lead as it was', () => {
  const life = fc.record({
    hold: fc.boolean(),
    steps: fc.array(fc.nat(past.length * 3), { maxLength: 8, size: 'max' }),
    deed: fc.constantFrom(...Object.keys(deeds)),
    minutes: fc.nat(9),
    mailed: fc.boolean(),
  });
  fc.assert(
    fc.property(life, ({ hold, steps, deed, minutes, mailed }) => {
      const story = begin({
        partners,
        rules: { qualification: { required: [], hold: hold ? 'always' : 'never' } },
      });
      story.does(vendor, assess);
      story.tries(vendor, (c, how) => startDistribution(c, how));
      deliver(story);
      for (const step of steps) {
        // The first four, that carry a life on, more often than the others.
        past[step < past.length ? step : step % 4]?.(story);
        deliver(story);
        story.now = new Date(story.now.getTime() + 60_000);
      }
      const known = new Set([...story.case.offers, ...story.case.assignments].map((x) => x.id));
      const before = seen(story, known);
      const act = deeds[deed]?.(story);
      if (!act || !tries(story, act)?.ok) return;
      // Whoever has been asked stays asked: only an undo before the next letters leave takes them out again.
      if (mailed && deed !== 'decline') deliver(story);
      story.now = new Date(story.now.getTime() + minutes * 60_000);
      const undone = story.tries(act.who, (c, how) => undo(c, 0, how));
      expect(undone).toMatchObject({ ok: true });
      expect(seen(story, known)).toEqual(before);
      expect(story.tries(timer, (c, how) => undo(c, 0, how)).ok).toBe(false);
      done.set(deed, (done.get(deed) ?? 0) + 1);
    }),
    { numRuns: 4000, seed: Number(process.env['LIFE_SEED'] ?? 20260302) },
  );
});

afterAll(() => {
  const rare = Object.keys(deeds).filter((deed) => (done.get(deed) ?? 0) < 3);
  expect(rare, 'the walk must do each of these').toEqual([]);
});
