import { foldChar, visible } from './fold.ts';
import type { Prospect } from './lead.ts';

/**
 * One word or line of the prospect's identity. Compiling its pattern takes longer than running it, and hardly any text
 * holds any of it: so the pattern is made when a text has its letters.
 */
export interface Term {
  /** Runs of `bareLetters` that every match contains, or null where none can be named: then the pattern is always run. */
  readonly letters: readonly string[] | null;
  /** To be run over folded text. */
  pattern(): RegExp;
}

/**
 * The letters and digits of a folded text without any `e`: what lies between the letters of a match is neither, and an
 * `e` may be missing from it (`Mueller`, `Muller`). So whatever matches a term contains the term's bare letters.
 */
export const bareLetters = (folded: string): string => folded.replace(/[^\p{L}\p{N}]|e/gu, '');

/**
 * The terms of the prospect's identity. A term matches at word boundaries, with stray signs between its letters, and
 * with all of its letters spaced out. Name parts need two letters.
 */
export function identityTerms(prospect: Prospect): Term[] {
  const found = [
    ...nameTerms(prospect.name),
    ...companyTerms(prospect.company),
    ...streetTerms(prospect.street),
    ...mailTerms(prospect.email),
  ];
  return found.map(({ letters, source }) => {
    let made: RegExp | undefined;
    const pattern = (): RegExp => {
      made ??= new RegExp(source(), 'gu');
      return made;
    };
    return { letters, pattern };
  });
}

/** A term before its pattern is made. */
interface Draft {
  readonly letters: Term['letters'];
  readonly source: () => string;
}

const titles = words(
  'dr prof dipl ing mag med herr frau hr fr mr mrs ms miss sir mister madame monsieur mme dott sig senor senora',
);
const particles = words(
  'von van vom zu zum zur der den dem de del della di da do dos das du la le les el al bin ibn ben ter ten und and et y',
);
const legalForms =
  words(`gmbh mbh ag kg kgaa ohg gbr ug se eg ev ek co inc incorporated corp corporation ltd limited llc llp plc
  company sa sarl sas sasu srl spa sl bv nv vof ab as asa aps oy oyj kft zrt sro spol zoo doo dd ood ead pty pte gesellschaft
  haftungsbeschrankt cie compagnie und and et the die der das fur for of von`);
const commonWords =
  words(`group gruppe holding holdings international global deutschland germany austria osterreich schweiz europe europa
  services service solutions systems systeme partner partners consulting beratung technik technology technologies software`);
const freeMail =
  words(`gmail googlemail gmx web outlook hotmail live msn yahoo ymail icloud me mac aol freenet online arcor mail posteo
  proton protonmail mailbox tutanota zoho yandex bluewin libero wanadoo orange laposte seznam wp onet interia hotmail hey fastmail`);
const roleNames = words(
  `info office mail kontakt contact hello hallo sales vertrieb support service team admin post zentrale einkauf`,
);

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/u));
}

/**
 * Parts, parts joined by an apostrophe or hyphen, and the whole name forwards and backwards, run together or not.
 * Leading titles and small particles (`von`, `de la`) are no secret and would blacken half of a text.
 */
function nameTerms(name: string | null): Draft[] {
  const parts = split(name).filter((p) => lengthOf(p) > 0);
  const first = parts.findIndex((p) => !titles.has(plainOf(p)));
  const proper = parts.slice(Math.max(first, 0));
  const telling = proper.filter(
    (p, i) => lengthOf(p) >= 2 && !(i > 0 && p === p.toLowerCase() && particles.has(p)),
  );
  const tokens = visible(name ?? '')
    .split(/\s+/u)
    .map(split)
    .filter((t) => t.length > 1);
  const wholes = [proper, telling, [...telling].reverse(), ...tokens].filter((list) => list.length > 1);
  // A name that says a word over and over is no longer to search for.
  return [
    ...[...new Set(telling)].flatMap(partsOfScript).map((p) => term([p])),
    ...wholes.map((list) => term(list)),
  ];
}

/** A name without spaces (Han): its first and last two characters stand alone, too. */
const partsOfScript = (part: string): string[] =>
  /^\p{sc=Han}{3,}$/u.test(part) ? [part, part.slice(0, 2), part.slice(-2)] : [part];

/** The whole company, the company without its legal form, and each telling word of four letters. */
function companyTerms(company: string | null): Draft[] {
  const parts = split(company);
  const bare = parts.filter((p) => !legalForms.has(plainOf(p)));
  const telling = bare.filter((p) => lengthOf(p) >= 4 && !commonWords.has(plainOf(p)));
  const wholes = [parts, bare].filter(
    (list) => list.join('').length >= 2 && (bare.length > 0 || list.length > 1),
  );
  return [...wholes.map((list) => term(list)), ...telling.map((p) => term([p]))];
}

/** Its ending, all ways of writing it, and what they begin with. */
const roadWords: readonly (readonly [RegExp, string, string])[] = [
  [/(?:strasse|str)$/u, 'str(?:asse|\\.)?', 'str'],
  [/^(?:street|st)$/u, '(?:street|st\\.?)', 'st'],
  [/^(?:road|rd)$/u, '(?:road|rd\\.?)', 'r'],
  [/^(?:avenue|ave|av)$/u, 'av(?:e|enue)?\\.?', 'av'],
  [/platz$/u, 'pl(?:atz|\\.)?', 'pl'],
];

