import { boundedLines } from './bounded-lines.ts';
import { closings, deviceSignatures, footers } from './markers.ts';
import { introEnd, isCutMark, isHeaderBlock, type LineKind, lineKind } from './quote-lines.ts';

/**
 * The reply's own words, and what was taken away from around them. `borrowed`: the writer added
 * none, `visible` is what they forwarded. `signatureOnly`: there was a signature and nothing else.
 */
export type VisibleText = {
  readonly visible: string;
  readonly elided: string;
  readonly borrowed: boolean;
  readonly signatureOnly: boolean;
};

/**
 * Cuts quotes and signatures off a body. Lines are judged one by one, at most 400 of them.
 * Where nothing but a quote is left, `visible` is empty: a quote is never read as an answer.
 */
export function visibleText(body: string): VisibleText {
  const lines = boundedLines(body);
  const kept = keptLines(lines);
  const before = kept.some((keep, i) => keep && lines[i] !== '');
  dropSignature(lines, kept);
  dropEdgeRules(lines, kept);
  const side = (wanted: boolean) => tidy(lines.filter((_, i) => kept[i] === wanted));
  const visible = side(true);
  const forwarded = visible === '' && !before ? forwardedLines(lines) : [];
  if (forwarded.some((line) => line !== ''))
    return { visible: tidy(forwarded), elided: '', borrowed: true, signatureOnly: false };
  return {
    visible,
    elided: side(false),
    borrowed: false,
    signatureOnly: visible === '' && before && !lines.some((line) => lineKind(line) === 'quote'),
  };
}

/** What a mail without own words passes on: the part below its border, unless that is our own letter. */
function forwardedLines(lines: readonly string[]): string[] {
  if (lines.some(isCutMark) || lines.some((line) => lineKind(line) === 'quote')) return [];
  const first = lines.findIndex((line) => line !== '');
  const start =
    first < 0 ? -1 : lineKind(lines[first] ?? '') === 'original' ? first + 1 : introEnd(lines, first);
  if (start < 0) return [];
  const rest = lines.slice(start);
  const headers = isHeaderBlock(
    rest,
    rest.findIndex((line) => line !== ''),
  );
  return headers ? rest.slice(rest.findIndex((line, i) => line === '' && i > 0) + 1) : rest;
}

function keptLines(lines: readonly string[]): boolean[] {
  const kept = lines.map(() => false);
  const kinds = lines.map(lineKind);
  let own = false;
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    if (isFinalBorder(lines, kinds, i)) break;
    const end = line === '' ? -1 : introEnd(lines, i);
    if (end > 0) {
      if (!hasQuotedAnswer(kinds, end, own)) break;
      i = end - 1;
      continue;
    }
    const kind = kinds[i] ?? 'empty';
    if (kind === 'quote' || kind === 'mark' || isStrayWrap(lines, kinds, i)) continue;
    if (own && isLastWrap(lines, kinds, i)) continue;
    kept[i] = true;
    own ||= kind === 'text';
  }
  return kept;
}

/** Everything below such a line is somebody else's, quoted with or without signs. */
function isFinalBorder(lines: readonly string[], kinds: readonly LineKind[], at: number): boolean {
  const line = lines[at] ?? '';
  // Our own marker ends the reply, unless the program quoted it properly: then answers may stand below.
  if (kinds[at] === 'mark') return !/^\s*[>|]/.test(line) || !kinds.slice(at).includes('quote');
  if (kinds[at] === 'original') return true;
  if (kinds[at] === 'quote' || kinds[at] === 'empty') return false;
  if (/^_{20,}$/.test(line.trim())) return true;
  return isHeaderBlock(lines, at) || footers.some((footer) => footer.test(line.trim().slice(0, 200)));
}

/** After "On … wrote:", words are the writer's only if the quote itself carries `>` signs. */
function hasQuotedAnswer(kinds: readonly LineKind[], from: number, own: boolean): boolean {
  const first = kinds.slice(from).find((kind) => kind !== 'empty');
  if (first === 'quote' || first === 'mark') return true;
  return !own && kinds.slice(from).includes('quote');
}

/** The tail of a quoted line that lost its `>` in wrapping. */
function isStrayWrap(lines: readonly string[], kinds: readonly LineKind[], at: number): boolean {
  const line = lines[at] ?? '';
  return (
    kinds[at - 1] === 'quote' &&
    kinds[at + 1] === 'quote' &&
    (lines[at - 1] ?? '').length >= 60 &&
    line.length < 30
  );
}

/** The same at the very end, below an answer: it goes on in the middle of the quoted sentence. */
function isLastWrap(lines: readonly string[], kinds: readonly LineKind[], at: number): boolean {
  return (
    kinds[at - 1] === 'quote' &&
    (lines[at - 1] ?? '').length >= 60 &&
    /^\p{Ll}/u.test(lines[at] ?? '') &&
    lines.slice(at + 1).every((line) => line === '')
  );
}

function dropSignature(lines: readonly string[], kept: boolean[]): void {
  let last = -1;
  for (let i = 0; i < lines.length; i += 1) {
    if (
      kept[i] &&
      deviceSignatures.some((device) =>
        device.test(
          (lines[i] ?? '')
            .trim()
            .replace(/<[^>]{0,200}>/g, '')
            .trim()
            .slice(0, 160),
        ),
      )
    )
      kept[i] = false;
  }
  const words = lines.flatMap((line, i) => (kept[i] && line.trim() !== '' ? [i] : []));
  const delimiter = words.find((i, n) => n > 0 && isSignatureDelimiter(lines[i] ?? ''));
  const opening = words.find((i) => isSignatureDelimiter(lines[i] ?? ''));
  last = delimiter ?? opening ?? -1;
  if (last >= 0) for (let i = last; i < kept.length; i += 1) kept[i] = false;
  const closing = closingAt(
    lines,
    words.filter((i) => kept[i]),
  );
  if (closing >= 0) for (let i = closing; i < kept.length; i += 1) kept[i] = false;
}

/** RFC 3676 section 4.3, with the trailing space optional and dashes as they come. */
function isSignatureDelimiter(line: string): boolean {
  return /^(?:--|—|––|——|—{3,12}|_{2,10})$/.test(line.trim());
}

/** The index of a closing formula with at most six short lines below it, never the first words. */
function closingAt(lines: readonly string[], words: readonly number[]): number {
  for (let n = Math.max(1, words.length - 7); n < words.length; n += 1) {
    const rest = words.slice(n + 1);
    const short = rest.every((i) => (lines[i] ?? '').length <= 70);
    if (short && isClosing(lines[words[n] ?? 0] ?? '')) return words[n] ?? -1;
  }
  return -1;
}

/** Whether a line is nothing but a closing formula, perhaps with a name after a comma. */
export function isClosing(line: string): boolean {
  const bare = line.trim().toLowerCase();
  if (bare.length > 60) return false;
  const formula = bare.replace(/[,.!;:\s\p{Extended_Pictographic}]{1,8}$/u, '');
  return closingSet.has(formula) || closingSet.has(formula.split(/ ?[,/|] ?/)[0] ?? '');
}

const closingSet: ReadonlySet<string> = new Set(closings);

/** A dashed rule between reply and quote belongs to the quote. */
function dropEdgeRules(lines: readonly string[], kept: boolean[]): void {
  for (let i = lines.length - 1; i >= 0; i -= 1) {
    if (!kept[i] || lines[i] === '') continue;
    if (lineKind(lines[i] ?? '') !== 'rule' && !isCutMark(lines[i] ?? '')) return;
    kept[i] = false;
  }
}

function tidy(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
}
