import { hint } from '../lead/nearest.ts';
import type { FieldFault } from '../lead/refusals.ts';
import { brandFaults, brandKey } from './brand.ts';
import { letterKinds } from './letter.ts';
import { type Locales, textOf, type Wording } from './words.ts';

/** Texts a programme may put in place of ours: those of the kinds of letters, their buttons, and what is expected. */
const sections: readonly string[] = [...letterKinds, 'buttons', 'expects'];

/**
 * What is wrong with a programme's own wording: a language or text that does not exist, a placeholder its text does not
 * fill, markup. Pointers begin at `/letters`.
 */
export function wordingFaults(wording: Wording, locales: Locales): FieldFault[] {
  return Object.entries(wording).flatMap(([language, texts]) => {
    if (language === brandKey) return brandFaults(texts);
    const at = `/letters/${escaped(language)}`;
    if (!Object.hasOwn(locales, language)) {
      const message = `there is no language "${language}"; ${hint(language, Object.keys(locales))}`;
      return [{ pointer: at, message }];
    }
    const known = sections.flatMap((s) => keysBelow((locales[language] as Tree)[s], s));
    return Object.entries(texts).flatMap(([key, text]) => {
      const message = known.includes(key)
        ? textFault(text, textOf(locales, language, key))
        : `there is no text "${key}"; ${nearby(key, known)}`;
      return message === undefined ? [] : [{ pointer: `${at}/${escaped(key)}`, message }];
    });
  });
}

type Tree = Readonly<Record<string, unknown>>;

/** The dotted names of the texts below a section; the forms of a plural are one text. */
function keysBelow(tree: unknown, path: string): string[] {
  if (typeof tree === 'string') return [path];
  if (typeof tree !== 'object' || tree === null) return [];
  if ('other' in tree) return [path];
  return Object.entries(tree).flatMap(([name, inner]) => keysBelow(inner, `${path}.${name}`));
}

function textFault(text: string, ours: unknown): string | undefined {
  if (/[<>]/.test(text))
    return 'must be plain text without < and >; **two asterisks** make bold where ours does';
  const forms = typeof ours === 'string' ? [ours] : Object.values(ours as Tree).map(String);
  const filled = [...new Set(forms.flatMap((form) => placeholders(form)))];
  const strange = placeholders(text).find((name) => !filled.includes(name));
  if (strange === undefined) return undefined;
  const has = filled.length > 0 ? `it has ${filled.map((name) => `{${name}}`).join(', ')}` : 'it has none';
  return `there is nothing to put in place of {${strange}}; ${has}`;
}

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] as string);

/** The whole list would be hundreds: the nearest one, else those of the same section. */
function nearby(key: string, known: readonly string[]): string {
  const section = key.split('.')[0] ?? '';
  const same = known.filter((k) => k.startsWith(`${section}.`));
  return same.length > 0 ? hint(key, same) : hint(section, sections);
}

const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100);
