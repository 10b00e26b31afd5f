import { beforeAll, describe, expect, it } from 'vitest';
import { sampleLead, sampleLetter } from '../../src/cli/sample-letters.ts';
import { acts } from '../../src/letters/acts.ts';
import { formatsFor } from '../../src/letters/formats.ts';
import type { LetterView } from '../../src/letters/letter.ts';
import { letterKinds } from '../../src/letters/letter.ts';
import { messageCodes } from '../../src/letters/message-codes.ts';
import type { PageView } from '../../src/letters/page-view.ts';
import { preparePages } from '../../src/letters/pages.ts';
import type { RenderedLetter, Renderer } from '../../src/letters/render.ts';
import { isVendorText } from '../../src/letters/vendor-texts.ts';
import { wordsFor } from '../../src/letters/words.ts';
import { wantsToPass } from '../../src/replies/pass-on-words.ts';
import { wantsToRedeem } from '../../src/replies/redeem-words.ts';
import { understandReply } from '../../src/replies/understand-reply.ts';
import { readVendorIntent } from '../../src/replies/vendor-intent.ts';
import { vendorActs } from '../../src/replies/vendor-phrases.ts';
import { sharedLetters } from '../harness/run-dir.ts';
import { reply, writtenMail } from '../replies/written-mail.ts';
import { actionPage, everyPage, messagePage } from './page-samples.ts';
import { envelope, everyLetter, now } from './samples.ts';
import {
  foreignWord,
  germanLead,
  lettersAbout,
  locales,
  longLead,
  ownTexts,
  usualLead,
  visible,
  withGermanData,
} from './translated.ts';

const languages = Object.keys(locales);
const partnersOnly = ['es', 'fr', 'it', 'nl'];

let renderer: Renderer;
beforeAll(async () => {
  renderer = await sharedLetters();
}, 60_000);
const write = (view: LetterView, locale: string): RenderedLetter =>
  renderer.renderLetter(view, { ...envelope, vendorName: 'Acme Wärme', locale });
const letters = lettersAbout(germanLead);
const toPartners = letters.filter(([, view]) => view.reader.side === 'partner');

/** Words of English that are words of none of the others. */
const english =
  /(?<![\p{L}\d.@/-])(the|and|your|you|with|this|that|from|our|please|reply|answer|anything|accept|decline|days|hours|hour|been|lead page|reminder|undo|yes)(?![\p{L}\d@-])/iu;
const foreign = (text: string): string | undefined => foreignWord(text, english);

/** What kind of mail an answer with this subject is. */
const understood = (subject: string, locale: string): string =>
  understandReply(writtenMail('x', { subject }), {
    context: 'lead',
    zone: 'Europe/Berlin',
    locale,
    currency: null,
  }).class;

describe.each(partnersOnly)('the texts of %s', (name) => {
  const informal: Readonly<Record<string, RegExp>> = {
    fr: /(?<![\p{L}])(tu|toi|ton|ta|tes)(?![\p{L}])/iu,
    es: /(?<![\p{L}])(tú|tu|tus|ti|contigo)(?![\p{L}])/iu,
    it: /(?<![\p{L}])(tu|tuo|tua|tuoi|tue|te)(?![\p{L}])/iu,
    nl: /(?<![\p{L}])(je|jij|jou|jouw|jullie)(?![\p{L}])/iu,
  };

  it('hold no English and address the reader formally', () => {
    for (const [path, text] of ownTexts(name)) {
      expect(foreign(text.replace(/\{\w+\}/g, ' ')), path).toBeUndefined();
      expect(text, path).not.toMatch(informal[name] as RegExp);
    }
  });

  it('are translated, but for the few that are the same word', () => {
    const en = new Map(ownTexts('en'));
    const same =
      /^(NO|Warm|NOTE|note|CHANCE|OFFERTE|Product|Products|Producten|Code|Partner|Mails?|Leads?|LATER|in|n|Timing|Error|points?|pause|Date|E|mail|Total)$/;
    for (const [path, text] of ownTexts(name)) {
      const said = text.replace(/\{\w+\}/g, ' ').match(/\p{L}+/gu) ?? [];
      if (text === en.get(path))
        expect(
          said.filter((word) => !same.test(word)),
          path,
        ).toEqual([]);
    }
  });
});

