import { describe, expect, it } from 'vitest';
import { reply } from './written-mail.ts';

/** context | what was written | words that must all stand in the summary of what was understood */
const sentences = String.raw`
offer | YES | accept apply
offer | yes please! | accept apply
offer | Ja, nehme ich | accept apply
offer | OK | accept apply
offer | ok, wir nehmen den Lead | accept apply
offer | Sehr gerne! | accept apply
offer | Yes, I will call them tomorrow | accept apply
offer | Ja gerne, aber erst ab nächster Woche | accept ask
offer | NO | decline apply
offer | No, too far for us | decline apply too-far
offer | Nein, keine Kapazität | decline apply no-capacity
offer | Nein danke, das ist uns zu weit | decline apply too-far
offer | I can't accept this lead | decline apply
offer | not interested | decline apply
offer | Leider können wir den Lead nicht annehmen | decline apply
offer | Sorry, we're fully booked until March | decline apply no-capacity
offer | too far? | note
offer | What is the budget? | note
offer | yes? | ask
offer | Wrong product for us | decline apply wrong-product
offer | Nein, Bestandskunde | decline apply known-customer
offer | no budget | decline
offer | Ja, aber wie groß ist das Haus? | ask
offer | We accept. | accept apply
offer | oui | accept apply
offer | Sí | accept apply
offer | not mine | quality-complaint apply
offer | HELP | help apply
offer | ? | help apply
offer | Pause 2 weeks | pause apply 2026-11-30
offer | Urlaub bis 1.12. | pause apply 2026-12-01
offer | STOP | pause apply
offer | undo | undo apply
offer | pass | decline apply
offer | Nein, wir sind im Urlaub bis 1.12. | decline
offer | bitte zurücknehmen, keine Kapazität | decline apply no-capacity
offer | zurücknehmen | undo apply
lead | bitte zurücknehmen, keine Kapazität | return apply no-capacity
lead | Bitte nehmen Sie den Lead zurück, wir haben keine Kapazität. | return apply no-capacity
lead | Bitte zurücknehmen, zu weit weg für uns | return apply too-far
lead | bitte zurücknehmen | undo apply
lead | zurücknehmen, war ein Versehen | undo apply
lead | zurücknehmen, wir haben doch Kapazität | undo apply
lead | no | ask
lead | nein | ask
lead | yes | ask
lead | Called | contacted apply
lead | Yes, reached him this morning | contacted apply
lead | Ja, erreicht | contacted apply
lead | snooze until Dec 5 | snooze apply 2026-12-05
lead | snooze until March | snooze apply 2027-03-01
lead | not reached | not-reached apply
lead | No, not reached | not-reached apply
lead | nicht erreicht, versuche es morgen wieder | not-reached apply 2026-11-17
lead | Konnte ihn leider nicht erreichen | not-reached apply
lead | Couldn't reach her yet | not-reached apply
lead | MEETING 24.11. 10:00 | meeting apply 2026-11-24 10:00
lead | Termin am 24.11. um 10 Uhr | meeting apply 2026-11-24 10:00
lead | Der Termin ist am Dienstag, 24.11. um 14:30 | meeting apply 2026-11-24 14:30
lead | meeting tomorrow 2pm | meeting apply 2026-11-17 14:00
lead | Called them, meeting on 24.11. 10:00 | meeting apply
lead | QUOTE 12000 | quoted apply 12000.00
lead | Angebot über 12.000 € ist raus | quoted apply 12000.00 EUR
lead | Angebot 12.500,50 EUR verschickt | quoted apply 12500.50 EUR
lead | Quote sent, 12k | quoted apply 12000.00
lead | WON 12000 | won apply 12000.00
lead | called, no answer | not-reached apply
lead | Termin abgesagt | meeting ask
lead | Angebot folgt morgen | quoted ask
lead | Der Kunde hat den Auftrag erteilt | won apply
lead | won 12.000 € | won apply 12000.00 EUR
lead | won 1.500 | won ask
lead | won 1,500 | won apply 1500.00
lead | won 12,5k | won apply 12500.00
lead | gewonnen 12k | won apply 12000.00
lead | gewonnen 1.500 | won apply 1500.00
lead | Gewonnen! 14 tsd € | won apply 14000.00 EUR
lead | order 12,000 EUR | won apply 12000.00 EUR
lead | Auftrag erhalten: CHF 12'000.- | won apply 12000.00 CHF
lead | We won the deal for $28,000 | won apply 28000.00 USD
lead | Good news! The customer signed the contract yesterday for 28.000,00 EUR | won apply 28000.00
lead | Der Kunde hat gestern unterschrieben, 28 TEUR | won apply 28000.00
lead | Wir haben den Auftrag bekommen | won apply
lead | Wir haben den Auftrag nicht bekommen | lost apply
lead | won? | ask
lead | LOST price | lost apply price
lead | verloren Preis | lost apply price
lead | Lost, no budget | lost apply no-budget
lead | verloren, kein Interesse | lost apply no-need
lead | Leider verloren an Mitbewerber | lost apply competitor
lead | They went with a competitor | lost apply competitor
lead | Der Kunde hat sich für einen Mitbewerber entschieden | lost apply competitor
lead | Customer chose another supplier because of price | lost apply
lead | Kunde hat kein Interesse mehr | lost apply no-need
lead | too expensive | ask
lead | LATER 1.12. | snooze apply 2026-12-01
lead | in 2 weeks | snooze apply 2026-11-30
lead | später | snooze apply
lead | remind me next week | snooze apply 2026-11-23
lead | Bitte erinnern Sie mich am 3. Dezember | snooze apply 2026-12-03
lead | RETURN | return apply
lead | give it back | return apply
lead | Wir möchten den Lead zurückgeben, keine Kapazität | return apply no-capacity
lead | WRONG | quality-complaint apply
lead | falsche Nummer | quality-complaint apply
lead | unchanged | unchanged apply
lead | nothing new | unchanged apply
lead | Nichts Neues | unchanged apply
lead | UNDO | undo apply
lead | I will call him tomorrow | note
lead | werde ihn morgen anrufen | note
lead | Thanks for the lead | note
lead | won 12.12 | ask
lead | won 12k instead of 14k | ask
lead | won 0 | ask
lead | Won and lost | ask
lead | Habe mit Herrn Maier gesprochen, er überlegt noch | contacted apply
lead | Spoke to Mrs Jones, sending a quote next week | contacted
lead | Gewonnen, Auftragswert 28.000,- EUR netto | won apply 28000.00 EUR
lead | won 28 000 € | won apply 28000.00
lead | WON 28000 EUR, installation in spring | won apply 28000.00
lead | The order was placed on Friday, EUR 14,500.00 | won apply 14500.00
lead | perdu, trop cher | lost apply price
lead | ganado 12.000 € | won apply 12000.00
lead | vinto 12.000 € | won apply 12000.00
lead | devis envoyé 8 500 € | quoted apply 8500.00
lead | Guten Morgen | note
lead | Hallo Frau Weber,\n\ngewonnen 12k\n\nViele Grüße\nMax | won apply 12000.00
lead | Hi team\nmeeting fixed for tomorrow at 3pm | meeting apply 2026-11-17 15:00
lead | Leider hat sich der Kunde nach langer Überlegung für einen\nMitbewerber entschieden. | lost apply competitor
`
  .trim()
  .split('\n')
  .map((row) => row.split(' | '));

