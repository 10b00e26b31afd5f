import { describe, expect, test } from 'vitest';
import { wantsToPass } from '../../src/replies/pass-on-words.ts';

describe('the wish that a lead changes hands', () => {
  test.each([
    'pass on to Bob',
    'PASS ON',
    'Please forward it to Bob',
    'weiterleiten an Bob',
    'WEITERGEBEN',
    'Bitte weitergeben an Herrn Kurz',
    'Ich leite das an Bob weiter',
    'I want to pass this on to my colleague',
  ])('"%s" is heard', (words) => {
    expect(wantsToPass(words)).toBe('pass-on');
  });

  test.each(['TAKE OVER', 'ÜBERNAHME', 'Ich übernehme', "I'll take over"])(
    '"%s" is a taking over',
    (words) => {
      expect(wantsToPass(words)).toBe('take-over');
    },
  );

  test.each([
    'please do not forward this',
    'Bitte nicht weiterleiten',
    'called him, will forward the offer',
    'won 12k',
    '',
  ])('"%s" is not', (words) => {
    expect(wantsToPass(words)).toBeUndefined();
  });
});
