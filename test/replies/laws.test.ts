import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { understandReply } from '../../src/replies/understand-reply.ts';
import { visibleText } from '../../src/replies/visible-text.ts';
import { writtenMail } from './written-mail.ts';

const pieces = [
  'yes',
  'no',
  'won',
  'lost',
  'gewonnen',
  'verloren',
  'not',
  'nicht',
  '12.000',
  '12k',
  '€',
  'price',
  '\n',
  '\n\n',
  '> quoted',
  'On 16 Nov 2026, A <a@b.c> wrote:',
  '--',
  'rest',
  '2',
  ',',
  '24.11.',
  '10:00',
  'Von: x',
  'Sent: y',
  '?',
  'tomorrow',
  '##- x -##',
];
const body = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((words) => words.join(' ')),
);
const context = fc.constantFrom('offer' as const, 'lead' as const, 'digest' as const);
const options = (of: 'offer' | 'lead' | 'digest') => ({
  context: of,
  zone: 'Europe/Berlin',
  locale: 'de',
  currency: null,
  rows: 5,
});

describe('laws of understanding', () => {
  it('no body, subject or zone makes it throw', () => {
    fc.assert(
      fc.property(body, body, context, fc.string(), (text, subject, of, zone) => {
        const read = understandReply(writtenMail(text, { subject }), { ...options(of), zone, locale: zone });
        expect(['apply', 'ask', 'note', 'ignore']).toContain(read.decision);
      }),
      { numRuns: 500 },
    );
  });
  it('an automatic mail never applies anything, whatever it says', () => {
    const signs = fc.constantFrom(
      ['auto-submitted', 'auto-replied'] as const,
      ['precedence', 'bulk'] as const,
      ['x-autoreply', 'yes'] as const,
      ['return-path', '<>'] as const,
      ['list-id', '<x>'] as const,
      ['x-failed-recipients', 'a@b.c'] as const,
    );
    fc.assert(
      fc.property(body, signs, context, (text, sign, of) => {
        const read = understandReply(writtenMail(text, { headers: [sign] }), options(of));
        expect([read.decision, read.intents]).toEqual(['ignore', []]);
      }),
      { numRuns: 300 },
    );
  });
  it('only words that stand in the visible text are understood', () => {
    fc.assert(
      fc.property(body, context, (text, of) => {
        const read = understandReply(writtenMail(text), options(of));
        if (read.visible === '') expect(read.intents).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
  it('a quoted command is never applied', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('won 12k', 'YES', 'LOST price', 'ACCEPT'), { minLength: 1, maxLength: 5 }),
        context,
        (lines, of) => {
          const read = understandReply(writtenMail(lines.map((line) => `> ${line}`).join('\n')), options(of));
          expect(read.decision).not.toBe('apply');
        },
      ),
    );
  });
  it('amounts are decimals with two places, dates and times are well formed', () => {
    fc.assert(
      fc.property(body, context, (text, of) => {
        for (const intent of understandReply(writtenMail(text), options(of)).intents) {
          expect(intent.amount ?? '0.00').toMatch(/^\d+\.\d\d$/);
          expect(intent.date ?? '2026-01-01').toMatch(/^\d{4}-\d\d-\d\d$/);
          expect(intent.time ?? '00:00').toMatch(/^\d\d:\d\d$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('growth', () => {
  const seeds = [
    '\n',
    'On ',
    'On a a a ',
    ' ',
    '-',
    '> ',
    'won ',
    'not ',
    '1',
    '1.',
    '(',
    '<',
    '<a@b.c> ',
    'On 1 Jan wrote ',
    'From: ',
    '##-',
    'in 1 ',
    'sent from my ',
    'a.a@b',
    'é',
    'Am 1. ',
  ];
  it.each(seeds)('a mail of nothing but %j is read to its bound, and no further', (seed) => {
    // 32 KB are read at most; a pattern that backtracks over 320 KB would not end within the life of this test.
    const long = understandReply(
      writtenMail(seed.repeat(Math.ceil(320_000 / seed.length))),
      options('digest'),
    );
    expect(long.decision).not.toBe('apply');
  });
  it('the visible text of any body stays within its bounds', () => {
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.integer({ min: 1, max: 50_000 }), (seed, times) => {
        const { visible, elided } = visibleText(seed.repeat(times));
        expect(visible.length + elided.length).toBeLessThan(66_000);
        expect(visible.split('\n').length).toBeLessThanOrEqual(401);
      }),
      { numRuns: 60 },
    );
  });
});