/** The street with its usual abbreviations, and the house number before or after it. */
function streetTerms(street: string | null): Draft[] {
  const parts = split(street).filter((p) => !/^\d/u.test(p) && lengthOf(p) > 1);
  if (parts.join('').length < 3) return [];
  const abbreviated = (): string => {
    const body = parts.map(roadSource).join('[^\\p{L}\\p{N}]{0,4}');
    const number = '\\d{1,5}(?:\\s?[-/]\\s?\\d{1,5})?(?:\\s?[a-z](?!\\p{L}))?';
    return `(?<!\\p{L})(?:(?<!\\d)${number}[\\s,]{1,3})?${body}(?:[\\s,.]{0,3}${number}(?![\\p{L}\\d])|(?!\\p{L}))`;
  };
  return [term(parts), { letters: streetLetters(parts), source: abbreviated }];
}

/** Runs of letters around the words that may be cut short. */
function streetLetters(parts: readonly string[]): Draft['letters'] {
  const runs = [''];
  for (const part of parts) {
    const plain = plainOf(part);
    const road = roadWords.find(([ending]) => ending.test(plain));
    runs[runs.length - 1] += road ? plain.replace(road[0], '') + road[2] : plain;
    if (road) runs.push('');
  }
  const all = runs.map((run) => lettersIn([run]));
  return parts.join('').toLowerCase().normalize('NFC').includes('å') ? null : all.flatMap((run) => run ?? []);
}

function roadSource(part: string): string {
  const plain = plainOf(part);
  for (const [ending, source] of roadWords) {
    if (ending.test(plain))
      return (
        lettersOf(plain.replace(ending, ''))
          .map((l) => l + stray)
          .join('') + source
      );
  }
  return lettersOf(part).join(stray);
}

/** Local part (unless it is a role such as `info`), domain, and the domain's own label unless it is a mail provider's. */
function mailTerms(email: string | null): Draft[] {
  const [local = '', domain = ''] = (email ?? '').split('@');
  const labels = domain.split('.').filter(Boolean);
  const second = /^(?:com?|org|net|ac|gov|gv|or)$/u.test(labels.at(-2) ?? '') && labels.length > 2;
  const own = [labels[0] ?? '', labels.at(second ? -3 : -2) ?? ''].filter(
    (l) => l.length >= 3 && l !== 'www' && !freeMail.has(plainOf(l)),
  );
  const person = local.length >= 3 && !roleNames.has(plainOf(local)) ? [local] : [];
  return [
    ...(labels.length > 1 ? [domain] : []),
    ...(freeMail.has(plainOf(labels.at(-2) ?? '')) ? [] : own),
    ...person,
  ].map((t) => term(split(t)));
}

const stray = "(?:-\\s{0,2}|[_.·•*|~'`+/\\\\\\u00a0]{0,2})";
const spaced = "[\\s\\-_.·•*|~'`+/\\\\]{1,3}";
const between = '[^\\p{L}\\p{N}]{0,4}';
const unspaced =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

const term = (parts: readonly string[]): Draft => ({
  letters: lettersIn(parts),
  source: () => sourceOf(parts),
});

/** `å` may be written with one `a` or two, which bare letters do not bear; nor do terms of nothing but `e`. */
function lettersIn(parts: readonly string[]): Draft['letters'] {
  const whole = parts.join('').normalize('NFC').toLowerCase();
  const bare = bareLetters(plainOf(whole));
  return whole.includes('å') || bare === '' ? null : [bare];
}

/** The pattern of a term of one or more words. Scripts without spaces have no word boundaries; a genitive s is cut. */
function sourceOf(parts: readonly string[]): string {
  const letters = parts.map(lettersOf);
  const count = letters.flat().length;
  if (count === 0) return '(?!)';
  const plain = letters.map((l) => l.join(count > 2 ? stray : '')).join(between);
  const all = letters.flat();
  const source = count > 2 ? `(?:${plain}|${all.join(spaced)})` : plain;
  if (unspaced.test(parts.join(''))) return source;
  const apart = /^\d/u.test(all[0] as string) ? '(?<![\\p{L}\\p{N}])' : '(?<!\\p{L})';
  return `${apart}${source}(?:s(?!\\p{L})|(?!\\p{L}))`;
}

const umlauts: Readonly<Record<string, string>> = {
  ä: 'ae?',
  ö: 'oe?',
  ü: 'ue?',
  ø: 'oe?',
  å: 'aa?',
  æ: 'ae?',
  œ: 'oe?',
};

/** A word as one little pattern per letter: an umlaut, or its two-letter spelling, matches either way of writing. */
function lettersOf(word: string): string[] {
  const sources: string[] = [];
  for (const char of word.normalize('NFC').toLowerCase()) {
    const last = sources.at(-1);
    if (Object.hasOwn(umlauts, char)) sources.push(umlauts[char] as string);
    else if (char === 'e' && last && /^[aou]$/u.test(last)) sources[sources.length - 1] = `${last}e?`;
    else if (char === 'ß' || (char === 's' && last === 's'))
      sources.splice(char === 's' ? -1 : sources.length, 1, `s(?:${spaced})?s`);
    else sources.push(...(foldChar(char).match(/[\p{L}\p{N}]/gu) ?? []));
  }
  return sources;
}

const split = (text: string | null): string[] =>
  visible(text ?? '')
    .normalize('NFKC')
    .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
const plainOf = (word: string): string => [...word].map(foldChar).join('');
const lengthOf = (word: string): number => plainOf(word).match(/[\p{L}\p{N}]/gu)?.length ?? 0;
