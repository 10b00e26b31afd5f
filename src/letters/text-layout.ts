/**
 * Lays out a plain text mail: lines of 72 columns (an address stays whole), no blank line twice, indentation kept.
 * Text that cannot be broken is cut before the 998 octets SMTP allows a line.
 */
export function layText(text: string, columns = 72): string {
  const lines: string[] = [];
  for (const raw of (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).split('\n')) {
    const line = raw.trimEnd();
    if (line === '') {
      // At most one empty line, and none at the beginning.
      if (lines.length > 0 && lines.at(-1) !== '') lines.push('');
    } else if (line.length <= columns || isAddress(line)) lines.push(line);
    else lines.push(...wrapLine(line, columns));
  }
  return `${lines.join('\n').trim()}\n`;
}

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
