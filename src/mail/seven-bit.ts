/** Octets a line may have besides its CRLF (RFC 5322 2.1.1). */
const longestLine = 998;
const lineFeed = 10;

/**
 * HTML with every sign beyond ASCII as its reference, which means the same wherever text or an attribute stands; a
 * control character means nothing there and is shown as such. Style and script know no references; ours are ASCII as
 * they are.
 */
export const inAscii = (html: string): string => html.replace(/[^\t\n\r -~]+/g, references);

const references = (signs: string): string =>
  [...signs].map((sign) => `&#${/\p{Cc}/u.test(sign) ? 0xfffd : sign.codePointAt(0)};`).join('');

/**
 * A text as the bytes of a part that travels without any encoding (RFC 2045 2.7): ASCII without control characters, and
 * no line that is too long.
 *
 * @returns undefined where the text is not like that
 */
export const sevenBit = (text: string): Buffer | undefined =>
  /[^\t\n\r -~]/.test(text) ? undefined : linesOf(text);

/** The same of HTML, which can always be ASCII. */
export const sevenBitHtml = (html: string): Buffer | undefined => linesOf(inAscii(html));

function linesOf(ascii: string): Buffer | undefined {
  const text = ascii.includes('\r') ? ascii.replaceAll('\r\n', '\n') : ascii;
  if (text.includes('\r')) return undefined;
  const bytes = Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');
  return hasLongLine(bytes) ? undefined : bytes;
}

/** From the last end of a line within reach to the next: a letter has hundreds of lines. */
function hasLongLine(bytes: Buffer): boolean {
  let start = 0;
  while (bytes.length - start > longestLine) {
    const end = bytes.lastIndexOf(lineFeed, start + longestLine + 1);
    if (end < start) return true;
    start = end + 1;
  }
  return false;
}