describe.each(languages)('a letter in %s', (name) => {
  it('says what language it is, and holds no hole and no word of English', () => {
    for (const [of, view] of toPartners) {
      const { subject, preheader, html, text } = write(withGermanData(view), name);
      expect(html, of).toContain(`lang="${name}"`);
      expect(text, of).toContain(locales[name].meta.marker);
      for (const part of [subject, preheader, visible(html), text]) {
        if (name !== 'en') expect(foreign(part), of).toBeUndefined();
        expect(part, of).not.toMatch(/undefined|\{\w+\}|\.\.(?!\.)/);
      }
    }
  });

  it('has a subject whose answer is taken for a person’s, never for a machine’s', () => {
    for (const [of, view] of toPartners) {
      const subject = `Re: ${write(view, name).subject}`;
      expect(understood(subject, name), `${of}: ${subject}`).toBe('human');
    }
  });

  it('to the vendor’s own people is in a language that says all of it', () => {
    const language = partnersOnly.includes(name) ? 'en' : name;
    for (const [of, view] of letters.filter(([, v]) => v.reader.side === 'vendor'))
      expect(write(view, name).html, of).toContain(`lang="${language}"`);
  });

  it('of any kind holds no hole and ends no sentence twice', () => {
    for (const kind of letterKinds) {
      const { subject, preheader, html, text } = write(sampleLetter(kind, sampleLead(now), now), name);
      for (const part of [subject, preheader, visible(html), text])
        expect(part, kind).not.toMatch(/undefined|\{\w+\}|\.\.(?!\.)/);
      expect(subject.length, subject).toBeLessThanOrEqual(78);
    }
  });

  it('has a subject of at most 78 characters that ends with the reference, however long the names', () => {
    for (const of of [germanLead, longLead])
      for (const [, view] of lettersAbout(of)) {
        const { subject } = write(view, name);
        expect(subject.length, subject).toBeLessThanOrEqual(78);
        if (view.reference !== '') expect(subject).toMatch(/ \[L-[0-9A-Z]{6}\]$/);
      }
  });

  it('has no hole in the subject where product and city are merely long', () => {
    const subjects = Object.entries(everyLetter(usualLead)).map(([of, view]) => [
      of,
      write(view, name).subject,
    ]);
    // "Overdue: first contact with …" says more than fits for a long name.
    const whole = ['offer', 'accepted', 'reminder', 'taken', 'recalled', 'hand-over'];
    if (name !== 'en') whole.push('warning');
    for (const [of, subject] of subjects)
      if (whole.includes(of as string)) expect(subject).not.toContain('…');
  });

  it('has buttons that fit side by side on a phone', () => {
    const words = wordsFor(locales, name);
    for (const [of, view] of toPartners)
      for (const [i, row] of view.rows.entries())
        for (const { word, params } of row)
          expect(words.t(`buttons.${word}`, params).length, `${of}: ${word}`).toBeLessThanOrEqual(
            i > 0 && row.length === 2 ? 16 : 34,
          );
  });
});

describe('dates, times and money', () => {
  it('are the reader’s, the time by the clock first and the distance behind it', () => {
    const when = (locale: string, zone = 'Europe/Berlin'): string =>
      formatsFor(wordsFor(locales, locale), zone, now)
        .when('2026-11-16T15:00:00Z')
        .replace(/[\u00a0\u202f]/g, ' ');
    expect(languages.map((name) => when(name))).toEqual([
      'Mo., 16. Nov., 16:00 Uhr Berliner Zeit (in 3 Stunden)',
      'Mon 16 Nov, 16:00 Berlin time, in 3 hours',
      'lun 16 nov a las 16:00 (hora de Berlín), dentro de 3 horas',
      'lun. 16 nov. à 16:00 (heure de Berlin), dans 3 heures',
      'lun 16 nov, ore 16:00 (ora di Berlino), tra 3 ore',
      'ma 16 nov om 16:00 uur (tijd in Berlijn), over 3 uur',
    ]);
    expect(when('fr', 'Asia/Tokyo')).toContain('(heure locale, Tokyo)');
    expect(when('fr-CA', 'America/New_York')).toContain('(heure de New York)');
  });

  it('are before or after now even by seconds, however often and in whatever order they are asked', () => {
    const away = (seconds: number): string =>
      formatsFor(wordsFor(locales, 'en'), 'Europe/Berlin', now).relative(
        new Date(now.getTime() + seconds * 1000).toISOString(),
      );
    expect([10, -10, 10, 3600 * 3, -3600 * 3, 86_400 * 4].map(away)).toEqual([
      'in 0 minutes',
      '0 minutes ago',
      'in 0 minutes',
      'in 3 hours',
      '3 hours ago',
      'in 4 days',
    ]);
  });

  it('are written the way the region writes them', () => {
    const money = (locale: string): string =>
      formatsFor(wordsFor(locales, locale), 'Europe/Berlin', now)
        .money({ minor: 2_800_000, currency: 'EUR' })
        .replace(/[\u00a0\u202f]/g, ' ');
    expect(['fr', 'es', 'es-MX', 'it', 'nl', 'nl-BE'].map(money)).toEqual([
      '28 000 €',
      '28.000 €',
      'EUR 28,000',
      '28.000 €',
      '€ 28.000',
      '€ 28.000',
    ]);
  });
});

