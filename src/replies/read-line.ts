import { type AmountFound, amountAt, type NumberStyle } from './amounts.ts';
import { type DateFound, type DateStyle, dateAt, timeAt } from './dates.ts';
import { declineReasons, lostReasons, type Reason } from './reason-phrases.ts';
import {
  conditions,
  fillers,
  futures,
  greetings,
  hedges,
  negations,
  openers,
  strangers,
  subjunctives,
  type Verb,
  verbPhrases,
} from './verb-phrases.ts';
import { fold, matchAt, type Pattern, pattern } from './words.ts';

/** How the numbers and dates of a mail are to be read. `dates` null: the mail has no day to count from. */
export type ReadingStyle = { readonly numbers: NumberStyle; readonly dates: DateStyle | null };

/** A verb seen in a line: `strong` where its place and object leave no doubt. */
export type VerbSeen = {
  readonly verb: Verb;
  readonly strong: boolean;
  readonly whole: boolean;
  readonly at: readonly number[];
};
export type ReasonSeen = {
  readonly decline: Reason | null;
  readonly lost: Reason | null;
  readonly at: readonly number[];
};

/** What one line says, before anybody decides what it means. */
export type LineRead = {
  readonly raw: string;
  readonly words: readonly string[];
  readonly verbs: readonly VerbSeen[];
  readonly reasons: readonly ReasonSeen[];
  readonly amounts: readonly AmountFound[];
  readonly dates: readonly DateFound[];
  readonly times: readonly string[];
  /** Words that nothing accounts for. */
  readonly leftovers: number;
  /** Per word: nothing accounts for it; for `stray` ones also, no punctuation parts it from the word before. */
  readonly unknown: readonly boolean[];
  readonly stray: readonly boolean[];
  /** The first unaccounted word follows the verb without punctuation between. */
  readonly runsOn: boolean;
  readonly question: boolean;
  readonly negated: boolean;
  readonly hedged: boolean;
  readonly conditional: boolean;
  readonly future: boolean;
  readonly stranger: boolean;
};

const maxLine = 400;
const maxWords = 80;

