import { instantOf } from '../lead/calendar.ts';
import {
  isWorthSending,
  type OpenItem,
  rankItems,
  rowsShown,
  sectionsOf,
  worstFirst,
} from '../lead/report.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
import { type ClosedWeek, closedWeek, weeksUpTo } from '../lead/weekly-slot.ts';
import { type DigestInput, partnerDigest, vendorDigest } from '../letters/digest-letters.ts';
import { type DigestView, shortDigest, type WonSums } from '../letters/digest-view.ts';
import type { Tx } from '../postgres/database.ts';
import { namesOf, type Person } from '../postgres/people.ts';
import { findPreferences } from '../postgres/preferences.ts';
import { type FigureTable, figuresOf, type WonRow, wonByCurrency } from '../postgres/weekly-figures.ts';
import { readersAt } from '../postgres/weekly-readers.ts';
import {
  houseCurrency,
  lateClaims,
  leadsById,
  partnerDesk,
  partnerItems,
  partnerNames,
  partnersOfCam,
  waitingLeads,
} from '../postgres/weekly-rows.ts';
import type { Deps } from './deps.ts';
import { digestStanding } from './digest-standing.ts';
import { post } from './post-letter.ts';

/** Columns of the trend; conversion, deal time and size look back a quarter, since a week of claims has not ended yet. */
const trendWeeks = 8;
const spanWeeks = 13;
/** Places among the periods asked for: the trend's weeks, oldest first, then the longer span. */
const [thisWeek, lastWeek, wholeSpan] = [trendWeeks - 1, trendWeeks - 2, trendWeeks];

/** Which report, to whom. */
export interface ReportOrder {
  /** Address of a vendor user, or of contacts of partners. */
  readonly to: string;
  /** Local date of the reader (`2026-11-16`): the report as it would be due that morning; null: now. */
  readonly asOf: string | null;
}

/**
 * Posts a weekly report at once, even an empty one: the same code as the timetable's. Leads are shown as they are now;
 * the figures are those of the last week that had closed on the day asked for.
 *
 * @returns to whom it was posted
 */
export async function sendReport(
  deps: Deps,
  { to, asOf }: ReportOrder,
): Promise<Result<{ readonly posted: number }>> {
  if (asOf !== null && !isDate(asOf)) {
    return refuse({
      kind: 'invalid',
      errors: [{ pointer: '/as_of', message: 'must be a day like 2026-11-16' }],
    });
  }
  return deps.db.inTransaction(async (tx) => {
    const readers = await readersAt(tx, to);
    if (readers.length === 0) return refuse({ kind: 'not-found', what: 'person' });
    for (const reader of readers) {
      const at = asOf === null ? tx.now : instantOf(reader.timezone, asOf, '07:30');
      if (at > tx.now)
        return refuse({ kind: 'invalid', errors: [{ pointer: '/as_of', message: 'must not lie ahead' }] });
      const { view } = await weeklyReport(deps, tx, reader, closedWeek(reader.timezone, at));
      const key = `report:${reader.id}:${asOf ?? ''}:${tx.now.getTime()}`;
      await postReport(deps, tx, reader, view, key);
    }
    return ok({ posted: readers.length });
  });
}

export const postReport = (deps: Deps, tx: Tx, to: Person, view: DigestView, key: string): Promise<unknown> =>
  post(deps, tx, {
    key,
    lead_id: null,
    offer_id: null,
    view,
    to: { person_id: to.id, email: to.email, name: to.name },
  });

/** A report ready to be posted, and whether there is anything in it. */
export interface WeeklyReport {
  readonly view: DigestView;
  readonly worthSending: boolean;
}

/** The report in the extent its reader has chosen. */
export async function weeklyReport(
  deps: Deps,
  tx: Tx,
  reader: Person,
  week: ClosedWeek,
): Promise<WeeklyReport> {
  const report = await (reader.kind === 'contact' && reader.partner_id
    ? partnerReport(deps, tx, { reader, week }, reader.partner_id)
    : vendorReport(deps, tx, { reader, week }));
  const chosen = await findPreferences(tx, reader.id);
  return chosen?.extent === 'short' ? { ...report, view: shortDigest(report.view) } : report;
}

interface Occasion {
  readonly reader: Person;
  readonly week: ClosedWeek;
}

async function partnerReport(deps: Deps, tx: Tx, about: Occasion, partnerId: string): Promise<WeeklyReport> {
  const scope = await figuresFor(tx, about, [partnerId]);
  const items = await partnerItems(tx, partnerId, tx.now);
  const places = await partnerDesk(tx, partnerId);
  const ranked = rankItems(items, about.reader.id, tx.now);
  const colleagues = await namesOf(
    tx,
    items.flatMap((item) => item.contact_id ?? []),
  );
  const names = new Map([...colleagues].map(([id, { name }]) => [id, name]));
  const input = await inputFor(deps, tx, about, { ...scope, ranked, hidden: 0, names });
  const view = partnerDigest({
    ...input,
    reader: { name: about.reader.name, company: places?.name ?? null },
    places: places ?? { taken: 0, limit: null },
    standing: await digestStanding(deps, tx, about.reader),
  });
  return { view, worthSending: isWorthSending(input.figures, items.length) };
}

async function vendorReport(deps: Deps, tx: Tx, about: Occasion): Promise<WeeklyReport> {
  const all = about.reader.role !== 'cam';
  const own = all ? null : await partnersOfCam(tx, about.reader.email);
  const scope = await figuresFor(tx, about, own);
  const late = await lateClaims(tx, own, tx.now, rowsShown);
  const waiting = all ? await waitingLeads(tx, tx.now, rowsShown) : { items: [], total: 0 };
  const items: OpenItem[] = [...late.items, ...waiting.items];
  const total = late.total + waiting.total;
  const partners = await partnerNames(tx, scope.table.partners);
  const names = new Map(partners.map((p) => [p.id, p.name]));
  const ranked = rankItems(items, null, tx.now);
  const input = await inputFor(deps, tx, about, { ...scope, ranked, hidden: total - items.length, names });
  const lines = partners.map(({ id, name }) => ({
    partner_id: id,
    name,
    figures: scope.table.of(thisWeek, id),
    won: sumsOf(scope.won, thisWeek, id),
  }));
  const worst = worstFirst(lines);
  const view = vendorDigest({
    ...input,
    all,
    partners: worst.slice(0, rowsShown),
    morePartners: Math.max(0, worst.length - rowsShown),
  });
  return { view, worthSending: isWorthSending(input.figures, total) };
}

interface Scope {
  readonly weeks: readonly ClosedWeek[];
  readonly since: string;
  readonly table: FigureTable;
  readonly won: readonly WonRow[];
  readonly currency: string;
}

/** All figures of a reader's partners: five statements, however many partners there are. @param partners null: all */
async function figuresFor(
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

interface Found extends Scope {
  readonly ranked: ReturnType<typeof rankItems>;
  readonly hidden: number;
  readonly names: ReadonlyMap<string, string>;
}

async function inputFor(deps: Deps, tx: Tx, { reader, week }: Occasion, found: Found): Promise<DigestInput> {
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

const sumsOf = (won: readonly WonRow[], period: number, partner: string | null): WonSums =>
  won
    .filter((row) => row.period === period && row.partner_id === partner)
    .map(({ minor, currency, n }) => ({ money: { minor, currency }, n }));

const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
