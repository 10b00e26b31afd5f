/**
 * Text that strangers supplied, made fit to print: no control or direction characters, nothing a mail program would
 * turn into a link. Escaping for HTML is the template's duty; this is about what is left after it.
 */
export function plainLine(text: string, longest = 160): string {
  return cut(tame(text).replace(/\s+/gu, ' ').trim(), longest);
}

/** The same for text of several lines: line ends stay, at most one empty line between two paragraphs. */
export function plainText(text: string, longest = 1500): string {
  const lines = tame(text)
    .split('\n')
    .map((line) => line.replace(/[^\S\n]+/gu, ' ').trim());
  return cut(
    lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
    longest,
  );
}

export const plainOrNull = (text: string | null | undefined, longest?: number): string | null => {
  const line = plainLine(text ?? '', longest);
  return line === '' ? null : line;
};

/** Without control, direction and zero-width characters, lone surrogates and private use; line ends become \n. */
export function visible(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(/\p{Cf}/gu, '')
    .replace(/[^\P{C}\n]/gu, ' ');
}

/** Breaks what mail programs turn into links: `https://a.example` becomes `hxxps[:]//a[.]example`. */
function tame(text: string): string {
  return visible(text)
    .replace(
      /([a-z][a-z0-9+.-]{1,20}):\/\//giu,
      (_, scheme: string) => `${scheme.replace(/^htt(?=ps?$)/iu, 'hxx')}[:]//`,
    )
    .replace(/(?<=[\p{L}\p{N}])\.(?=\p{Ll}{2,})/gu, '[.]');
}

/** Cut at a character, never inside one. */
function cut(text: string, longest: number): string {
  const whole = [...text];
  return whole.length <= longest
    ? text
    : `${whole
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`;
}
