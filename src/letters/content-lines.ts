/** Lines of vCard 3.0 (RFC 2426) and iCalendar (RFC 5545): the same escaping and folding in both. */

/** Text in a value: backslash, semicolon, comma and line ends carry meaning there. */
export const escaped = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
    .replace(/[\\;,]/g, (sign) => `\\${sign}`)
    .replace(/\n/g, '\\n');

const longest = 75;

/** A line of 75 octets at the most, continued on the next behind a space; no character is cut in two. */
export function folded(line: string): string {
  const lines: string[] = [];
  let [now, size] = ['', 0];
  for (const character of line) {
    const octets = Buffer.byteLength(character);
    if (size + octets > longest) {
      lines.push(now);
      // The space that continues a line is one of its octets.
      [now, size] = [' ', 1];
    }
    now += character;
    size += octets;
  }
  return [...lines, now].join('\r\n');
}

/** A whole file: every line folded and ended by CRLF, empty properties left out. */
export const contentLines = (lines: readonly (string | null)[]): string =>
  lines
    .filter((line) => line !== null)
    .map((line) => `${folded(line)}\r\n`)
    .join('');
