import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { wordsFor } from '../../src/letters/words.ts';

const dir = new URL('../../templates/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, dir), 'utf8');
const locales = Object.fromEntries(
  readdirSync(new URL('locales/', dir)).map((file) => [
    file.replace('.json', ''),
    JSON.parse(read(`locales/${file}`)),
  ]),
);
const pluralForms = ['zero', 'one', 'two', 'few', 'many', 'other'];

/** Every text as `path -> placeholders`; the plural forms of one text count as one, since languages differ in them. */
function texts(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, [...new Set(node.match(/\{\w+\}/g) ?? [])].sort().join()]];
  const members = Object.entries(node as object);
  const plural = members.length > 0 && members.every(([k]) => pluralForms.includes(k));
  if (plural) return [[path, '']];
  return members.flatMap(([key, value]) => texts(value, path === '' ? key : `${path}.${key}`));
}
/** `meta` describes a language and is its own. */
const table = (name: string): Record<string, string> =>
  Object.fromEntries(texts(locales[name]).filter(([path]) => !path.startsWith('meta.')));

describe.each(Object.keys(locales))('the locale %s', (name) => {
  it('has the keys and placeholders of English, and no empty text', () => {
    expect(table(name)).toEqual(table('en'));
    expect(JSON.stringify(locales[name])).not.toMatch(/": ?""/);
  });
});

describe('templates', () => {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((f) =>
    /\.(mjml|hbs)$/.test(f),
  );

  it('name only texts that exist', () => {
    const words = wordsFor(locales, 'en');
    for (const file of files) {
      for (const [, key] of read(file).matchAll(/(?:\bt|\brich) "([\w.-]+)"/g))
        expect(words.has(key as string), `${file}: ${key}`).toBe(true);
    }
  });

  it('hold no words of their own', () => {
    for (const file of files) {
      const bare = read(file).replace(
        /<mj-style>[\s\S]*?<\/mj-style>|<script[\s\S]*?<\/script>|<!--[\s\S]*?-->|<[^>]*>|\{\{[\s\S]*?\}\}|&\w+;|&#\d+;/g,
        ' ',
      );
      expect(bare.match(/\p{L}{3,}/gu) ?? [], file).toEqual([]);
    }
  });
});

describe('words', () => {
  it('are those of the reader’s language, else of its parent, else English', () => {
    expect(wordsFor(locales, 'en-US').language).toBe('en');
    expect(wordsFor(locales, 'en-US').tag).toBe('en-US');
    expect(wordsFor(locales, 'xx').tag).toBe('en-GB');
    expect(wordsFor(locales, '!').language).toBe('en');
  });

  it('throw for a missing text or placeholder instead of mailing a hole', () => {
    const words = wordsFor(locales, 'en');
    expect(() => words.t('no.such.text')).toThrow(/no\.such\.text/);
    expect(() => words.t('accepted.call')).toThrow(/\{phone\}/);
    expect(() => words.t('constructor')).toThrow();
  });

  it('choose the plural by the language, zero by hand', () => {
    const words = wordsFor(locales, 'en');
    expect(words.t('offer.others', { count: 0 })).toBe('Offered to you alone.');
    expect(words.t('late', { count: 1 })).toBe('1 day');
    expect(words.t('late', { count: 2 })).toBe('2 days');
  });
});
