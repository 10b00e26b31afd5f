/**
 * Spellings that mean the same, brought to one form for comparing. Nothing here is ever shown: a lead keeps the words
 * it came with.
 */

/** Lower case without marks: ä is ae, ß is ss, é is e. */
export const folded = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[äæ]/g, 'ae')
    .replace(/[öøœ]/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .replace(/ł/g, 'l')
    .normalize('NFD')
    .replace(/\p{M}/gu, '');

/** Where letters arrive, whatever the tag or, at Gmail, the dots; null for what is no address. */
export function mailForm(email: string | null): string | null {
  const [local, domain, more] = (email ?? '').trim().toLowerCase().split('@');
  if (!local || !domain || more !== undefined) return null;
  const box = local.replace(/\+.*$/, '') || local;
  return /^(?:gmail|googlemail)\.com$/.test(domain)
    ? `${box.replaceAll('.', '')}@gmail.com`
    : `${box}@${domain}`;
}

/** The digits of a number without extension and trunk zero; `whole` when they begin with the country's code. */
export function phoneForm(phone: string | null): { readonly digits: string; readonly whole: boolean } | null {
  const bare = (phone ?? '').replace(/(?:ext\.?|durchwahl|dw|app\.?|x)\s*\d+\s*$/i, '').replaceAll('(0)', '');
  const all = bare.replace(/\D/g, '');
  const whole = /^\s*\+/.test(bare) || all.startsWith('00');
  const digits = all.replace(/^0+/, '');
  return digits.length >= leastDigits ? { digits, whole } : null;
}
/** Shorter numbers are emergency calls, extensions and slips of the pen. */
const leastDigits = 7;

/** What follows the country's code in the longer one is the shorter one. */
export function samePhone(a: ReturnType<typeof phoneForm>, b: ReturnType<typeof phoneForm>): boolean {
  if (!a || !b) return false;
  if (a.whole === b.whole) return a.digits === b.digits;
  const [whole, national] = a.whole ? [a.digits, b.digits] : [b.digits, a.digits];
  const code = whole.length - national.length;
  return code >= 1 && code <= 3 && whole.endsWith(national);
}

/** `D-89 073` is 89073. */
export function postalForm(postal: string | null): string | null {
  const bare = folded(postal ?? '')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  return bare.replace(/^[A-Z]{1,3}(?=\d{4,5}$)/, '') || null;
}

/** `Haupt-Straße 12 a` is hauptstr12a. */
export const streetForm = (street: string | null): string | null =>
  folded(street ?? '')
    .replace(/stra(?:ss|s)e|str\b\.?/g, 'str')
    .replace(/[^a-z0-9]/g, '') || null;

const titles = new Set('dr prof dipl ing herr frau mr mrs ms med mag mba phd'.split(' '));

/** The words of a person's name in one order, titles left out: `Weber, Anna` is Anna Weber. */
export const nameForm = (name: string | null): string | null =>
  wordsOf(name ?? '')
    .filter((word) => !titles.has(word))
    .map(loosely)
    .sort()
    .join(' ') || null;

const legalForms = new Set(
  (
    'gmbh mbh ggmbh ag kg kgaa ohg og gbr ug haftungsbeschraenkt se ev eg ek ekfm ekfr eu co cie comp company ' +
    'ltd limited plc llc llp lp inc incorporated corp corporation pty sa sarl sas sasu eurl srl srls spa snc sl slu ' +
    'lda bv nv vof bvba sprl cv oy oyj ab as asa aps hb kb sro doo dd kft zrt bt spzoo ooo'
  ).split(' '),
);
const before = new Set(['firma', 'fa', 'ooo', 'the', 'die', 'der', 'das']);
const joining = new Set(['und', 'and', 'et', 'en']);
/** Where a firm stands, not which firm it is. */
const places = new Set(
  'deutschland germany oesterreich austria schweiz switzerland group gruppe international europe'.split(' '),
);

/** The words that tell a company from another: without legal form, owner and "Firma". Empty for no company. */
export function companyWords(company: string | null): readonly string[] {
  const all = wordsOf(company ?? '');
  const own = before.has(all[0] ?? '') && all.length > 1 ? all.slice(1) : all;
  const owner = own.findIndex((word, i) => i > 0 && /^(?:inh|inhaber|inhaberin|owner)$/.test(word));
  const named = owner > 0 ? own.slice(0, owner) : own;
  // The first word is its name, whatever it looks like: "Co Working Ulm", "AS Bau".
  return named.filter((word, i) => (i === 0 || !legalForms.has(word)) && !joining.has(word)).map(loosely);
}

/** The same in one word, for looking up. */
export const companyForm = (company: string | null): string | null => companyWords(company).join('') || null;

/** How alike two names are: 1 the same but for spaces and order, 0.8 misspelt or with the country behind it, else 0. */
export function nameLikeness(a: readonly string[], b: readonly string[]): 0 | 0.8 | 1 {
  if (a.length === 0 || b.length === 0) return 0;
  const [whole, other] = [a.join(''), b.join('')];
  if (whole === other || sorted(a) === sorted(b)) return 1;
  const [left, right] = [a.filter((w) => !places.has(w)), b.filter((w) => !places.has(w))];
  if (left.length > 0 && left.join('') === right.join('')) return 0.8;
  if (left.length === right.length) return sameButForSlips(left, right) ? 0.8 : 0;
  return alike(left.join(''), right.join('')) ? 0.8 : 0;
}

const sorted = (words: readonly string[]): string => [...words].sort().join(' ');

/** Each word has its counterpart in the same place, or in any when all but the order is the same. */
const sameButForSlips = (a: readonly string[], b: readonly string[]): boolean =>
  a.every((word, i) => alike(word, b[i] ?? '')) ||
  [...a].sort().every((word, i) => alike(word, [...b].sort()[i] ?? ''));

/** One slip of the pen in a word of five letters, two in one of nine; a number or an initial is never a slip. */
function alike(a: string, b: string): boolean {
  if (a === b) return true;
  const least = Math.min(a.length, b.length);
  if (least < 5 || a[0] !== b[0] || a.replace(/\D/g, '') !== b.replace(/\D/g, '')) return false;
  return slips(a, b) <= (least >= 9 ? 2 : 1);
}

/** How many letters to add, leave out, change or swap with the next. */
function slips(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = at(rows, i - 1, j - 1) + Number(a[i - 1] !== b[j - 1]);
      const swap =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? at(rows, i - 2, j - 2) + 1
          : change;
      row.push(Math.min(change, swap, at(rows, i - 1, j) + 1, (row[j - 1] ?? 0) + 1));
    }
    rows.push(row);
  }
  return at(rows, a.length, b.length);
}

