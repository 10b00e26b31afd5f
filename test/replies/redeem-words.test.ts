import { expect, test } from 'vitest';
import { wantsToRedeem } from '../../src/replies/redeem-words.ts';

test.each([
  ['REDEEM mug', 'mug'],
  ['Please redeem our points for a training day', 'training day'],
  ['I would like to redeem 40 points: Training day', '40 training day'],
  ['Messestand einlösen', 'messestand'],
  ['Bitte einlösen: Messestand\n\nViele Grüße', 'messestand'],
  ['\n\nEinlösen', ''],
  ['redeem', ''],
])('%j names %j', (said, named) => {
  expect(wantsToRedeem(said)).toBe(named);
});

test.each([
  'What can I redeem?',
  'Do not redeem the mug',
  'Wir möchten nichts einlösen, kein Bedarf',
  'He wants us to redeem ourselves with a quote by Friday',
  'won 12k',
  'called her, meeting Tuesday',
  '',
])('%j names nothing', (said) => {
  expect(wantsToRedeem(said)).toBeUndefined();
});
