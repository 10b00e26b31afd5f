import { pluralForm } from './intl.ts';
import { memory } from './memory.ts';
import { isVendorText } from './vendor-texts.ts';

export type Params = Readonly<Record<string, string | number>>;
type Leaf = string | Readonly<Record<string, unknown>>;

/** The texts of one language. Keys are dotted paths; a missing key or placeholder throws, it never mails a hole. */
export interface Words {
  /** The language the texts are in, e.g. `en`. */
  readonly language: string;
  /** The tag for dates, numbers and money: the reader's own where it is the same language. */
  readonly tag: string;
  readonly dir: 'ltr' | 'rtl';
  t(key: string, params?: Params): string;
  has(key: string): boolean;
  /** The members below a key, for tables that are data. */
  under(key: string): readonly string[];
}

export type Locales = Readonly<Record<string, unknown>>;

/** Who reads: somebody at a partner or a prospect, or the vendor's own people. */
export type Side = 'partner' | 'vendor';

/** A programme's own texts: by language, then by the name of the text. */
export type Wording = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The first language of the list that we have, or its parent (`de` for `de-AT`); English if there is none.
 *
 * @param wording texts to take in place of ours
 * @param locale one tag, or several by preference as in Accept-Language: `pt-BR, de` is the reader's, then the vendor's
 * @param side for `vendor` a language that speaks to partners alone is passed over: a letter is in one language
 */
export function wordsFor(
  locales: Locales,
  locale: string,
  wording: Wording = {},
  side: Side = 'partner',
): Words {
  const { language, tag } = chosen(locales, locale, side);
  const texts = locales[language];
  const ours = foundIn(texts);
  const own = Object.hasOwn(wording, language) ? wording[language] : undefined;
  // A vendor's text where nobody expects one is rather English than a letter that cannot be written.
  const find = (key: string): Leaf | undefined =>
    own && Object.hasOwn(own, key)
      ? own[key]
      : (ours(key) ?? (texts !== locales['en'] && isVendorText(key) ? dig(locales.en, key) : undefined));
  // A bare language says nothing about dates; each locale file names the region it is written for.
  const region = String(find('meta.tag') ?? language);
  const t = (key: string, params: Params = {}): string =>
    fill(key, pick(find(key), key, params, language), params);
  return {
    language,
    tag: tag.includes('-') ? tag : region,
    dir: find('meta.dir') === 'rtl' ? 'rtl' : 'ltr',
    t,
    has: (key) => find(key) !== undefined,
    under: (key) => Object.keys((find(key) as object | undefined) ?? {}),
  };
}

interface Choice {
  readonly language: string;
  readonly tag: string;
}

/** What readers' languages came to before. */
const choices = new WeakMap<Locales, Map<string, Choice>>();

function chosen(locales: Locales, locale: string, side: Side): Choice {
  const known = choices.get(locales) ?? new Map<string, Choice>();
  choices.set(locales, known);
  const choice = known.get(`${side} ${locale}`) ?? choose(locales, locale.split(','), side);
  // Tags come from people and browsers: strange ones must not fill the memory.
  if (known.size > 500) known.clear();
  known.set(`${side} ${locale}`, choice);
  return choice;
}

function choose(locales: Locales, wanted: readonly string[], side: Side): Choice {
  const speaks = (c: string): boolean =>
    Object.hasOwn(locales, c) && (side === 'partner' || !isForPartners(locales, c));
  for (const tag of wanted.map(canonical)) {
    const parts = tag.split('-');
    const parents = parts.map((_, i) => parts.slice(0, parts.length - i).join('-'));
    const language = parents.find(speaks);
    if (language) return { language, tag };
  }
  return { language: 'en', tag: 'en' };
}

/** Whether a language has no texts for the vendor's own people. */
export const isForPartners = (locales: Locales, language: string): boolean =>
  dig(locales[language], 'meta.readers') === 'partners';

function pick(leaf: Leaf | undefined, key: string, params: Params, language: string): string {
  if (typeof leaf === 'string') return leaf;
  const count = params.count;
  if (leaf === undefined || typeof count !== 'number') throw new Error(`no text for "${key}"`);
  const form = count === 0 && 'zero' in leaf ? 'zero' : pluralForm(language, count);
  return String(leaf[form] ?? leaf.other);
}

/** Texts cut at their placeholders: every second piece is a name. */
const pieces = memory<readonly string[]>(5_000);
const cut = (text: string): readonly string[] => pieces(text, () => text.split(/\{(\w+)\}/));

/** Fills `{name}`; done in one pass, so that a value which looks like a placeholder stays text. */
function fill(key: string, text: string, params: Params): string {
  if (!text.includes('{')) return text;
  const parts = cut(text);
  let filled = parts[0] ?? '';
  for (let i = 1; i < parts.length; i += 2) {
    const name = parts[i] as string;
    if (!Object.hasOwn(params, name)) throw new Error(`text "${key}" needs {${name}}`);
    filled += String(params[name]) + parts[i + 1];
  }
  return filled;
}

/** Texts that were asked for before, by language, and those that do not exist; some names come from people. */
const found = new WeakMap<object, Map<string, Leaf | null>>();
const mostFound = 5_000;

/** Looks texts up in one language. */
function foundIn(texts: unknown): (key: string) => Leaf | undefined {
  if (typeof texts !== 'object' || texts === null) return () => undefined;
  const known = found.get(texts) ?? new Map<string, Leaf | null>();
  found.set(texts, known);
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before ?? undefined;
    const leaf = walk(texts, key);
    if (known.size > mostFound) known.clear();
    known.set(key, leaf ?? null);
    return leaf;
  };
}

const dig = (texts: unknown, key: string): Leaf | undefined => foundIn(texts)(key);

function walk(texts: object, key: string): Leaf | undefined {
  let at: unknown = texts;
  for (const step of key.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return at as Leaf;
}

/** A text of a language as it is written: a string, or its plural forms. */
export const textOf = (locales: Locales, language: string, key: string): unknown =>
  dig(locales[language], key);

/** `de_at` as `de-AT`; what is no tag at all names no language. */
function canonical(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale.trim().replaceAll('_', '-'))[0] ?? 'und';
  } catch {
    return 'und';
  }
}
