import type { rankItems } from '../lead/report.ts';
import { sectionsOf } from '../lead/report.ts';
import { type ClosedWeek, weeksUpTo } from '../lead/weekly-slot.ts';
import type { DigestInput } from '../letters/digest-letters.ts';
import type { DigestView, WonSums } from '../letters/digest-view.ts';
import type { Tx } from '../postgres/database.ts';
import type { Person } from '../postgres/people.ts';
import { type FigureTable, figuresOf, type WonRow, wonByCurrency } from '../postgres/weekly-figures.ts';
import { houseCurrency, leadsById } from '../postgres/weekly-rows.ts';
import type { Deps } from './deps.ts';

/** What a weekly report rests on, whoever reads it: figures of some partners over some weeks, and the leads of its rows. */

/** Columns of the trend; conversion, deal time and size look back a quarter, since a week of claims has not ended yet. */
const trendWeeks = 8;
const spanWeeks = 13;
/** Places among the periods asked for: the trend's weeks, oldest first, then the longer span. */
const [lastWeek, wholeSpan] = [trendWeeks - 2, trendWeeks];
export const thisWeek = trendWeeks - 1;

/** Who reads about which week. */
export interface Occasion {
  readonly reader: Person;
  readonly week: ClosedWeek;
}

/** A report ready to be posted, and whether there is anything in it. */
export interface WeeklyReport {
  readonly view: DigestView;
  readonly worthSending: boolean;
}

export interface Scope {
  readonly weeks: readonly ClosedWeek[];
  readonly since: string;
  readonly table: FigureTable;
  readonly won: readonly WonRow[];
  readonly currency: string;
}

/** All figures of a reader's partners: five statements, however many partners there are. @param partners null: all */
export async function figuresFor(
  tx: Tx,
  { reader, week }: Occasion,
  partners: readonly string[] | null,
): Promise<Scope> {
  const span = weeksUpTo(reader.timezone, week, spanWeeks);
  const weeks = span.slice(-trendWeeks);
  const first = span[0] ?? week;
  const periods = [...weeks, { from: first.from, until: week.until }];
  const byPartner = partners?.length === 1 ? [] : [thisWeek];
  const won = await wonByCurrency(tx, { partners, periods, byPartner });
  // What most deals of the span were made in: a partner in London reads pounds.
  const usual = won.find((row) => row.period === wholeSpan && row.partner_id === null)?.currency;
  const currency = usual ?? (await houseCurrency(tx));
  const table = await figuresOf(tx, { partners, periods, byPartner, at: tx.now, currency });
  return { weeks, since: first.monday, table, won, currency };
}

export interface Found extends Scope {
  readonly ranked: ReturnType<typeof rankItems>;
  readonly hidden: number;
  readonly names: ReadonlyMap<string, string>;
}

export async function inputFor(
  deps: Deps,
  tx: Tx,
  { reader, week }: Occasion,
  found: Found,
): Promise<DigestInput> {
  const { table, weeks, ranked } = found;
  const sections = sectionsOf(ranked, found.hidden);
  const shown = [...sections.needs, ...sections.rest];
  return {
    reader: { name: reader.name, company: null },
    desk: deps.house.desk,
    week,
    since: found.since,
    asOf: tx.now,
    sections,
    leads: await leadsById(
      tx,
      shown.map((item) => item.lead_id),
    ),
    names: found.names,
    figures: table.of(thisWeek, null),
    before: table.of(lastWeek, null),
    span: table.of(wholeSpan, null),
    currency: found.currency,
    won: sumsOf(found.won, thisWeek, null),
    weeks: weeks.map(({ monday }, i) => ({ monday, figures: table.of(i, null) })),
  };
}

export const sumsOf = (won: readonly WonRow[], period: number, partner: string | null): WonSums =>
  won
    .filter((row) => row.period === period && row.partner_id === partner)
    .map(({ minor, currency, n }) => ({ money: { minor, currency }, n }));
