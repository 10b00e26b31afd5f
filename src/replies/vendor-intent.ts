import {
  directions,
  plainReasons,
  retractions,
  salutations,
  timeWords,
  type VendorAct,
  vendorActs,
  vendorFillers,
  vendorPhrases,
} from './vendor-phrases.ts';
import { conditions, hedges, negations, subjunctives } from './verb-phrases.ts';
import { fold } from './words.ts';

/** What somebody at the vendor wants done; `words` is the line that says so. */
export type VendorIntent = { readonly act: VendorAct; readonly words: string };

const maxLines = 20;
const maxLine = 300;

/**
 * What a reply of the vendor's own people wants, by its first line that says something: a command they know, alone or
 * with a plain reason behind it. Most of these acts have no undo, so whatever is not sure (a "not", an "or", a question,
 * a day or a partner of the writer's choice, a later line that says otherwise) is null and asked back.
 *
 * @param visible the reply's own words, without quotes and signature
 */
export function readVendorIntent(visible: string): VendorIntent | null {
  const lines = visible
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, maxLines);
  const at = lines.findIndex((line) => clausesOf(line).length > 0);
  const words = lines[at] ?? '';
  const act = words.length <= maxLine ? actOf(words) : null;
  if (!act || lines.slice(at + 1).some((line, i) => takesBack(line, act, i === 0))) return null;
  return { act, words };
}

/** The act of one line, where nothing in the line speaks against it. */
function actOf(line: string): VendorAct | null {
  const [first, ...rest] = clausesOf(line);
  const act = first && actsByPhrase.get(first.text);
  if (!act || isDoubted(line)) return null;
  return rest.every((clause) => isReason(clause, act)) ? act : null;
}

type Clause = { readonly text: string; readonly newSentence: boolean };

/** The clauses that say something, folded and without small words; greetings in front are left out. */
function clausesOf(line: string): Clause[] {
  const parts = line
    .slice(0, maxLine)
    .replace(/\[?\bL-[0-9A-Z]{6,20}\b\]?/gi, ' ')
    .split(/([,;:.!()…–—]+|\s-+\s)/);
  const clauses: Clause[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const words = wordsOf(parts[i] ?? '');
    const text = essence(words);
    if (text === '' || (clauses.length === 0 && isSalutation(words, text))) continue;
    clauses.push({ text, newSentence: /[.!;…]/.test(parts[i - 1] ?? '') });
  }
  return clauses;
}

const wordsOf = (text: string): string[] => fold(text).match(/[\p{L}\d]+(?:'\p{L}+)*/gu) ?? [];

/** Small words that belong to a command stay with it: "on it" is one, "it" is none, and "no" is not "no lead". */
function essence(words: readonly string[]): string {
  return words
    .join(' ')
    .replace(/\bon (?:it|this|that)\b/g, 'on-it')
    .replace(/\b(?:no|not an?|not|kein|kein echter) lead\b/g, 'no-lead')
    .replace(/\bthank you\b/g, 'thanks')
    .split(' ')
    .filter((word) => !fillerWords.has(word))
    .join(' ');
}

const isSalutation = (words: readonly string[], text: string): boolean =>
  words.length <= 4 && salutationWords.has(words[0] ?? '') && !actsByPhrase.has(text);

/** Questions, wishes and conditions are asked back wherever they stand. */
const isDoubted = (line: string): boolean => /[?？]/.test(line) || subjunctives.test(line.normalize('NFC'));

/** Whether what stands behind the command on its line only says why. */
function isReason(clause: Clause, act: VendorAct): boolean {
  const other = actsByPhrase.get(clause.text);
  if (other) return other === act;
  const words = (endsLead(act) ? clause.text.replace(plainReasons, '') : clause.text).split(' ');
  if (words.some(isDoubtful)) return false;
  if (goesOut(act)) return clause.newSentence && !directionWords.has(words[0] ?? '');
  return act !== 'extend' || !(namesTime(words) || /\d/.test(clause.text));
}

/** Whether a line below the command says something else, or not that. `next`: the line right below. */
function takesBack(line: string, act: VendorAct, next: boolean): boolean {
  const clauses = clausesOf(line);
  if (clauses.some(({ text }) => (actsByPhrase.get(text) ?? act) !== act)) return true;
  const said = clauses.map(({ text }) => text).join(' ');
  const words = (endsLead(act) ? said.replace(plainReasons, '').trim() : said).split(' ');
  if (retractionWords.has(words[0] ?? '') || /n't$/.test(words[0] ?? '')) return true;
  if (goesOut(act) && directionWords.has(words[0] ?? '')) return true;
  if (act === 'extend' && next && (namesTime(words) || shortDate.test(line))) return true;
  const again = vendorPhrases[act].some((phrase) => ` ${said} `.includes(` ${essence(wordsOf(phrase))} `));
  return again && (/[?？]/.test(line) || words.some(isDoubtful)) && !actsByPhrase.has(said);
}

/** A partner or a way named behind these is more than the act does. */
const goesOut = (act: VendorAct): boolean => act === 'move' || act === 'qualify';
const endsLead = (act: VendorAct): boolean =>
  act === 'disqualify' || act === 'nurture' || act === 'needs-more';
const namesTime = (words: readonly string[]): boolean => words.some((word) => timeWordSet.has(word));
const shortDate = /\b\d{1,2}[./]\d{1,2}\b/;

const setOf = (list: string): ReadonlySet<string> => new Set(list.split(' ').map(fold));
const fillerWords = setOf(vendorFillers);
const salutationWords = setOf(salutations);
const retractionWords = setOf(retractions);
const directionWords = setOf(directions);
const timeWordSet = setOf(timeWords);

const doubts = [negations, hedges, conditions].flatMap((list) => list.split('/').map(fold));
const doubtWords: ReadonlySet<string> = new Set(doubts.filter((word) => !word.endsWith('*')));
const doubtStems = doubts.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1));
const isDoubtful = (word: string): boolean =>
  doubtWords.has(word) || /n't$/.test(word) || doubtStems.some((stem) => word.startsWith(stem));

const actsByPhrase: ReadonlyMap<string, VendorAct> = new Map(
  vendorActs.flatMap((act) => vendorPhrases[act].map((phrase) => [essence(wordsOf(phrase)), act] as const)),
);