function summary(text: string, context: 'offer' | 'lead', locale: string): string {
  const { intents, decision } = reply(text, { context, locale });
  return intents
    .map((intent) =>
      [intent.verb, intent.amount, intent.currency, intent.date, intent.time, intent.reason]
        .filter(Boolean)
        .join(' '),
    )
    .concat(decision)
    .join(' ');
}

describe('a sentence means what its writer meant', () => {
  it.each(sentences)('on an own %s, "%s" is %s', (context = '', text = '', wanted = '') => {
    const found = summary(text.replaceAll('\\n', '\n'), context as 'offer' | 'lead', 'en').split(' ');
    for (const word of wanted.split(' ')) expect(found).toContain(word);
  });
});

describe('nothing becomes accept, won or lost by guess', () => {
  const doubtful =
    `won't work|We hope to win this one|not won yet|noch nicht gewonnen|fast gewonnen|almost won|won?|the customer won a prize|Lost the contract papers, please resend
not lost|lost or won?|They did not sign|They have not ordered yet|Kunde hat nicht unterschrieben|If the customer signs we won 12k|The competitor won|Der Mitbewerber hat den Auftrag bekommen
They got the deal from someone else|We haven't lost it|nicht annehmen|I don't want to accept|Would accept if closer|würden wir annehmen|yes and no|Ja oder nein?|No problem, we take it|Wenn der Preis stimmt, ja
Vielleicht gewonnen|We might win|Auftrag könnte erteilt werden|The neighbour got the order|We lost the phone number|I would say yes but my boss decides|won 12k or lost, not sure
They cancelled the meeting|Der Kunde hat den Termin abgesagt|In spring we won a similar order|deal is not closed|Customer ordered from a competitor|Nehmen wir nicht|We lost touch with the customer|won tomorrow, I hope`.split(
      /[|\n]/,
    );
  it.each(doubtful)('"%s" is never applied as an ending', (text) => {
    for (const context of ['offer', 'lead', 'digest'] as const) {
      const { intents, decision } = reply(text, { context, rows: 1 });
      const ends = intents.some(({ verb }) => ['accept', 'won', 'lost'].includes(verb));
      expect(decision === 'apply' && ends, JSON.stringify(intents)).toBe(false);
    }
  });
  it('asks where a later line ends the lead the other way', () => {
    expect(reply('won 12k\n\nlost, price').decision).toBe('ask');
  });
});

