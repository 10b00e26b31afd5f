import type { LinkOrder } from './acts.ts';
import { bars, type Column, columns } from './charts.ts';
import {
  dayRange,
  figureOf,
  nothing,
  numericDay,
  type PressedFigure,
  percent,
  pressFigure,
  shortDay,
  shortMoney,
  wonWords,
} from './digest-figures.ts';
import { comparedIn, type PressedTable, tablesOf, withWon } from './digest-tables.ts';
import type { DigestFigure, DigestRow, DigestStanding, DigestView } from './digest-view.ts';
import type { Headline } from './headline.ts';
import { type Ink, paint } from './press.ts';
import { spoken } from './teaser.ts';

/** A weekly report in the words of its reader, ready for the templates. */
export interface PressedDigest {
  readonly title: string;
  readonly sentence: string;
  readonly quiet: boolean;
  readonly short: boolean;
  readonly needs: readonly PressedItem[];
  readonly rest: readonly PressedItem[];
  readonly more: string;
  readonly tiles: readonly PressedFigure[];
  readonly figures: readonly PressedFigure[];
  readonly spanTitle: string;
  readonly span: readonly PressedFigure[];
  readonly trend: {
    readonly title: string;
    readonly sentence: string;
    readonly columns: readonly Column[];
    readonly bars: readonly string[];
  } | null;
  /** Partners or colleagues side by side. */
  readonly tables: readonly PressedTable[];
  readonly capacity: string;
  readonly standing: { readonly line: string; readonly url: string } | null;
  readonly note: string;
}

export interface PressedItem {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly state: string;
  readonly late: boolean;
  readonly about: string;
  readonly buttons: readonly {
    readonly label: string;
    readonly alone: string;
    readonly url: string;
    readonly fill: string;
    readonly edge: string;
    readonly ink: string;
    readonly tone: string;
    /** For Outlook, which makes a button as wide as it is told. */
    readonly width: number;
  }[];
}

export const isDigest = (view: { readonly kind: string }): view is DigestView =>
  view.kind.endsWith('-digest');

export function pressDigest(view: DigestView, ink: Ink): PressedDigest {
  const { words, formats } = ink;
  return {
    ...amountsOf(view, ink),
    title: words.t(titleKey(view), { range: dayRange(view.monday, view.sunday, ink) }),
    quiet: view.needing === 0,
    short: view.short === true,
    needs: view.needs.map((row, i) => pressItem(row, i + 1, ink)),
    rest: view.rest.map((row, i) => pressItem(row, view.needs.length + i + 1, ink)),
    more: view.more > 0 ? words.t('digest.more', { count: view.more }) : '',
    spanTitle: words.t('digest.span', { since: shortDay(view.since, ink) }),
    trend: pressTrend(view, ink),
    capacity: 'capacity' in view && view.capacity ? words.t('digest.capacity', { ...view.capacity }) : '',
    standing: 'standing' in view ? pressStanding(view.standing, ink) : null,
    note: words.t('digest.note', {
      range: dayRange(view.monday, view.sunday, ink),
      asOf: formats.zoned(view.asOf),
    }),
  };
}

/** The same report with amounts the way `ink` writes them: nothing else differs between HTML and plain text. */
export function withAmounts(pressed: PressedDigest, view: DigestView, ink: Ink): PressedDigest {
  const about = (items: readonly PressedItem[], rows: readonly DigestRow[]): PressedItem[] =>
    items.map((item, i) => ({ ...item, about: aboutRow(rows[i] as DigestRow, ink) }));
  return {
    ...pressed,
    ...amountsOf(view, ink, pressed),
    needs: about(pressed.needs, view.needs),
    rest: about(pressed.rest, view.rest),
  };
}

/** @param known what was pressed for other amounts: shares and times stay as they are */
function amountsOf(view: DigestView, ink: Ink, known?: PressedDigest) {
  const press = (before: readonly PressedFigure[] | undefined) => (f: DigestFigure, i: number) =>
    f.unit === 'money'
      ? pressFigure(f, ink, view.currency)
      : (before?.[i] ?? pressFigure(f, ink, view.currency));
  const figures = view.figures.map(press(known?.figures));
  const won = wonFigure(view, ink);
  const short = view.won.length > 0 ? { ...won, value: shortMoney(view.won, ink) } : won;
  return {
    sentence: sentence(view, ink),
    tiles: [...tilesOf(view, figures), short],
    figures: [...figures, won],
    span: view.span.map(press(known?.span)),
    tables: known
      ? known.tables.map((table, i) => withWon(table, comparedIn(view)[i]?.rows ?? [], ink))
      : tablesOf(view, ink),
  };
}

/** "2 leads wait for a word from you. Your company has 45 points." */
function pressStanding(standing: DigestStanding | null, { words, links }: Ink): PressedDigest['standing'] {
  if (!standing) return null;
  const { points, debts, blocked, suspended, redeem } = standing;
  const lines = [
    suspended ? words.t('digest.standing.suspended') : null,
    debts > 0 ? words.t(`digest.standing.${blocked ? 'blocked' : 'debts'}`, { count: debts }) : null,
    points > 0 ? words.t('digest.standing.points', { count: points }) : null,
  ].filter((line) => line !== null);
  return lines.length > 0 ? { line: lines.join(' '), url: redeem ? links.url(redeem) : '' } : null;
}

