/** Octets a line may have besides its CRLF (RFC 5322 2.1.1). */
const longestLine = 998;

/**
 * HTML with every sign beyond ASCII as its reference, which means the same wherever text or an attribute stands. Style
 * and script know no references; ours are ASCII as they are.
 */
export const inAscii = (html: string): string => html.replace(/[\u0080-\uffff]+/g, references);

const references = (signs: string): string => [...signs].map((sign) => `&#${sign.codePointAt(0)};`).join('');

/**
 * A text as the bytes of a part that travels without any encoding (RFC 2045 2.7): ASCII, no control characters, no line
 * that is too long.
 *
 * @returns undefined where the text is not like that
 */
export function sevenBit(text: string): Buffer | undefined {
  if (/[^\t\r\n -~]/.test(text)) return undefined;
  const lines = text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
  return lines.includes('\r') || hasLongLine(lines)
    ? undefined
    : Buffer.from(lines.replaceAll('\n', '\r\n'), 'latin1');
}

function hasLongLine(text: string): boolean {
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (end - start > longestLine) return true;
    start = end + 1;
  }
  return text.length - start > longestLine;
}
