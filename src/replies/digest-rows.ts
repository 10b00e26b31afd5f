import { type Decision, type Intent, readIntent } from './intent.ts';
import type { ReadingStyle } from './read-line.ts';
import type { Verb } from './verb-phrases.ts';

export type Answer = { readonly intents: readonly Intent[]; readonly decision: Exclude<Decision, 'ignore'> };

const maxRows = 200;

/**
 * A digest's reply: "2 won 14k, 3 lost price, rest unchanged". Every clause names its rows;
 * with the number of rows known, "rest" is spelt out. One doubtful clause and all is asked.
 */
export function readDigest(paragraph: string, rows: number | undefined, style: ReadingStyle): Answer {
  const clauses = rowClauses(paragraph);
  const named = clauses.flatMap(({ numbers }) => numbers);
  if (clauses.length === 0 || (named.length === 0 && !clauses.some(({ rest }) => rest)))
    return rowless(paragraph, rows, style);
  const read = clauses.map((clause) => ({ clause, ...readIntent(clause.words, 'lead', style) }));
  const intents = read.flatMap(({ clause, intent }) =>
    rowsOf(clause, named, rows).map((row) => ({ ...intent, row, words: clause.raw })),
  );
  const unsure = read.some(
    ({ clause, intent, decision }) => decision !== 'apply' || (clause.rest && !forMany.includes(intent.verb)),
  );
  const wrongRow =
    named.some((row) => row < 1 || row > (rows ?? maxRows)) || new Set(named).size < named.length;
  return { intents, decision: unsure || wrongRow ? 'ask' : 'apply' };
}

/** What may be said of all remaining rows at once: nothing that ends a lead. */
const forMany: readonly Verb[] = ['unchanged', 'contacted', 'not-reached', 'snooze'];
/** What is about the reader, not about a row. */
const rowFree: readonly Verb[] = ['pause', 'help', 'undo', 'note'];

function rowless(paragraph: string, rows: number | undefined, style: ReadingStyle): Answer {
  const { intent, decision } = readIntent(paragraph, 'lead', style);
  if (rowFree.includes(intent.verb)) return { intents: [intent], decision };
  if (rows === 1) return { intents: [{ ...intent, row: 1 }], decision };
  if (intent.verb === 'unchanged' && decision === 'apply')
    return {
      intents: rowsOf({ numbers: [], rest: true }, [], rows).map((row) => ({ ...intent, row })),
      decision,
    };
  return { intents: [intent], decision: 'ask' };
}

type Clause = {
  readonly numbers: readonly number[];
  readonly rest: boolean;
  readonly words: string;
  readonly raw: string;
};

function rowsOf(
  { numbers, rest }: Pick<Clause, 'numbers' | 'rest'>,
  named: readonly number[],
  rows: number | undefined,
): (number | null)[] {
  if (!rest) return [...numbers];
  if (rows === undefined) return [null];
  return Array.from({ length: Math.min(rows, maxRows) }, (_, i) => i + 1).filter(
    (row) => !named.includes(row),
  );
}

const rowHead =
  /^(?:(?:row|line|lead|zeile|nr\.?|no\.?|number|nummer|pos\.?|ligne|fila|riga) ?)?#?(\d{1,3})(?![\d.,:/'’]\d|\d|[./]\d| ?(?:k|tsd|%|€|eur|uhr|weeks?|wochen?|days?|tagen?|months?|monaten?|am|pm)\b)[.):]?(?: ?[-–=:>]{1,2})?(?: |$)/i;
const rangeHead = /^#?(\d{1,3}) ?(?:-|–|to|bis) ?#?(\d{1,3})(?![\d.,]\d|\d)[.):]? /i;
const restHead =
  /^(?:the |der |die |den |alle? |all )?(?:rest|others?|remaining|remainder|everything else|everything|[uü]brigen?|anderen|restlichen|alle|all|alles|sonst|(?:les )?autres|(?:le |du )?reste|(?:el |il )?resto|(?:los|las) dem[aá]s|gli altri|(?:de )?overigen?)(?: (?:are|is|of them|rows?|leads?|sind|ist|bleib\w{1,3}|anderen|[uü]brigen|est|es|est[aá]n?|è|sono|is|blijft))?[:,]? /i;

/** Whether a clause speaks of the rows that no other one names. */
export const namesAllOthers = (clause: string): boolean => restHead.test(clause.trim());

/** Clauses end at line ends, semicolons, commas and "and" that a row number follows. */
function rowClauses(paragraph: string): Clause[] {
  const pieces = paragraph
    .slice(0, 4000)
    .split(
      /\n|;|,(?=\s)|,(?=\d{1,3} [a-zäöü])|\.(?= (?:\d{1,3} [a-zäöü]|rest\b))|\s(?:and|und|et|y|e|en)\s(?=#?\d{1,3}\b|(?:the |der |die )?(?:rest|others?)\b)/i,
    );
  const clauses: Clause[] = [];
  let waiting: number[] = [];
  for (const piece of pieces.slice(0, maxRows)) {
    const raw = piece.trim();
    if (raw === '') continue;
    const head = headOf(raw);
    const previous = clauses.at(-1);
    if (!head && previous)
      clauses[clauses.length - 1] = {
        ...previous,
        words: `${previous.words}, ${raw}`,
        raw: `${previous.raw}, ${raw}`,
      };
    else if (!head)
      return isGreeting(raw) ? rowClauses(pieces.slice(pieces.indexOf(piece) + 1).join('; ')) : [];
    else if (head.words === '') waiting = [...waiting, ...head.numbers];
    else {
      clauses.push({
        ...head,
        numbers: [...waiting, ...head.numbers],
        raw: waiting.length > 0 ? `${waiting.join(', ')}, ${raw}` : raw,
      });
      waiting = [];
    }
  }
  return waiting.length > 0
    ? [...clauses, { numbers: waiting, rest: false, words: '', raw: waiting.join(', ') }]
    : clauses;
}

function headOf(raw: string): Omit<Clause, 'raw'> | null {
  const many = rangeHead.exec(raw);
  const [low, high] = [Number(many?.[1]), Number(many?.[2])];
  if (many && low < high && high <= maxRows)
    return {
      numbers: Array.from({ length: high - low + 1 }, (_, i) => low + i),
      rest: false,
      words: raw.slice(many[0].length).trim(),
    };
  const rest = restHead.exec(raw);
  if (rest) return { numbers: [], rest: true, words: raw.slice(rest[0].length).trim() };
  const numbers: number[] = [];
  let words = raw;
  // "2 + 3 unchanged", "2/3 lost": several rows share one clause.
  for (
    let head = rowHead.exec(words);
    head && numbers.length < 20;
    head = numbers.length > 0 && /^[+&/]/.test(words) ? rowHead.exec(words.replace(/^[+&/] ?/, '')) : null
  ) {
    words = (/^[+&/]/.test(words) ? words.replace(/^[+&/] ?/, '') : words).slice(head[0].length).trim();
    numbers.push(Number(head[1]));
  }
  return numbers.length > 0 ? { numbers, rest: false, words } : null;
}

function isGreeting(raw: string): boolean {
  return (
    raw.length < 40 &&
    /^(?:hi|hello|hey|dear|hallo|liebe|guten|moin|servus|bonjour|bonsoir|hola|buenos|buenas|ciao|buongiorno|salve|goedemorgen|goedemiddag|goedendag|beste|geachte|thanks|thank|danke|merci|gracias|grazie|bedankt|sehr)\b/i.test(
      raw,
    ) &&
    !/\d/.test(raw)
  );
}
