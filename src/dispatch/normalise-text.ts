/** Texts as they are stored: one spelling of what looks the same, no control characters. */

type Told = string | null | undefined;

/** One line, or null when there is nothing in it. Line ends would reach mail headers. */
export const oneLine = (text: Told): string | null =>
  (text ?? '')
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim() || null;

/** Several lines, ended by `\n`; other control characters go. */
export const severalLines = (text: Told): string | null =>
  (text ?? '')
    .normalize('NFC')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .trim() || null;

/** A list of names: trimmed, each once, in the order told. */
export const names = (list: readonly string[] | null | undefined): string[] => [
  ...new Set((list ?? []).map(oneLine).filter((name) => name !== null)),
];
