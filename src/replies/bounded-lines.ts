/** Nothing behind these bounds is read; the raw mail is kept elsewhere. */
const maxCharacters = 32 * 1024;
const maxLines = 400;
const maxLineLength = 1000;
const maxBlankRun = 2;

/**
 * A body as bounded lines: ends trimmed, blank runs collapsed, invisible characters gone.
 * Every later step may assume at most 400 lines of at most 1,000 characters.
 */
export function boundedLines(body: string): string[] {
  const lines: string[] = [];
  let blanks = 0;
  for (const raw of splitLines(body)) {
    const line = tidyLine(raw);
    blanks = line === '' ? blanks + 1 : 0;
    if (blanks > maxBlankRun) continue;
    lines.push(line);
    if (lines.length === maxLines) break;
  }
  return lines;
}

function splitLines(body: string): string[] {
  // The blank runs go before the cut, or a page of newlines would hide the words below it.
  const head = body.slice(0, maxCharacters * 8).replace(/\r\n?/g, '\n');
  return head
    .replace(/\n{3,}/g, '\n\n\n')
    .slice(0, maxCharacters)
    .split('\n');
}

function tidyLine(raw: string): string {
  return raw
    .slice(0, maxLineLength)
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad\0]/g, '')
    .replace(/[\u00a0\u2007\u202f\t]/g, ' ')
    .trimEnd();
}