const at = (rows: readonly (readonly number[])[], i: number, j: number): number => rows[i]?.[j] ?? 0;

/** Words without points, hyphens and spaces between initials: `S. A. R. L.` is sarl, `K&K` is k und k. */
function wordsOf(text: string): string[] {
  const plain = folded(text)
    .replace(/(?<!\p{L})(\p{L})\./gu, '$1')
    .replace(/['’`´]/g, '')
    .replace(/[&+]/g, ' und ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\bsp z ?o ?o\b/g, 'spzoo')
    .trim();
  const joined = plain.replace(/(?<!\S)\p{L}(?: \p{L})+(?!\S)/gu, (initials) => initials.replaceAll(' ', ''));
  return joined === '' ? [] : joined.split(' ');
}

/** What people write in more than one way. */
const loosely = (word: string): string =>
  word
    .replace(/ae/g, 'a')
    .replace(/oe/g, 'o')
    .replace(/ue/g, 'u')
    .replace(/(?:ey|ay|ai)/g, 'ei')
    .replace(/ph/g, 'f')
    .replace(/th/g, 't')
    .replace(/ck/g, 'k')
    .replace(/tz/g, 'z')
    .replace(/dt\b/g, 't')
    .replace(/y/g, 'i')
    .replace(/(\p{L})\1+/gu, '$1');