/** "Your leads, 9–15 Nov: 3 won, 2 need you". */
export function digestHeadline(view: DigestView, ink: Ink): Headline {
  const { words } = ink;
  const range = dayRange(view.monday, view.sunday, ink);
  const accepted = figureOf(view.figures, 'offer_acceptance_rate')?.value ?? null;
  const overdue = figureOf(view.figures, 'overdue')?.value ?? 0;
  const won = view.wonCount > 0 ? words.t('digest.news.won', { count: view.wonCount }) : null;
  const needs = words.t('digest.news.needs', { count: view.needing });
  const news =
    view.kind === 'partner-digest' || view.kind === 'manager-digest'
      ? [won, needs]
      : [
          accepted === null ? null : words.t('digest.news.accepted', { rate: percent(accepted, ink) }),
          view.won.length > 0 ? words.t('digest.news.worth', { value: shortMoney(view.won, ink) }) : won,
          words.t('digest.news.overdue', { count: overdue }),
        ];
  const subject = words.t(`${titleKey(view)}_subject`, { range, news: news.filter(Boolean).join(', ') });
  return { subject, preheader: sentence(view, ink) };
}

const titleKey = (view: DigestView): string => {
  if (view.kind === 'vendor-digest') return view.all ? 'digest.all' : 'digest.cam';
  return `digest.${view.kind.slice(0, -'-digest'.length)}`;
};

/** "12 of 21 offers were accepted, 3 leads were won, worth €42,000, and 2 things need you." */
function sentence(view: DigestView, ink: Ink): string {
  const { words } = ink;
  const sent = figureOf(view.figures, 'offers_sent')?.value ?? 0;
  const rate = figureOf(view.figures, 'offer_acceptance_rate');
  const accepted = words.t('digest.said.accepted', {
    count: rate?.n ?? 0,
    accepted: Math.round((rate?.value ?? 0) * (rate?.n ?? 0)),
  });
  const worth = view.won.length > 0 ? words.t('digest.said.worth', { value: wonWords(view.won, ink) }) : '';
  return words.t('digest.said.all', {
    offers: (rate?.n ?? 0) > 0 ? accepted : words.t('digest.said.sent', { count: sent }),
    won: words.t('digest.said.won', { count: view.wonCount, worth }),
    needs: words.t('digest.said.needs', { count: view.needing }),
  });
}

/** "Hot · €28,000 · Bernd Maier · L-4F7K2Q". */
function aboutRow(row: DigestRow, { words, formats, plain }: Ink): string {
  const value = row.value && formats.money(row.value, plain ? 'code' : 'symbol');
  const about = [words.t(`temperature.${row.temperature}`), value, row.holder, row.reference];
  return about.filter(Boolean).join(' · ');
}

function pressItem(row: DigestRow, number: number, ink: Ink): PressedItem {
  const { words, formats } = ink;
  const url = (order: LinkOrder): string => ink.links.url(order);
  const what =
    row.place === null
      ? spoken(row.topic)
      : words.t('topic.in', { topic: spoken(row.topic), place: row.place });
  const due = row.dueAt === null ? null : formats.moment(row.dueAt);
  const timed = row.what === 'contact' || row.what === 'update' ? `${row.what}.${row.urgency}` : row.what;
  return {
    number,
    title: row.called === null ? what : words.t('digest.called', { name: row.called, what }),
    url: row.page ? url(row.page) : '',
    state: words.t(`digest.state.${timed}`, { when: due ?? nothing }),
    late: row.urgency === 'overdue' && row.what !== 'offer',
    about: aboutRow(row, ink),
    buttons: row.buttons.map((b) => {
      const label = words.t(`digest.buttons.${b.word}`);
      // Seven buttons called "Won" are one to somebody who hears the mail.
      return {
        label,
        alone: `${label}${words.t('colon')} ${row.reference}`,
        url: url(b.order),
        tone: b.tone,
        ...paint(b.tone, ink.fill),
        width: Math.max(88, 36 + 9 * label.length),
      };
    }),
  };
}

const heroes = ['offer_acceptance_rate', 'time_to_first_contact'];

const tilesOf = (view: DigestView, pressed: readonly PressedFigure[]): PressedFigure[] =>
  pressed.filter((_, i) => heroes.includes(view.figures[i]?.name ?? ''));

function wonFigure(view: DigestView, ink: Ink): PressedFigure {
  const n = view.won.reduce((sum, w) => sum + w.n, 0);
  return {
    label: ink.words.t('digest.figure.won_value'),
    value: wonWords(view.won, ink),
    n: ink.words.t('digest.n', { n }),
    change: '',
  };
}

function pressTrend({ trend }: DigestView, ink: Ink): PressedDigest['trend'] {
  const [first, last] = [trend?.columns[0], trend?.columns.at(-1)];
  if (!trend || !first || !last) return null;
  const values = trend.columns.map((c) => ({ label: numericDay(c.monday, ink), value: c.value }));
  const told = {
    first: first.value,
    from: shortDay(first.monday, ink),
    last: last.value,
    to: shortDay(last.monday, ink),
  };
  return {
    title: ink.words.t(`digest.trend.${trend.what}`),
    sentence: ink.words.t('digest.trend.sentence', told),
    columns: columns(values),
    bars: bars(values),
  };
}
