import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVendorIntent } from '../../src/replies/vendor-intent.ts';
import { vendorActs, vendorPhrases } from '../../src/replies/vendor-phrases.ts';

/** what was written, "/" for a new line | the act, or ask */
const sentences = `
MOVE | move
Move it to the next partner, please | move
Hi Leadpost,//please move the lead, thank you! | move
*MOVE* | move
[L-4F7K2Q] MOVE | move
MOVE. Alice is ill. | move
VERSCHIEBEN | move
Bitte weitergeben | move
An den nächsten Partner | move
EXTEND | extend
Ok, extend by one day please. | extend
more time | extend
VERLÄNGERN | extend
Verlaengern bitte! | extend
Ja, bitte verlängern | extend
Einen Tag mehr | extend
EXTEND/Carla Weiss/+49 30 5550 100 | extend
ON IT | on-it
I’m on it! | on-it
on-it | on-it
On it, calling Alice at 10:00 | on-it
ICH KÜMMERE MICH | on-it
Ich kuemmere mich darum, danke | on-it
Bin dran | on-it
QUALIFIED | qualify
Qualifiziert, danke | qualify
NEEDS MORE | needs-more
Needs more: phone number | needs-more
MEHR INFOS | needs-more
Brauche mehr Informationen: Telefon | needs-more
DISQUALIFY | disqualify
Not a lead. | disqualify
Das ist kein Lead | disqualify
KEIN LEAD, kein Budget | disqualify
Disqualify - student project | disqualify
nicht qualifiziert | disqualify
NURTURE | nurture
Später bitte | nurture
Later: they build in two years | nurture
DUPLICATE | duplicate
Duplicate of L-4F7K2Q | duplicate
Das ist eine Dublette | duplicate
Don't move it | ask
Do not extend | ask
Nicht verschieben | ask
Bitte nicht weitergeben | ask
Bitte noch nicht verlängern | ask
MOVE nicht | ask
never on it | ask
MOVE? | ask
MOVE or EXTEND | ask
MOVE, EXTEND | ask
MOVE/no, wait | ask
MOVE//EXTEND | ask
MOVE/Doch nicht | ask
MOVE/Don't move it | ask
MOVE to Becker | ask
MOVE/to Becker please | ask
Qualified: send to Becker | ask
QUALIFIED, but call them first | ask
EXTEND until Friday | ask
EXTEND/bis Freitag | ask
EXTEND, 3 days | ask
Alice is on it | ask
They are on it | ask
I would move it | ask
Würde verschieben | ask
Maybe later | ask
Disqualify, no wait | ask
NO | ask
Nein | ask
Kein | ask
Not now | ask
No, move it | ask
Lead | ask
it | ask
on | ask
Take care/Carla | ask
I moved house | ask
YES | ask
WON 12000 | ask
I spoke to Alice.//MOVE | ask
`
  .trim()
  .split('\n')
  .map((line) => line.split(' | ') as [string, string]);

describe('what the vendor’s people write', () => {
  it.each(sentences)('%s: %s', (written, act) => {
    expect(readVendorIntent(written.replaceAll('/', '\n'))?.act ?? 'ask').toBe(act);
  });

  it('the words are the line that says it', () => {
    expect(readVendorIntent('Hi,\n\n Extend it please! \nCarla')).toEqual({
      act: 'extend',
      words: 'Extend it please!',
    });
  });

  it('every prefilled reply of a button is understood as that button', () => {
    const { replies } = JSON.parse(readFileSync('templates/locales/en.json', 'utf8'));
    for (const act of vendorActs)
      expect([act, readVendorIntent(`${replies[act]}\r\n`)?.act]).toEqual([act, act]);
  });

  it('every phrase is understood, in any case, and no phrase stands for two acts', () => {
    for (const act of vendorActs) {
      for (const phrase of vendorPhrases[act]) {
        expect([phrase, readVendorIntent(phrase.toUpperCase())?.act]).toEqual([phrase, act]);
        expect([phrase, readVendorIntent(`Please do not ${phrase}`)]).toEqual([phrase, null]);
        expect([phrase, readVendorIntent(`${phrase}?`)]).toEqual([phrase, null]);
      }
    }
  });

  it('nothing makes it throw, and only words of the mail are handed on', () => {
    const pieces = [
      'move',
      'on it',
      'no',
      'kein',
      'lead',
      'später',
      ',',
      '.',
      '\n',
      '?',
      'Hi',
      '12',
      'L-4F7K2Q',
      'ﬁ',
    ];
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, (written) => {
        const read = readVendorIntent(written);
        if (read) expect(written).toContain(read.words);
      }),
      { numRuns: 500 },
    );
  });

  it('a very long mail is read no further than its bounds', () => {
    for (const long of [
      'move '.repeat(40_000),
      'hi\n'.repeat(60_000),
      'no lead '.repeat(30_000),
      '('.repeat(200_000),
    ]) {
      // A pattern that backtracks would not end within the life of this test.
      expect(readVendorIntent(long)).toBeNull();
    }
  });
});
