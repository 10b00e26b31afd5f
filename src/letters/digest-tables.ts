import { nothing, pressFigure, shortMoney } from './digest-figures.ts';
import type { DigestView, PartnerRow } from './digest-view.ts';
import type { Ink } from './press.ts';

/** Partners or colleagues side by side. */
export interface PressedTable {
  readonly title: string;
  readonly note: string;
  readonly heads: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly cells: readonly string[];
    readonly line: string;
  }[];
  readonly more: string;
}

/** Whom a report sets side by side: a vendor's partners, a manager's colleagues, a distributor's partners and colleagues. */
export function comparedIn(view: DigestView) {
  const partners =
    'partners' in view ? [{ what: 'partners', rows: view.partners, more: view.morePartners }] : [];
  const team = 'team' in view ? [{ what: 'team', rows: view.team, more: view.moreTeam }] : [];
  return ([...partners, ...team] as const).filter((table) => table.rows.length > 0);
}

export const tablesOf = (view: DigestView, ink: Ink): PressedTable[] =>
  comparedIn(view).map(({ what, rows, more }) => pressTable(what as 'partners' | 'team', rows, more, ink));

/** The last column holds amounts. */
export function withWon(table: PressedTable, rows: readonly PartnerRow[], ink: Ink): PressedTable {
  return {
    ...table,
    rows: table.rows.map((row, i) => {
      const cells = [...row.cells.slice(0, -1), wonCell(rows[i] as PartnerRow, ink)];
      return { name: row.name, cells, line: lineOf(table.heads.slice(1), cells) };
    }),
  };
}

const wonCell = (row: PartnerRow, ink: Ink): string =>
  row.won.length > 0 ? shortMoney(row.won, ink) : nothing;
const lineOf = (heads: readonly string[], cells: readonly string[]): string =>
  cells.map((cell, i) => `${heads[i]} ${cell}`).join(' · ');

function pressTable(
  what: 'partners' | 'team',
  rows: readonly PartnerRow[],
  more: number,
  ink: Ink,
): PressedTable {
  const { words } = ink;
  const names = rows[0]?.figures.map((f) => f.name) ?? [];
  const heads = [...names.map((name) => words.t(`digest.head.${name}`)), words.t('digest.head.won_value')];
  return {
    title: words.t(`digest.${what}`),
    note: what === 'team' ? words.t('digest.team_note') : '',
    heads: [words.t(`digest.head.${what === 'team' ? 'colleague' : 'partner'}`), ...heads],
    rows: rows.map((row) => {
      const cells = [...row.figures.map((f) => pressFigure(f, ink, '').value), wonCell(row, ink)];
      return { name: row.name, cells, line: lineOf(heads, cells) };
    }),
    more: more > 0 ? words.t(`digest.more_${what}`, { count: more }) : '',
  };
}