describe('amounts are read by the language of the mail', () => {
  it.each([
    ['Wir haben den Auftrag gewonnen, 1.500', 'en', '1500.00'],
    ['Wir haben den Auftrag gewonnen, 1,500', 'en', null],
    ['We have won the order for 1,500', 'de', '1500.00'],
    ['We have won the order for 1.500', 'de', null],
    ['won 12.000', 'de', '12000.00'],
    // Money has no three places, whatever the language.
    ['Wir haben den Auftrag gewonnen, 12,500 EUR', 'de', '12500.00'],
    ['Wir haben den Auftrag gewonnen, € 1,250', 'de', '1250.00'],
    ['We have won the order for 1.500 €', 'en', '1500.00'],
    ['Wir haben den Auftrag gewonnen, 1,250 Mio EUR', 'de', null],
    ['gewonnen 12,500 EUR\n\nDie Montage kostet davon 2.300,50 EUR.', 'de', null],
    ['gewonnen 0,500 EUR', 'de', '0.50'],
    ["gewonnen CHF 12'000.-", 'de', '12000.00'],
    ['won 0,5 Mio €', 'de', '500000.00'],
    ['gewonnen 12.500,5', 'de', '12500.50'],
  ])('"%s" of a %s reader is %s', (text, locale, amount) => {
    const { intents, decision } = reply(text, { locale });
    expect([intents[0]?.amount, decision]).toEqual([amount, amount === null ? 'ask' : 'apply']);
  });
});

describe('dates count from the mail', () => {
  it.each([
    ['later tomorrow', '2026-11-17'],
    ['später, übermorgen', '2026-11-18'],
    ['later KW 48', '2026-11-23'],
    ['später Ende November', '2026-11-30'],
    ['later next month', '2026-12-01'],
    ['LATER 2027-01-15', '2027-01-15'],
    ['meeting Friday 9am', '2026-11-20'],
    ['Termin am 3.1.', '2027-01-03'],
    ['called on 12.11.', '2026-11-12'],
    ['pause 10 days', '2026-11-26'],
    ['Betriebsferien vom 21.12. bis 6.1.', '2027-01-06'],
  ])('"%s" means %s', (text, date) => {
    expect(reply(text).intents[0]?.date).toBe(date);
  });
  it('asks where day and month may be swapped and nobody knows the habit', () => {
    expect(reply('later 1/12', { zone: 'UTC' }).decision).toBe('ask');
    expect(reply('later 1/12', { locale: 'en-US' }).intents[0]?.date).toBe('2027-01-12');
    expect(reply('later 1/12', { locale: 'en-GB' }).intents[0]?.date).toBe('2026-12-01');
  });
});

describe('a digest is answered by rows', () => {
  const rows = (text: string, count?: number) => {
    const { intents, decision } = reply(text, { context: 'digest', ...(count ? { rows: count } : {}) });
    return [intents.map(({ row, verb }) => `${row} ${verb}`).join(', '), decision];
  };
  it('reads clauses, lines, lists and ranges of rows', () => {
    expect(rows('2 won 14k, 3 lost price, rest unchanged', 4)).toEqual([
      '2 won, 3 lost, 1 unchanged, 4 unchanged',
      'apply',
    ]);
    expect(rows('1 called\n2 lost price\n3 meeting 24.11. 10:00', 3)).toEqual([
      '1 contacted, 2 lost, 3 meeting',
      'apply',
    ]);
    expect(rows('2, 3 unchanged and 1 won 12.000 €', 3)).toEqual([
      '2 unchanged, 3 unchanged, 1 won',
      'apply',
    ]);
    expect(rows('#1 won 1,500; 3-4 no change', 4)).toEqual(['1 won, 3 unchanged, 4 unchanged', 'apply']);
    expect(rows('rest unchanged')).toEqual(['null unchanged', 'apply']);
  });
  it('never ends all leads at once, nor rows that do not exist, nor a row named twice', () => {
    expect(rows('all won', 3)[1]).toBe('ask');
    expect(rows('won 12k', 3)[1]).toBe('ask');
    expect(rows('7 won 12k', 4)[1]).toBe('ask');
    expect(rows('2 won 12k, 2 lost price', 4)[1]).toBe('ask');
  });
});
