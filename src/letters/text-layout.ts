/**
 * Lays out a plain text mail: lines of 72 columns (an address stays whole), no blank line twice, indentation kept.
 * Text that cannot be broken is cut before the 998 octets SMTP allows a line.
 */
export function layText(text: string, columns = 72): string {
  const source = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  let laid = '';
  // Most lines are as they should be: they are taken over by the stretch, not one by one.
  let taken = 0;
  let wasEmpty = true;
  for (let start = 0, end = 0; start <= source.length; start = end + 1) {
    end = source.indexOf('\n', start);
    if (end < 0) end = source.length;
    const line = source.slice(start, end).trimEnd();
    const isEmpty = line === '';
    // At most one empty line, and none at the beginning.
    const lines = isEmpty ? (wasEmpty ? [] : ['']) : linesOf(line, columns);
    wasEmpty = isEmpty;
    if (lines.length === 1 && lines[0]?.length === end - start) continue;
    laid += source.slice(taken, start);
    for (const each of lines) laid += `${each}\n`;
    taken = end + 1;
  }
  return `${(laid + source.slice(taken)).trim()}\n`;
}

const linesOf = (line: string, columns: number): string[] =>
  line.length <= columns || isAddress(line) ? [line] : wrapLine(line, columns);

/** An address stays whole: cut in two it would lead nowhere. */
const isAddress = (line: string): boolean => /^\s*https?:\/\/\S+$/.test(line);

function wrapLine(line: string, columns: number): string[] {
  const [lead = '', indent = '', mark = ''] = /^(\s*)((?:[-*>]|\d+\.) )?/.exec(line) ?? [];
  const rest = line.slice(lead.length);
  const hang = indent + (mark.startsWith('>') ? mark : ' '.repeat(mark.length));
  const lines: string[] = [];
  let now = indent + mark;
  let empty = true;
  const words = rest.split(' ');
  for (const word of words.some(isLong) ? words.flatMap(breakable) : words) {
    if (!empty && now.length + 1 + word.length > columns) {
      lines.push(now);
      now = hang;
      empty = true;
    }
    now += empty ? word : ` ${word}`;
    empty = false;
  }
  lines.push(now);
  return lines;
}

const isLong = (word: string): boolean => word.length > 240;

/** A word of any length in pieces of at most 240 characters (960 octets in UTF-8). */
const breakable = (word: string): string[] =>
  !isLong(word) || /^https?:\/\//.test(word) ? [word] : (word.match(/.{1,240}/gsu) ?? []);