/** Reads one line or clause: words, verbs, reasons, amounts, dates, and whatever makes them doubtful. */
export function readLine(raw: string, style: ReadingStyle): LineRead {
  const tokens = tokensOf(raw.slice(0, maxLine), style);
  const words = tokens.map((token) => token.word);
  const hasAmount = tokens.some((token) => token.amount);
  const reasons = findReasons(words);
  const verbs = sightings(words, hasAmount, reasons);
  const known = new Set([...verbs.flatMap(({ at }) => at), ...reasons.flatMap(({ at }) => at)]);
  const open = tokens.filter((token, i) => !known.has(i) && isWord(token));
  const loose = open.filter((token) => !isOne(token.word, fillerSet));
  const has = (set: WordSet) => open.some((token) => isOne(token.word, set));
  return {
    raw,
    words,
    verbs,
    reasons,
    amounts: tokens.flatMap(({ amount }) => amount ?? []),
    dates: tokens.flatMap(({ date }) => date ?? []),
    times: tokens.flatMap(({ time }) => time ?? []),
    leftovers: loose.length,
    unknown: tokens.map((token, i) => !known.has(i) && isWord(token) && !isOne(token.word, fillerSet)),
    stray: tokens.map(
      (token, i) => token.glued && !known.has(i) && isWord(token) && !isOne(token.word, fillerSet),
    ),
    runsOn: runsOn(tokens, known),
    question: /[?？]/.test(raw),
    negated: open.some(({ word }) => isOne(word, negationSet) || /n't$/.test(word)),
    hedged: has(hedgeSet) || subjunctives.test(raw.normalize('NFC')),
    conditional: has(conditionSet),
    future: has(futureSet),
    stranger: tokens.some(({ word }) => isOne(word, strangerSet)),
  };
}

/**
 * "Sí" and "sì" say yes, "si" says if where words follow it ("oui si le client est à Lyon"), and so does "s'il": folding
 * would make them one.
 */
const withPlainIf = (raw: string): string =>
  raw
    .normalize('NFC')
    .replace(/(?<![\p{L}'’])si(?= +(?!por favor|gracias|grazie)\p{L})/giu, 'if')
    .replace(/(?<![\p{L}])s['’]ils?(?! +(?:vous|te) pla)(?![\p{L}])/giu, 'if');

type Token = { word: string; glued: boolean; amount?: AmountFound; date?: DateFound; time?: string };

/** Cuts a folded line into words and slots; a slot's word is `#`. */
function tokensOf(raw: string, style: ReadingStyle): Token[] {
  const line = fold(
    withPlainIf(raw)
      .replace(greetings, '')
      .replace(/\[?\bL-[0-9A-Z]{6,10}\]?/gi, ' '),
  );
  const tokens: Token[] = [];
  let at = 0;
  let glued = false;
  while (at < line.length && tokens.length < maxWords) {
    const char = line[at] ?? '';
    if (!/[\p{L}\d€$£¥+]/u.test(char)) {
      if (/[^\s'"*_()[\]]/.test(char)) glued = false;
      at += 1;
      continue;
    }
    const slot = slotAt(line, at, style);
    const length =
      slot?.length ?? /^(?:[\p{L}\d][\p{L}\d'-]*|.)/u.exec(line.slice(at, at + 60))?.[0].length ?? 1;
    tokens.push({
      word: slot ? '#' : line.slice(at, at + length).replace(/['-]+$/, ''),
      glued,
      ...slot?.found,
    });
    at += length;
    glued = true;
  }
  return tokens;
}

function slotAt(
  line: string,
  at: number,
  style: ReadingStyle,
): { found: Partial<Token>; length: number } | null {
  const time = /\d/.test(line[at] ?? '') ? timeAt(line, at) : null;
  const date = style.dates ? dateAt(line, at, style.dates) : null;
  const amount = /[\d€$£¥a-z]/.test(line[at] ?? '') ? amountAt(line, at, style.numbers) : null;
  if (date?.loose && amount?.marked) return { found: { amount }, length: amount.length };
  if (date?.loose && amount)
    return time
      ? { found: { time: time.time }, length: time.length }
      : { found: { date, amount }, length: Math.max(date.length, amount.length) };
  if (time && (!date || date.length <= time.length))
    return { found: { time: time.time }, length: time.length };
  if (date) return { found: { date }, length: date.length };
  return amount ? { found: { amount }, length: amount.length } : null;
}

function isWord({ word }: Token): boolean {
  return word !== '#' && word !== '';
}

type Sighting = VerbSeen & { readonly length: number; readonly start: boolean };

/** The verbs of a line, longest phrases first, without those that are only part of a longer phrase or a reason. */
function sightings(words: readonly string[], hasAmount: boolean, reasons: readonly ReasonSeen[]): VerbSeen[] {
  const found = words.flatMap((_, at) => verbsAt(words, at, hasAmount));
  found.sort(
    (one, other) =>
      other.length - one.length ||
      Number(other.verb === 'not-reached') - Number(one.verb === 'not-reached') ||
      Number(other.strong) - Number(one.strong) ||
      (one.at[0] ?? 0) - (other.at[0] ?? 0),
  );
  const used = new Set<number>();
  const kept: Sighting[] = [];
  for (const sighting of found) {
    if (sighting.at.some((i) => used.has(i)) || isCovered(sighting, reasons)) continue;
    kept.push(sighting);
    for (const i of sighting.at) used.add(i);
  }
  return kept.sort((one, other) => (one.at[0] ?? 0) - (other.at[0] ?? 0));
}

function isCovered(sighting: Sighting, reasons: readonly ReasonSeen[]): boolean {
  // "Called, no answer" reports an attempt; whether it is a reason depends on the other verbs.
  if (sighting.verb === 'not-reached') return false;
  return reasons.some(
    ({ at }) =>
      (sighting.strong ? at.length > sighting.length : at.length >= sighting.length) &&
      sighting.at.every((i) => at.includes(i)),
  );
}

function verbsAt(words: readonly string[], at: number, hasAmount: boolean): Sighting[] {
  const start = words.slice(0, at).every((word) => word === '#' || isOne(word, openerSet));
  return phrases.flatMap(({ verb, tier, wanted }): Sighting[] => {
    const matched = matchAt(words, at, wanted);
    if (!matched) return [];
    if (tier === 'priced' && !(start && hasAmount)) return [];
    const strong = tier === 'free' || (start && tier !== 'whole') || (tier === 'whole' && start);
    return [{ verb, strong, whole: tier === 'whole', at: matched, length: matched.length, start }];
  });
}

function findReasons(words: readonly string[]): ReasonSeen[] {
  const best = new Map<number, ReasonSeen>();
  for (const [decline, lost, wanted] of reasonPatterns) {
    for (let at = 0; at < words.length; at += 1) {
      const matched = matchAt(words, at, wanted);
      const before = best.get(at);
      if (!matched || (before && before.at.length > matched.length)) continue;
      const same = before && before.at.length === matched.length ? before : null;
      best.set(at, {
        decline: decline ?? same?.decline ?? null,
        lost: lost ?? same?.lost ?? null,
        at: matched,
      });
    }
  }
  return [...best.values()].sort((one, other) => (one.at[0] ?? 0) - (other.at[0] ?? 0));
}

/** Whether a word that nothing accounts for stands right behind the first verb. */
function runsOn(tokens: readonly Token[], known: ReadonlySet<number>): boolean {
  const first = Math.min(...known);
  if (!Number.isFinite(first)) return false;
  let at = first + 1;
  while (known.has(at)) at += 1;
  while (at < tokens.length && tokens[at]?.glued) {
    const token = tokens[at];
    if (!token || known.has(at) || token.word === '#') return false;
    if (!isOne(token.word, fillerSet) && !isOne(token.word, negationSet)) return true;
    at += 1;
  }
  return false;
}

type WordSet = { readonly exact: ReadonlySet<string>; readonly stems: readonly string[] };

function wordSet(list: string): WordSet {
  const words = list.split('/').map(fold);
  return {
    exact: new Set(words.filter((word) => !word.endsWith('*'))),
    stems: words.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1)),
  };
}

function isOne(word: string, set: WordSet): boolean {
  return set.exact.has(word) || set.stems.some((stem) => word.startsWith(stem));
}

const fillerSet = wordSet(fillers);
const openerSet = wordSet(openers);
const negationSet = wordSet(negations);
const hedgeSet = wordSet(hedges);
const conditionSet = wordSet(conditions);
const futureSet = wordSet(futures);
const strangerSet = wordSet(strangers);

type Phrase = {
  readonly verb: Verb;
  readonly tier: 'command' | 'whole' | 'free' | 'priced';
  readonly wanted: Pattern;
};

const phrases: readonly Phrase[] = verbPhrases.flatMap((entry) =>
  (['command', 'whole', 'free', 'priced'] as const).flatMap((tier) =>
    (entry[tier] ?? []).map((phrase) => ({ verb: entry.verb, tier, wanted: pattern(phrase) })),
  ),
);

const reasonPatterns: readonly (readonly [decline: Reason | null, lost: Reason | null, wanted: Pattern])[] = [
  ...declineReasons.flatMap(([reason, list]) =>
    list.map((phrase) => [reason, null, pattern(phrase)] as const),
  ),
  ...lostReasons.flatMap(([reason, list]) => list.map((phrase) => [null, reason, pattern(phrase)] as const)),
];
