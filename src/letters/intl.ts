import { memory } from './memory.ts';

export const dates = remembered(
  (tag, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, options),
);
export const amounts = remembered(
  (tag, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(tag, options),
);
export const relatives = remembered(
  (tag, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(tag, options),
);
export const names = remembered(
  (tag, options: Intl.DisplayNamesOptions) => new Intl.DisplayNames(tag, options),
);
const lists = remembered((tag, options: Intl.ListFormatOptions) => new Intl.ListFormat(tag, options));

/** "a, b and c", with `disjunction` "a, b or c". */
export const listed = (
  tag: string,
  items: readonly string[],
  type: 'conjunction' | 'disjunction' = 'conjunction',
): string =>
  // Most lists of a letter have one item or none, which no language writes in a way of its own.
  items.length < 2 ? (items[0] ?? '') : lists(tag, { type }).format(items);

const plurals = remembered((tag, options: Intl.PluralRulesOptions) => new Intl.PluralRules(tag, options));

/** The form of a plural that a language has for a number: `one`, `other`. */
export const pluralForm = (language: string, count: number): string =>
  forms(`${language} ${count}`, () => plurals(language, {}).select(count));

const forms = memory<string>();

/** Cheaper than JSON: values are words and numbers. */
function keyOf(tag: string, options: object): string {
  let key = tag;
  for (const name in options) key += `\n${name} ${(options as Record<string, unknown>)[name]}`;
  return key;
}

/** Intl objects are dear to make (20 µs to 1 ms) and the same few are wanted for every letter. */
function remembered<O extends object, T>(
  make: (tag: string, options: O) => T,
): (tag: string, options: O) => T {
  const known = memory<T>();
  return (tag, options) => known(keyOf(tag, options), () => make(tag, options));
}
