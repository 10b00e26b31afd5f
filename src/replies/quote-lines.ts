import { quoteWords } from './markers.ts';

/**
 * What one line is, seen from the border between reply and quote.
 * `mark` is our own cut marker, `original` a line such as "-----Original Message-----".
 */
export type LineKind = 'empty' | 'quote' | 'text' | 'mark' | 'original' | 'rule';

export function lineKind(line: string): LineKind {
  const bare = line.trim();
  if (bare === '') return 'empty';
  if (isCutMark(bare)) return 'mark';
  if (/^[>|»›]/.test(bare)) return 'quote';
  if (isOriginalMark(bare)) return 'original';
  return /^(?:[-_=*~–—#]{5,}|={4})$/.test(bare.replace(/ /g, '')) ? 'rule' : 'text';
}

/**
 * Our own first visible line, "##- Please reply above this line -##", in any language
 * and at any depth of quoting.
 */
export function isCutMark(line: string): boolean {
  return /(?:^|[>\s])##- ?.{3,120}? ?-##/.test(line.slice(0, 300));
}

function isOriginalMark(line: string): boolean {
  if (line.length > 120) return false;
  const core = line.toLowerCase().replace(/^[-_*=~ >]+|[-_*=~ :]+$/g, '');
  const framed = /^[-_*=~ >]{2,}/.test(line) || /[-_*=~]{2,}$/.test(line) || line.endsWith(':');
  return (
    framed &&
    originals.some(
      (words) => core === words || (core.startsWith(`${words} `) && core.length < words.length + 60),
    )
  );
}

/**
 * The end (exclusive) of "On … wrote:" starting at `at`, or -1. Mail programs wrap it over
 * up to five lines, and some put the address between blank lines.
 */
export function introEnd(lines: readonly string[], at: number): number {
  const first = unframed(lines[at] ?? '');
  if (!mayStartIntro(first)) return -1;
  let joined = '';
  let taken = 0;
  for (let i = at; i < lines.length && i < at + 8 && taken < 5; i += 1) {
    const line = unframed(lines[i] ?? '');
    if (line === '') {
      if (!opensAddress(lines, i)) return -1;
      continue;
    }
    if (i > at && startsLikeIntro(line) && !/^(?:um|at|à|a|to|la|su) /i.test(line)) return -1;
    joined = joined === '' ? line : `${joined} ${line}`;
    taken += 1;
    if (joined.length > 400) return -1;
    if (isIntro(joined)) return i + 1;
  }
  return -1;
}

/** Quote signs, stars and dashes around "---- On … wrote ----" are frame, not words. */
function unframed(line: string): string {
  return line
    .trim()
    .slice(0, 400)
    .replace(/^(?:[>*_| -]){1,40}/, '')
    .replace(/[*_ -]{1,40}$/, '');
}

function opensAddress(lines: readonly string[], at: number): boolean {
  const next = (lines[at + 1] ?? '').trim() === '' ? (lines[at + 2] ?? '') : (lines[at + 1] ?? '');
  return next.trim().startsWith('<');
}

function mayStartIntro(line: string): boolean {
  return (
    startsLikeIntro(line) ||
    /[<@]/.test(line) ||
    /^\d/.test(line) ||
    /^["'“]/.test(line) ||
    endsWithWrote(line)
  );
}

function startsLikeIntro(line: string): boolean {
  const lower = line.toLowerCase();
  return (
    /\d/.test(line) &&
    starts.some((word) => lower.startsWith(word) && /^[\s,.]/.test(lower.slice(word.length)))
  );
}

function isIntro(joined: string): boolean {
  const hasAddress = /[^\s<>@]@[^\s<>@]/.test(joined);
  const hasDate = /\d{1,2}[.:/\s-]|\d年|\d월/.test(joined);
  if (!hasAddress && !hasDate) return false;
  // "2013/7/20 Sam <sam@example.org>" is Gmail's old form, without any verb.
  if (hasAddress && /^\d{4}[-/]\d{1,2}[-/]\d{1,2} .{1,120}>:?$/.test(joined)) return true;
  if (endsWithWrote(joined)) return hasAddress || startsLikeIntro(joined) || /^\d/.test(joined);
  return /[:：]$/.test(joined) && (hasAddress || startsLikeIntro(joined)) && containsWrote(joined);
}

function endsWithWrote(line: string): boolean {
  const lower = line.toLowerCase().replace(/[\s:：.;]{1,5}$/, '');
  return wrote.some((word) => lower.endsWith(word) && isWordEdge(lower, lower.length - word.length));
}

function containsWrote(line: string): boolean {
  const lower = `${line.toLowerCase()} `;
  return wrote.some((word) => {
    const at = lower.indexOf(word);
    return at >= 0 && isWordEdge(lower, at) && !/[\p{L}]/u.test(lower[at + word.length] ?? '');
  });
}

/** A CJK verb follows its noun without a space, any other needs a border ("<a@b>wrote" has one). */
function isWordEdge(line: string, at: number): boolean {
  const before = line[at - 1] ?? ' ';
  return !/[\p{L}\d]/u.test(before) || /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/.test(line[at] ?? '');
}

/** Whether a block of "From: … Sent: … To: … Subject: …" starts at `at`. */
export function isHeaderBlock(lines: readonly string[], at: number): boolean {
  const first = headerKinds(lines[at] ?? '');
  if (first.length === 0) return false;
  const seen = new Set<string>([first.includes('from') ? 'from' : (first[0] ?? '')]);
  let rows = 1;
  for (let i = at + 1; i < lines.length && i <= at + 9; i += 1) {
    const kinds = headerKinds(lines[i] ?? '');
    if (kinds.length === 0) continue;
    rows += 1;
    const fresh = kinds.find((kind) => !seen.has(kind));
    if (fresh) seen.add(fresh);
  }
  const near = lines.slice(at, at + 4).join(' ');
  return (rows >= 3 && seen.size >= 3) || (seen.size >= 2 && seen.has('from') && /@|\d{4}/.test(near));
}

function headerKinds(line: string): string[] {
  const bare = line
    .trim()
    .slice(0, 60)
    .replace(/^[>*_| ]{1,10}/, '')
    .toLowerCase();
  const colon = bare.search(/[:：]/);
  if (colon < 1 || colon > 24) return [];
  return headerNames.get(bare.slice(0, colon).replace(/[*_ ]{1,6}$/, '')) ?? [];
}

const originals = quoteWords.flatMap((words) => words.original);
const starts = [...new Set(quoteWords.flatMap((words) => words.starts))];
const wrote = [...new Set(quoteWords.flatMap((words) => words.wrote))];
const headerNames = namesByKind();

function namesByKind(): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const words of quoteWords) {
    for (const kind of ['from', 'sent', 'to', 'subject'] as const) {
      for (const name of words[kind]) {
        const kinds = names.get(name) ?? [];
        if (!kinds.includes(kind)) names.set(name, [...kinds, kind]);
      }
    }
  }
  return names;
}
