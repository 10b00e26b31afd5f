import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatsFor } from '../../src/letters/formats.ts';
import { wordsFor } from '../../src/letters/words.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const locales = Object.fromEntries(
  readdirSync(path.join(root, 'templates/locales')).map((file) => [
    file.replace('.json', ''),
    JSON.parse(read(`templates/locales/${file}`)),
  ]),
);

describe('the page on languages', () => {
  const page = read('docs/languages.md');
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));

  it('shows the answer words as the mails have them', () => {
    const head = rows.find((row) => row.includes('en') && row.includes('nl')) ?? [];
    const languages = head.filter((cell) => cell in locales);
    expect(languages.toSorted()).toEqual(Object.keys(locales).toSorted());
    const english = wordsFor(locales, 'en');
    const acts = english.under('replies');
    let told = 0;
    for (const row of rows) {
      const act = acts.find((a) => english.t(`replies.${a}`) === row[head.indexOf('en')]);
      if (act === undefined) continue;
      told += 1;
      for (const language of languages)
        expect(row[head.indexOf(language)], `${act} in ${language}`).toBe(
          wordsFor(locales, language).t(`replies.${act}`),
        );
    }
    expect(told).toBe(13);
  });

  it('shows times as the mails write them', () => {
    const now = new Date('2026-11-16T12:00:00Z');
    for (const language of Object.keys(locales)) {
      const formats = formatsFor(wordsFor(locales, language), 'Europe/Berlin', now);
      const when = formats.when('2026-11-16T15:00:00Z').replace(/[\u00a0\u202f]/g, ' ');
      expect(page).toContain(`| \`${language}\` | ${when} |`);
    }
  });
});
