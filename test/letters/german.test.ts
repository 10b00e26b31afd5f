import { beforeAll, describe, expect, it } from 'vitest';
import { acts } from '../../src/letters/acts.ts';
import { formatsFor } from '../../src/letters/formats.ts';
import type { LetterView } from '../../src/letters/letter.ts';
import { messageCodes } from '../../src/letters/message-codes.ts';
import type { PageView } from '../../src/letters/page-view.ts';
import { preparePages } from '../../src/letters/pages.ts';
import type { RenderedLetter, Renderer } from '../../src/letters/render.ts';
import { wordsFor } from '../../src/letters/words.ts';
import { sharedLetters } from '../harness/run-dir.ts';
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

const words = wordsFor(locales, 'de');

let renderer: Renderer;
beforeAll(async () => {
  renderer = await sharedLetters();
}, 60_000);
const write = (view: LetterView, locale = 'de'): RenderedLetter =>
  renderer.renderLetter(view, { ...envelope, vendorName: 'Acme Wärme', locale });
const letters = lettersAbout(germanLead);
const english =
  /(?<![\p{L}\d.@/-])(the|and|your|you|with|this|that|from|our|please|reply|answer|anything|accept|decline|day|days|hour|hours|time|by|of|to|it|is|are|has|have|been|lead page|reminder|deadline|undo|yes|no)(?![\p{L}\d@-])/iu;
const foreign = (text: string): string | undefined => foreignWord(text, english);
const own = (name: string): Map<string, string> => new Map(ownTexts(name));

describe('German words', () => {
  it('hold no English and address the reader with Sie', () => {
    for (const [path, text] of own('de')) {
      expect(foreign(text.replace(/\{\w+\}/g, ' ')), path).toBeUndefined();
      expect(text, path).not.toMatch(/\b(du|dein\w*|dir|dich|euch|euer)\b/i);
    }
  });

  it('are translated, but for the few that are the same word', () => {
    const en = own('en');
    const both = /^(Warm|CHANCE|Partner|Name|Mails|Leads?|in|n)$/;
    for (const [path, text] of own('de')) {
      const said = text.replace(/\{\w+\}/g, ' ').match(/\p{L}+/gu) ?? [];
      if (text === en.get(path))
        expect(
          said.filter((word) => !both.test(word)),
          path,
        ).toEqual([]);
    }
  });

  it('end no sentence twice: a date that ends it brings its own full stop', () => {
    for (const name of ['pages.message', 'noted', 'receipt'])
      for (const [path, text] of own('de'))
        if (path.startsWith(name)) expect(text, path).not.toMatch(/\{(date|sentence)\}\**\./);
  });
});

describe('a German letter', () => {
  it('says it is German and holds no English word', () => {
    for (const [name, view] of letters) {
      const { subject, preheader, html, text } = write(withGermanData(view));
      expect(html, name).toContain('lang="de"');
      expect(text, name).toContain('##- Bitte antworten Sie oberhalb dieser Zeile -##');
      for (const part of [subject, preheader, visible(html), text]) {
        expect(foreign(part), name).toBeUndefined();
        expect(part, name).not.toMatch(/undefined|\{\w+\}|\.\.(?!\.)/);
      }
    }
  });

  it('writes dates, times and money as Germans do', () => {
    const { subject, text, html } = write(everyLetter(germanLead).offer as LetterView);
    expect(subject).toBe('Heißer Lead: Wärmepumpe in Ulm, ca. 28.000 €, Antwort bis 16:00 [L-4F7K2Q]');
    expect(text).toContain('Antwort bis Mo., 16.\u00a0Nov., 16:00\u00a0Uhr Berliner Zeit (in 3 Stunden)');
    expect(text).toContain('Wert: 28.000\u00a0EUR');
    expect(html).toContain('89073 Ulm, Deutschland');
    const austria = formatsFor(wordsFor(locales, 'de-AT'), 'Europe/Vienna', now);
    expect(austria.zoned('2027-01-06T09:00:00Z')).toBe('Mi., 6.\u00a0Jän., 10:00\u00a0Uhr Wiener Zeit');
    expect(formatsFor(words, 'Asia/Tokyo', now).zoned('2026-11-16T12:00:00Z')).toMatch(/Ortszeit Tokyo$/);
  });

  it('has a subject of at most 78 characters that ends with the reference, however long the names', () => {
    for (const view of Object.values(everyLetter(longLead))) {
      const { subject } = write(view);
      expect(subject.length, subject).toBeLessThanOrEqual(78);
      if (view.reference !== '') expect(subject).toMatch(/ \[L-[0-9A-Z]{6}\]$/);
      expect(write(view, 'de-AT').subject.length).toBeLessThanOrEqual(78);
    }
  });

  it('has no hole in the subject where product and city are merely German', () => {
    const subjects = Object.fromEntries(
      Object.entries(everyLetter(usualLead)).map(([name, view]) => [name, write(view).subject]),
    );
    for (const name of ['offer', 'accepted', 'reminder', 'warning', 'taken', 'unplaced', 'qualify'])
      expect(subjects[name]).not.toContain('…');
    expect(subjects.offer).toBe('Warmer Lead: Photovoltaikanlage in Mönchengladbach, bis 16:00 [L-4F7K2Q]');
    expect(subjects.accepted).toBe('Ihr Lead: Katharina Obermüller, Photovoltaikanlage [L-4F7K2Q]');
  });
});

describe('a German page', () => {
  const { renderPage } = preparePages();
  const mail = {
    subject: 'Heißer Lead',
    html: '<html><head></head><body>Hallo</body></html>',
    text: 'Hallo',
  };
  const pages: [string, PageView][] = [
    ...Object.entries(everyPage(mail, germanLead)),
    ...acts.map((act): [string, PageView] => [act, actionPage(act, {}, germanLead)]),
    ...messageCodes.map((code): [string, PageView] => [code, messagePage(code, {}, germanLead)]),
  ];

  it('says it is German and holds no English word', () => {
    for (const [name, sample] of pages) {
      // What was revived from JSON has a string for a date.
      const view = { ...withGermanData(sample), now, locale: 'de' } as PageView;
      const shown =
        view.kind === 'sandbox' ? { ...view, notice: 'applied', messages: view.messages.slice(0, 1) } : view;
      const html = renderPage(shown);
      expect(html, name).toContain('<html lang="de" dir="ltr">');
      expect(foreign(visible(html)), name).toBeUndefined();
      expect(html, name).not.toMatch(/undefined|\{\{/);
    }
  });

  it('shows the amount the way it is typed', () => {
    const won = (minor: number, locale: string): string =>
      renderPage({ ...actionPage('won', {}, { ...germanLead, value: { minor, currency: 'EUR' } }), locale });
    expect(won(2_800_000, 'de')).toContain('value="28000"');
    expect(won(2_800_050, 'de')).toContain('value="28000,50"');
    expect(won(2_800_050, 'en')).toContain('value="28000.50"');
  });

  it('says in German what the sandbox did', () => {
    const view = everyPage(mail, germanLead)['page-sandbox'] as Extract<PageView, { kind: 'sandbox' }>;
    const html = renderPage({
      ...view,
      locale: 'de',
      notice: 'lead L-4F7K2Q',
      links: [{ label: 'everybody', url: '/sandbox' }],
    });
    expect(html).toContain('Lead L-4F7K2Q ist eingegangen.');
    expect(html).toContain('>Alle</a>');
    expect(renderPage({ ...view, locale: 'de', notice: 'Alles neu' })).toContain('Alles neu');
  });
});
