import { hint, nearest } from '../lead/nearest.ts';

/** A fault of a file of rows, told so that its owner finds the place. */
export interface RowFault {
  readonly line: number;
  /** As the file names it; the field where the file has no such column. */
  readonly column: string;
  readonly message: string;
}

/** The columns of a file by the field they fill; `null` for those that are left out. */
export type Columns = readonly (string | null)[];

/** Names people give to columns, beside the field's own, in English and German; compared without case and signs. */
export type Synonyms = Readonly<Record<string, readonly string[]>>;

/**
 * Finds the field of each column.
 *
 * @param map what the caller says himself: column to field, or to `-` for leaving it out
 * @param numbered fields that may come several times with a number: `contact_name_2`
 */
export function columnsOf(
  header: readonly string[],
  synonyms: Synonyms,
  map: ReadonlyMap<string, string>,
  numbered: (field: string) => boolean = () => false,
): { readonly columns: Columns; readonly faults: readonly RowFault[] } {
  const faults: RowFault[] = [];
  const fail = (column: string, message: string): null => {
    faults.push({ line: 1, column, message });
    return null;
  };
  const taken = new Map<string, string>();
  const columns = header.map((name) => {
    const column = name.trim();
    const said = map.get(column) ?? map.get(bare(column));
    if (said === '-' || (column === '' && said === undefined)) return null;
    const field = fieldOf(said ?? column, synonyms, numbered);
    if (field === undefined) return fail(column, unknown(said ?? column, synonyms));
    const other = taken.get(field);
    if (other !== undefined)
      return fail(
        column,
        `fills ${field}, as the column "${other}" does; leave one out with --map "${column}=-"`,
      );
    taken.set(field, column);
    return ignored.includes(field) ? null : field;
  });
  for (const [column] of map)
    if (!header.some((name) => name.trim() === column || bare(name) === bare(column)))
      faults.push({
        line: 1,
        column,
        message: `is named in --map, but the file has no such column; ${hint(column, header)}`,
      });
  return { columns, faults };
}

/** What an export tells and an import cannot: it is passed over, so that an export can be read in again. */
const ignored = [
  'reference',
  'state',
  'stage',
  'partner',
  'contact',
  'created_at',
  'outcome',
  'outcome_amount',
  'suspended',
];

function fieldOf(name: string, synonyms: Synonyms, numbered: (field: string) => boolean): string | undefined {
  if (/^custom\.[^\s.]{1,57}$/.test(name)) return name;
  const wanted = bare(name);
  const plain = [...Object.entries(synonyms), ...ignored.map((f): [string, string[]] => [f, []])];
  const find = (word: string): string | undefined =>
    plain.find(([field, words]) => bare(field) === word || words.some((w) => bare(w) === word))?.[0];
  const found = find(wanted);
  if (found) return found;
  // contact_name_2, contact2_name, Ansprechpartner 2 Name
  const number = /(\d{1,2})/.exec(wanted)?.[1];
  const base = number && find(wanted.replace(number, ''));
  if (!base || !numbered(base)) return undefined;
  return Number(number) === 1 ? base : `${base}_${Number(number)}`;
}

function unknown(name: string, synonyms: Synonyms): string {
  const words = Object.values(synonyms).flat();
  const near = nearest(name, [...Object.keys(synonyms), ...words]);
  const field =
    near &&
    (Object.hasOwn(synonyms, near) ? near : Object.keys(synonyms).find((f) => synonyms[f]?.includes(near)));
  const way = field ? `did you mean "${field}"? Say --map "${name}=${field}"` : `say --map "${name}=FIELD"`;
  return `is no field; ${way}, --map "${name}=custom.NAME" to keep it, or --map "${name}=-" to leave it out`;
}

const bare = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .replace(/[^a-z0-9]/g, '');

/** The cells of a row by field; a leading apostrophe before a sign that spreadsheets run goes, as an export put it there. */
export function fieldsOf(columns: Columns, cells: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [i, field] of columns.entries()) {
    const text = (cells[i] ?? '').replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, '').trim();
    if (field && text !== '') fields[field] = text;
  }
  return fields;
}

/** Faults of fields, at the columns that filled them. */
export function atColumns(
  line: number,
  header: readonly string[],
  columns: Columns,
  faults: readonly { readonly field: string; readonly message: string }[],
): RowFault[] {
  return faults.map(({ field, message }) => {
    const at = columns.indexOf(field);
    return at >= 0
      ? { line, column: (header[at] ?? field).trim(), message }
      : {
          line,
          column: field,
          message: columns.length > 0 ? message : `${message} (the file has no column for it)`,
        };
  });
}

const splitBy = /[;,|\n]/;
/** `solar; heat-pump` */
export const listOf = (text: string | undefined): string[] | undefined =>
  text
    ?.split(splitBy)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** A number with point or comma; what is none stays text, to be named by the check. */
export function numberOf(text: string | undefined): number | string | undefined {
  if (text === undefined) return undefined;
  const value = Number(text.replace(',', '.'));
  return Number.isFinite(value) && /\d/.test(text) ? value : text;
}

/** `1.12.2026` as 2026-12-01; anything else as it is. */
export function dateOf(text: string | undefined): string | undefined {
  const found = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text ?? '');
  if (!found) return text;
  const [, day = '', month = '', year = ''] = found;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** A word of the file in the house's own, where it is another language's. */
export const wordOf = (
  text: string | undefined,
  words: Readonly<Record<string, string>>,
): string | undefined => (text === undefined ? undefined : (words[text.toLowerCase()] ?? text));
