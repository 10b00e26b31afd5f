import { fold } from './fold.ts';
import type { Lead, Prospect } from './lead.ts';
import { ownPhone } from './redact-phone.ts';
import { phoneShapes, textShapes } from './redact-shapes.ts';
import { bareLetters, identityTerms, type Term } from './redact-terms.ts';

/** What stands in place of an identity. */
export const mask = '▇▇▇';

export interface Redacted {
  readonly text: string;
  /** How many places were cut; 0 means the text is as it was, save for invisible characters. */
  readonly cut: number;
}

/** A part of a folded text, half-open. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/**
 * Cuts the prospect's identity out of a free text shown before a claim: name parts, company, street, mail
 * address and domain, phone in any spacing, every URL, and whatever is shaped like a mail address or a phone number.
 * Upper case, accents, umlaut spellings, invisible characters and letters spaced out make no difference. City,
 * postal code and ordinary numbers stay. Terms are compiled once; running time is linear in the text.
 */
export function redactor(prospect: Prospect): (text: string) => string {
  const cut = cutter(prospect);
  return (text) => cut(text).text;
}

/** `redactor` for one text of a lead. */
export const redact = (lead: Pick<Lead, 'prospect'>, text: string): string =>
  redactWithCount(lead.prospect, text).text;

/** The text and how much was cut: the qualifier is told when it is not 0. */
export const redactWithCount = (prospect: Prospect, text: string): Redacted => cutter(prospect)(text);

/** Custom fields: every string (keys and numbers too) in arrays and objects goes through `cut`, a `redactor`. */
export function redactDeep(cut: (text: string) => string, value: unknown): unknown {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'number' || typeof value === 'bigint') {
    const text = String(value);
    return cut(text) === text ? value : mask;
  }
  if (Array.isArray(value)) return value.map((item) => redactDeep(cut, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cut(key), redactDeep(cut, item)]));
}

/** A lead's texts are cut for each of its letters: its terms are compiled once, for as long as somebody has it in hand. */
const cutters = new WeakMap<Prospect, (text: string) => Redacted>();

function cutter(prospect: Prospect): (text: string) => Redacted {
  const known = cutters.get(prospect);
  if (known) return known;
  const made = makeCutter(prospect);
  cutters.set(prospect, made);
  return made;
}

function makeCutter(prospect: Prospect): (text: string) => Redacted {
  const terms = identityTerms(prospect);
  // The letters of a wave say the same of a lead, each to its own partner.
  const before = new Map<string, Redacted>();
  return (text) => {
    const known = before.get(text) ?? cutOut(prospect, terms, text);
    if (before.size > mostKept) before.clear();
    before.set(text, known);
    return known;
  };
}

const mostKept = 50;

function cutOut(prospect: Prospect, terms: readonly Term[], original: string): Redacted {
  const { clean, text, at } = fold(original);
  const letters = bareLetters(text);
  const patterns = [...terms.filter((t) => mayHold(letters, t)).map((t) => t.pattern()), ...textShapes];
  const spans = patterns.flatMap((pattern) => matches(pattern, text));
  spans.push(...ownPhone(prospect.phone, text), ...phoneShapes(text));
  const merged = merge(spans.map((s) => ({ from: at[s.from] as number, until: at[s.until] as number })));
  let [shown, done] = ['', 0];
  for (const span of merged) {
    shown += clean.slice(done, span.from) + mask;
    done = span.until;
  }
  return { text: shown + clean.slice(done), cut: merged.length };
}

const mayHold = (letters: string, term: Term): boolean =>
  term.letters === null || term.letters.every((run) => letters.includes(run));

function matches(pattern: RegExp, text: string): Span[] {
  return Array.from(text.matchAll(pattern), (m) => ({ from: m.index, until: m.index + m[0].length }));
}

function merge(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.until)
      merged[merged.length - 1] = { from: last.from, until: Math.max(last.until, span.until) };
    else merged.push(span);
  }
  return merged;
}