describe.each(partnersOnly)('a page in %s', (name) => {
  const { renderPage } = preparePages();
  const mail = { subject: 'Lead', html: '<html><head></head><body>Hallo</body></html>', text: 'Hallo' };
  const vendorPage = (of: string, { side }: PageView): boolean =>
    side === 'vendor' || of === 'page-sandbox' || of === 'page-move';
  const pages: [string, PageView][] = [
    ...Object.entries(everyPage(mail, germanLead)).filter(([of, view]) => !vendorPage(of, view)),
    ...acts
      .filter((act) => !isVendorText(`pages.act.${act}`))
      .map((act): [string, PageView] => [act, actionPage(act, {}, germanLead)]),
    ...messageCodes
      .filter((code) => !isVendorText(`pages.message.${code}`))
      .map((code): [string, PageView] => [code, messagePage(code, {}, germanLead)]),
  ];

  it('says what language it is and holds no word of English', () => {
    expect(pages.length).toBeGreaterThan(80);
    for (const [of, sample] of pages) {
      // What was revived from JSON has a string for a date.
      const html = renderPage({ ...withGermanData(sample), now, locale: name } as PageView);
      expect(html, of).toContain(`<html lang="${name}" dir="ltr">`);
      expect(foreign(visible(html)), of).toBeUndefined();
      expect(visible(html), of).not.toMatch(/\.\.(?!\.)/);
      expect(html, of).not.toMatch(/undefined|\{\{/);
    }
  });

  it('for the vendor’s own people is in a language that says all of it', () => {
    const shown = (side: 'vendor' | 'partner') =>
      renderPage({ ...actionPage('move', {}, germanLead), locale: `${name}, de`, side });
    expect(shown('vendor')).toContain('<html lang="de"');
    expect(shown('partner')).toContain(`<html lang="${name}"`);
    expect(
      renderPage({ ...actionPage('contacted', {}, germanLead), locale: name, side: 'vendor' }),
    ).toContain('lang="en"');
  });
});

describe.each(languages)('a reply word of %s', (name) => {
  const words = wordsFor(locales, name);
  const said = words.under('replies');
  const vendor: readonly string[] = vendorActs;
  const free = ['chance', 'pass-on', 'take-over', 'redeem'];
  // Whoever says "away" pauses; as the answer to the question it makes the absence.
  const verbs: Record<string, string> = { absence: 'pause' };

  it('is understood as the act of its button', () => {
    for (const act of said.filter((a) => !vendor.includes(a) && !free.includes(a))) {
      const context = act === 'accept' || act === 'decline' ? 'offer' : 'lead';
      const { intents, decision } = reply(`${words.t(`replies.${act}`)}\r\n`, { context, locale: name });
      expect([intents[0]?.verb, decision], act).toEqual([
        verbs[act] ?? act,
        act === 'note' ? 'note' : 'apply',
      ]);
    }
  });

  it('is understood at the vendor, where the language speaks to its people', () => {
    for (const act of said.filter((a) => vendor.includes(a)))
      expect(readVendorIntent(words.t(`replies.${act}`))?.act, act).toBe(act);
    expect(said.some((a) => vendor.includes(a))).toBe(!partnersOnly.includes(name));
  });

  it('never acts where there is no such verb yet', () => {
    for (const act of free)
      for (const context of ['offer', 'lead'] as const)
        expect(reply(words.t(`replies.${act}`), { context, locale: name }).decision, act).not.toBe('apply');
    expect(wantsToPass(words.t('replies.pass-on'))).toBe('pass-on');
    expect(wantsToPass(words.t('replies.take-over'))).toBe('take-over');
    expect(wantsToRedeem(`${words.t('replies.redeem')} Messestand`)).toBe('messestand');
  });

  it('comes back from every mailto twin of every letter as the act beside it', () => {
    let twins = 0;
    for (const [of, view] of letters) {
      const orders = new Set(view.rows.flat().map((b) => verbs[b.order.act] ?? (b.order.act as string)));
      for (const [, href = ''] of write(view, name).html.matchAll(/href="mailto:reply[^"?]*\?([^"]*)"/g)) {
        const body = new URLSearchParams(href.replaceAll('&amp;', '&')).get('body') ?? '';
        const context = orders.has('accept') ? 'offer' : 'lead';
        const { intents, decision } = reply(body, { context, locale: name });
        const act = view.reader.side === 'vendor' ? readVendorIntent(body)?.act : intents[0]?.verb;
        twins += 1;
        if (body.trim() === words.t('replies.chance')) continue;
        // Whom it goes to is chosen on a page: the wish is answered with its button.
        const passing = wantsToPass(body);
        if (passing && orders.has(passing)) continue;
        if (orders.has('redeem') && wantsToRedeem(body) === '') continue;
        expect([...orders, 'undo'], `${of}: ${body}`).toContain(act);
        if (view.reader.side === 'partner') expect(decision, `${of}: ${body}`).toBe('apply');
      }
    }
    expect(twins).toBeGreaterThan(30);
  });

  it('is understood as printed in the help and in the examples', () => {
    const of = (table: 'offer' | 'lead' | 'digest'): string[] =>
      words
        .under(`grammar.${table}`)
        .filter((row) => row !== 'other')
        .map((row) => words.t(`grammar.${table}.${row}.word`));
    const ofReport = [of('digest').join(', '), words.t('digest.by_number').replace(/^[^:]*: ?/, '')];
    for (const line of ofReport) {
      const { intents, decision } = reply(line, { context: 'digest', locale: name, rows: 4 });
      const read = intents.map(({ row, verb, amount, reason }) => [row, verb, amount ?? reason].join(' '));
      expect([decision, ...read]).toEqual([
        'apply',
        '2 won 14000.00',
        '3 lost price',
        '1 unchanged ',
        '4 unchanged ',
      ]);
    }
    const told = (lines: string[], context: 'offer' | 'lead') =>
      lines.map((line) => {
        const { intents, decision } = reply(line, { context, locale: name });
        const { verb, amount, date, time, reason } = intents[0] ?? {};
        return [verb, decision, amount ?? date ?? reason, time].filter(Boolean).join(' ');
      });
    expect(told(of('offer'), 'offer')).toEqual(['accept apply', 'decline apply too-far', 'help apply']);
    expect(told(of('lead'), 'lead')).toEqual([
      'contacted apply',
      'not-reached apply',
      'meeting apply 2026-11-24 10:00',
      'quoted apply 12000.00',
      'won apply 12000.00',
      'lost apply price',
      'snooze apply 2026-12-01',
      'return apply',
      'quality-complaint apply',
      'undo apply',
    ]);
    expect(told(words.t('accepted.example').split(' · '), 'lead')).toEqual([
      'meeting apply 2026-11-24 10:00',
      'quoted apply 12000.00',
      'won apply 28000.00',
      'lost apply price',
    ]);
  });

  it('of a reason is understood as that reason', () => {
    const reasonOf = (act: 'decline' | 'lost', reason: string, context: 'offer' | 'lead') => {
      const line = `${words.t(`replies.${act}`)}, ${words.t(`reasons.${reason}`)}`;
      const { intents, decision } = reply(line, { context, locale: name });
      return [intents[0]?.verb, intents[0]?.reason, decision];
    };
    for (const reason of [
      'too-far',
      'no-capacity',
      'wrong-product',
      'no-budget',
      'known-customer',
      'duplicate',
    ])
      expect(reasonOf('decline', reason, 'offer'), reason).toEqual(['decline', reason, 'apply']);
    for (const reason of ['price', 'competitor', 'timing', 'no-need', 'no-budget', 'unreachable'])
      expect(reasonOf('lost', reason, 'lead'), reason).toEqual(['lost', reason, 'apply']);
  });
});
