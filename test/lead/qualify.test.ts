import { describe, expect, test } from 'vitest';
import { startDistribution } from '../../src/lead/distribute.ts';
import { missingInformation } from '../../src/lead/intake.ts';
import { nextStep } from '../../src/lead/next-step.ts';
import { defaultProgramme } from '../../src/lead/programme.ts';
import { assess, qualify, type Verdict } from '../../src/lead/qualify.ts';
import { aLead, at, begin, type Setting, type Story, vendor, wall } from './story.ts';

const rules = (hold: 'never' | 'missing' | 'always'): Setting['rules'] & object => ({
  qualification: { required: ['summary', 'consent.share'], hold },
});
function assessed(setting: Setting = {}): Story {
  const story = begin(setting);
  story.does(vendor, assess);
  return story;
}
const judge = (story: Story, verdict: Verdict, of: string | null = null) =>
  story.tries(vendor, (c, act) => qualify(c, verdict, { reason: 'as she said', of }, act));

describe('a lead at the door', () => {
  test('does not lie still between capture and assessment', () => {
    const story = begin();
    expect(nextStep(story.case)).toMatchObject({
      who: 'qualifier',
      what: 'qualify',
      due_at: at('2026-03-03 10:00'),
    });
    expect(story.wakes().map((f) => f.what)).toEqual(['qualify.requested']);
  });

  test('qualifies by itself when complete; one that lacks something waits for a qualifier, as the programme has it', () => {
    const state = (hold: 'never' | 'missing' | 'always', complete: boolean) =>
      assessed({ rules: rules(hold), lead: complete ? {} : { consent: null } }).case.lead.state;
    expect([
      state('missing', true),
      state('missing', false),
      state('never', false),
      state('always', true),
    ]).toEqual(['qualified', 'qualifying', 'qualified', 'qualifying']);
  });

  test('names what is missing and asks the qualifier by tomorrow, daily at first, weekly later, never silent', () => {
    const story = assessed({ rules: rules('missing'), lead: { consent: null } });
    expect(story.facts.find((f) => f.what === 'lead.assessed')?.data).toEqual({ missing: 'consent.share' });
    const asked = [1, 2, 3, 4, 5, 6].map(() => {
      const facts = story.wakes();
      return [facts[0]?.what, wall(story.now)?.slice(0, 10)];
    });
    expect(asked).toEqual(
      ['2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06', '2026-03-13', '2026-03-20'].map((d) => [
        'qualify.requested',
        d,
      ]),
    );
  });
});

describe('a qualifier', () => {
  const waiting = () => assessed({ rules: rules('always') });

  test.each([
    ['qualified', 'qualified'],
    ['disqualified', 'disqualified'],
    ['nurture', 'nurture'],
    ['duplicate', 'duplicate'],
    ['needs_more', 'qualifying'],
  ] as const)('judges %s: the lead is %s', (verdict, state) => {
    const story = waiting();
    judge(story, verdict);
    expect(story.case.lead.state).toBe(state);
    expect(story.facts.at(-1)?.words).toBe('as she said');
  });

  test('puts a lead aside, is asked again after it has rested, and may put it aside once more', () => {
    const story = waiting();
    judge(story, 'nurture');
    expect(story.wakes().map((f) => f.what)).toEqual(['qualify.requested']);
    expect(wall(story.now)).toBe('2026-03-30 10:00');
    expect(judge(story, 'nurture').ok).toBe(true);
    expect(nextStep(story.case)).toMatchObject({ who: 'qualifier', due_at: at('2026-04-27 10:00') });
    judge(story, 'qualified');
    expect(story.case.lead.state).toBe('qualified');
  });

  test('names a duplicate by reference, never by telling who it is', () => {
    const story = waiting();
    expect(judge(story, 'duplicate', 'the one of Frau Weber')).toMatchObject({
      ok: false,
      refusal: { kind: 'invalid', errors: [{ pointer: '/of' }] },
    });
    judge(story, 'duplicate', 'L-AB12CD');
    expect(story.facts.at(-1)?.data).toMatchObject({ of: 'L-AB12CD' });
  });

  test('judges nothing that is already distributed', () => {
    const story = assessed();
    story.does(vendor, (c, act) => startDistribution(c, act));
    expect(judge(story, 'disqualified')).toMatchObject({
      ok: false,
      refusal: { kind: 'illegal-move', state: 'distributing', allowed: ['claim', 'exhaust', 'erase'] },
    });
  });
});

describe('missing information', () => {
  const missing = (required: string[], set: Parameters<typeof aLead>[0] = {}) =>
    missingInformation(aLead(set), required);

  test('the default programme asks for all a partner needs', () =>
    expect(missing([...defaultProgramme.qualification.required])).toEqual([]));

  test('one of several alternatives is enough', () => {
    expect(
      missing([
        'prospect.phone|prospect.email',
        'prospect.phone | prospect.email',
        'prospect.phone|prospect.company',
      ]),
    ).toEqual(['prospect.phone|prospect.company']);
  });

  test('blank text and empty lists are missing; zero and no are not', () => {
    const custom = { floor: 0, basement: false, note: '  ', tags: [], deep: { er: 'x' } };
    expect(missing(['summary', 'products'], { summary: ' ', products: [] })).toEqual(['summary', 'products']);
    expect(
      missing(
        [
          'custom.floor',
          'custom.basement',
          'custom.note',
          'custom.tags',
          'custom.deep.er',
          'custom.deep.est',
        ],
        { custom },
      ),
    ).toEqual(['custom.note', 'custom.tags', 'custom.deep.est']);
  });

  test('consent means given, and the scope is listed', () => {
    const consent = (given: boolean, scope: ('share' | 'mail')[]) => ({
      consent: { given, at: null, text: null, scope },
    });
    expect(missing(['consent', 'consent.share', 'consent.mail'], consent(true, ['share']))).toEqual([
      'consent.mail',
    ]);
    expect(missing(['consent', 'consent.share'], consent(false, ['share']))).toEqual([
      'consent',
      'consent.share',
    ]);
    expect(missing(['consent', 'consent.share'], { consent: null })).toEqual(['consent', 'consent.share']);
  });

  test('a path does not reach into prototypes', () => {
    const paths = [
      '__proto__',
      'constructor',
      'toString',
      'custom.__proto__',
      'custom.constructor.name',
      'prospect.hasOwnProperty',
      'products.constructor',
      'consent.constructor',
      'summary.length',
      '',
    ];
    expect(missing(paths)).toEqual(paths);
    expect(missing(['custom.__proto__'], { custom: JSON.parse('{"__proto__": "own"}') })).toEqual([]);
  });
});
