/**
 * Text as it is compared: lower case, without accents, zero-width and control characters; compatibility characters
 * (full width, circled, superscript) as their plain twins. `at` leads from each folded character back to `clean`.
 */
export interface Folded {
  /** The original without zero-width and control characters; what is shown. */
  readonly clean: string;
  readonly text: string;
  /** Index in `clean` of every character of `text`, and `clean.length` at the end. */
  readonly at: readonly number[];
}

export function fold(original: string): Folded {
  const clean = visible(original);
  const at: number[] = [];
  let text = '';
  let index = 0;
  for (const char of clean) {
    const folded = foldChar(char);
    for (let i = 0; i < folded.length; i += 1) at.push(index);
    text += folded;
    index += char.length;
  }
  at.push(clean.length);
  return { clean, text, at };
}

/** Without control characters (but tab and line ends), zero-width and other ignorable ones. */
export const visible = (text: string): string => text.replace(/[\p{Cf}\p{DI}]|(?![\t\n\r])\p{Cc}/gu, '');

/** One character as it is compared; may become none, or several (`ß`, `ﬁ`). Odd spaces become U+00A0, dashes `-`. */
export function foldChar(char: string): string {
  if (char <= '\u007f') return char.toLowerCase();
  const known = remembered.get(char);
  if (known !== undefined) return known;
  const folded = slowFold(char);
  if (remembered.size < 5000) remembered.set(char, folded);
  return folded;
}

const remembered = new Map<string, string>();

const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  '’': "'",
  '‘': "'",
  '´': "'",
  ʼ: "'",
  '−': '-',
};

function slowFold(char: string): string {
  if (/\p{Zs}/u.test(char)) return '\u00a0';
  if (/\p{Pd}/u.test(char)) return '-';
  if (/\p{Nd}/u.test(char)) return digitOf(char);
  const lower = char.toLowerCase();
  if (Object.hasOwn(plain, lower)) return plain[lower] as string;
  const bare = lower.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return bare.replace(/[^\0-\u007f]/gu, (c) => (Object.hasOwn(plain, c) ? (plain[c] as string) : c));
}

/** Digits of every script stand in blocks of ten; the block starts at a code ending in 0 or 6 (hexadecimal). */
function digitOf(char: string): string {
  const twin = char.normalize('NFKD');
  if (/^\d$/.test(twin)) return twin;
  const code = char.codePointAt(0) as number;
  const low = code % 16;
  const fromZero = low < 10 && /\p{Nd}/u.test(String.fromCodePoint(code - low));
  return String(fromZero ? low : (low + 10) % 16);
}
