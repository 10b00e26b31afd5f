import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { factNames } from '../../src/lead/facts.ts';
import { criterionKinds, declineReasons, lostReasons } from '../../src/lead/programme.ts';
import { isVendorText } from '../../src/letters/vendor-texts.ts';
import { isForPartners, wordsFor } from '../../src/letters/words.ts';

const dir = new URL('../../templates/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, dir), 'utf8');
const locales = Object.fromEntries(
  readdirSync(new URL('locales/', dir)).map((file) => [
    file.replace('.json', ''),
    JSON.parse(read(`locales/${file}`)),
  ]),
);
const pluralForms = ['zero', 'one', 'two', 'few', 'many', 'other'];

const isPlural = (members: readonly [string, unknown][]): boolean =>
  members.length > 0 && members.every(([k]) => pluralForms.includes(k));
const placeholders = (text: string): string => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();

/**
 * Every text as `path -> placeholders`; the plural forms of one text count as one, since languages differ in them.
 * Its `other` form names them all; a special form may do without ("Offered to you alone").
 */
function texts(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, placeholders(node)]];
  const members = Object.entries(node as object);
  if (isPlural(members)) return [[path, placeholders(String(members.find(([k]) => k === 'other')?.[1]))]];
  return members.flatMap(([key, value]) => texts(value, path === '' ? key : `${path}.${key}`));
}
/** The texts with plural forms as `path -> forms`. */
function pluralTexts(node: unknown, path = ''): [string, Record<string, string>][] {
  if (typeof node === 'string') return [];
  const members = Object.entries(node as object);
  if (isPlural(members)) return [[path, node as Record<string, string>]];
  return members.flatMap(([key, value]) => pluralTexts(value, path === '' ? key : `${path}.${key}`));
}
/** `meta` describes a language and is its own. */
const table = (name: string): Record<string, string> =>
  Object.fromEntries(texts(locales[name]).filter(([path]) => !path.startsWith('meta.')));

/** What a language has to say: everything, or all that partners and prospects read. */
const owed = (name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(table('en')).filter(([path]) => !isForPartners(locales, name) || !isVendorText(path)),
  );

it('there are six languages, two of them for the vendor’s own people too', () => {
  expect(Object.keys(locales).sort()).toEqual(['de', 'en', 'es', 'fr', 'it', 'nl']);
  expect(Object.keys(locales).filter((name) => !isForPartners(locales, name))).toEqual(['de', 'en']);
});

it('a name of vendor’s texts names texts of English', () => {
  const vendors = Object.keys(table('en')).filter(isVendorText);
  expect(vendors.length).toBeGreaterThan(150);
  expect(vendors).toContain('escalation.next.recall');
  expect(vendors).not.toContain('pages.lead.events');
});

describe.each(Object.keys(locales))('the locale %s', (name) => {
  it('has the keys and placeholders of English it owes, no others, and no empty text', () => {
    expect(table(name)).toEqual(owed(name));
    expect(JSON.stringify(locales[name])).not.toMatch(/": ?"\s*"/);
  });

  it('has every plural form its language knows, and its own word for none where English has one', () => {
    const english = new Map(pluralTexts(locales.en));
    const needed = new Intl.PluralRules(name).resolvedOptions().pluralCategories;
    for (const [path, forms] of pluralTexts(locales[name])) {
      expect(Object.keys(forms), path).toEqual(expect.arrayContaining(needed));
      expect('zero' in forms, path).toBe('zero' in (english.get(path) ?? {}));
      for (const form of Object.values(forms))
        for (const mark of form.match(/\{\w+\}/g) ?? [])
          expect(placeholders(String(forms.other)), path).toContain(mark);
    }
  });

  it('has a word for every fact of the timeline, every reason and every criterion', () => {
    const words = wordsFor(locales, name);
    const keys = [
      ...factNames.map((fact) => `events.${fact}`),
      ...[...declineReasons, ...lostReasons].map((reason) => `reasons.${reason}`),
      ...criterionKinds.flatMap((kind) => [`why.${kind}`, `why.${kind}_plain`]),
    ];
    expect(keys.filter((key) => !words.has(key))).toEqual([]);
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
    expect(wordsFor(locales, 'de').tag).toBe('de-DE');
    for (const tag of ['de-AT', 'de-CH', 'de_LI', ' de-de '])
      expect(wordsFor(locales, tag).language).toBe('de');
    for (const tag of ['fr-CA', 'es_MX', 'it-CH', 'nl-BE'])
      expect(wordsFor(locales, tag).language).toBe(tag.slice(0, 2));
    expect(wordsFor(locales, 'fr-CA').tag).toBe('fr-CA');
    expect(wordsFor(locales, 'es').tag).toBe('es-ES');
    expect(wordsFor(locales, 'de-AT').tag).toBe('de-AT');
    expect(wordsFor(locales, 'pt-BR').language).toBe('en');
    expect(wordsFor(locales, '!').language).toBe('en');
  });

  it('of a reader whose language we lack are the vendor’s, with the vendor’s dates', () => {
    expect(wordsFor(locales, 'pt-BR, de-AT')).toMatchObject({ language: 'de', tag: 'de-AT' });
    expect(wordsFor(locales, 'de-CH, en-US')).toMatchObject({ language: 'de', tag: 'de-CH' });
    expect(wordsFor(locales, 'pt-BR, xx')).toMatchObject({ language: 'en', tag: 'en-GB' });
    expect(wordsFor(locales, ', de')).toMatchObject({ language: 'de', tag: 'de-DE' });
  });

  it('for the vendor’s own people are of a language that has all of them', () => {
    expect(wordsFor(locales, 'fr-CA, de-AT', {}, 'vendor')).toMatchObject({ language: 'de', tag: 'de-AT' });
    expect(wordsFor(locales, 'nl', {}, 'vendor')).toMatchObject({ language: 'en', tag: 'en-GB' });
    expect(wordsFor(locales, 'nl', {}, 'partner').language).toBe('nl');
    // Should one ever be asked for where a partner reads: English, no hole.
    expect(wordsFor(locales, 'nl').t('buttons.on-it')).toBe('I am on it');
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
