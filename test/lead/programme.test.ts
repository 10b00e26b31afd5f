import { describe, expect, test } from 'vitest';
import {
  codedReason,
  defaultProgramme,
  type Programme,
  stageFor,
  waveLimit,
  waveSize,
} from '../../src/lead/programme.ts';

const withPipeline = (...steps: [string, Programme['pipeline'][number]['phase']][]): Programme => ({
  ...defaultProgramme,
  pipeline: steps.map(([stage, phase]) => ({ stage, phase })),
});

describe('the stage a verb reaches', () => {
  const short = withPipeline(
    ['new', 'claimed'],
    ['called', 'contacted'],
    ['visited', 'contacted'],
    ['order', 'won'],
  );

  test('is the one it names', () => {
    expect(stageFor(defaultProgramme, 'meeting', 'contacted')).toEqual({
      stage: 'meeting',
      phase: 'contacted',
    });
    expect(stageFor(short, 'visited', 'contacted')).toEqual({ stage: 'visited', phase: 'contacted' });
  });
  test('else the first of its phase', () =>
    expect(stageFor(short, 'meeting', 'contacted')).toEqual({ stage: 'called', phase: 'contacted' }));
  test('else that of the nearest earlier phase', () =>
    expect(stageFor(short, 'proposal', 'proposal')).toEqual({ stage: 'called', phase: 'contacted' }));
  test('but the end is the end, never an earlier phase', () => {
    expect(stageFor(short, 'won', 'won')).toEqual({ stage: 'order', phase: 'won' });
    expect(stageFor(short, 'lost', 'lost')).toEqual({ stage: 'lost', phase: 'lost' });
  });
  test('and a pipeline without stages has the phases for stages', () =>
    expect(stageFor(withPipeline(), 'meeting', 'contacted')).toEqual({
      stage: 'contacted',
      phase: 'contacted',
    }));
  test('and nothing else a document says about it', () => {
    const wordy = {
      ...defaultProgramme,
      pipeline: [{ stage: 'won', phase: 'won' as const, state: 'recalled' }],
    };
    expect(stageFor(wordy, 'won', 'won')).toEqual({ stage: 'won', phase: 'won' });
  });
});

test('waves are as wide and as many as the mode of distribution has it', () => {
  const rules = (mode: Programme['distribution']['mode']) => ({
    ...defaultProgramme.distribution,
    mode,
    size: 4,
    waves: 2,
  });
  expect(
    (['group', 'sequence', 'pool', 'direct'] as const).map((m) => [waveSize(rules(m)), waveLimit(rules(m))]),
  ).toEqual([
    [4, 2],
    [1, 2],
    [Number.POSITIVE_INFINITY, 1],
    [1, 1],
  ]);
});

describe('a reason', () => {
  const programme = { reasons: { decline: ['on-strike'], lost: [] } };
  const coded = (reason: string | null, words: string | null = null) =>
    codedReason(programme, { reason, words });

  test('of the programme or of the shipped lists is a code', () => {
    expect([coded('on-strike'), coded('price'), coded('too-far', 'far!'), coded(null)]).toEqual([
      { reason: 'on-strike', words: null },
      { reason: 'price', words: null },
      { reason: 'too-far', words: 'far!' },
      { reason: null, words: null },
    ]);
  });
  test('of anybody’s own making is free text', () => {
    expect([coded('Frau Weber'), coded('Frau Weber', 'said so'), coded('  ', 'hm')]).toEqual([
      { reason: 'other', words: 'Frau Weber' },
      { reason: 'other', words: 'Frau Weber\nsaid so' },
      { reason: null, words: 'hm' },
    ]);
  });
});
