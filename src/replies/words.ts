/**
 * A word as it is compared: compatibility forms unified, case and accents gone, "ä" and "ae"
 * the same, apostrophes straight. Both sides of every comparison go through here.
 */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[’‘`´ʼ]/g, "'")
    .replace(/([aou])e/g, '$1');
}

/** A phrase of the grammar: words, `a/b` alternatives, `word*` beginnings, `..` up to three words between. */
export type Pattern = readonly (readonly string[] | null)[];

export function pattern(phrase: string): Pattern {
  return phrase.split(' ').map((part) => (part === '..' ? null : part.split('/').map(fold)));
}

/**
 * Where in `words` the pattern matches from `at`: the indexes of the words it names,
 * or null. At most four steps per gap, so the work is bounded by the pattern's length.
 */
export function matchAt(words: readonly string[], at: number, wanted: Pattern, from = 0): number[] | null {
  const part = wanted[from];
  if (part === undefined) return [];
  if (part === null) {
    for (let skip = 0; skip <= 3; skip += 1) {
      const rest = matchAt(words, at + skip, wanted, from + 1);
      if (rest) return rest;
    }
    return null;
  }
  const word = words[at];
  if (word === undefined || !part.some((option) => fits(word, option))) return null;
  const rest = matchAt(words, at + 1, wanted, from + 1);
  return rest ? [at, ...rest] : null;
}

function fits(word: string, option: string): boolean {
  return option.endsWith('*') ? word.startsWith(option.slice(0, -1)) : word === option;
}
