import { instantOf } from '../lead/calendar.ts';
import { isWorthSending, type OpenItem, rankItems, rowsShown, worstFirst } from '../lead/report.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
import { type ClosedWeek, closedWeek } from '../lead/weekly-slot.ts';
import { partnerDigest, vendorDigest } from '../letters/digest-letters.ts';
import { type DigestView, shortDigest } from '../letters/digest-view.ts';
import type { Tx } from '../postgres/database.ts';
import { namesOf, type Person } from '../postgres/people.ts';
import { findPreferences } from '../postgres/preferences.ts';
import { knownProgramme } from '../postgres/programs.ts';
import { readersAt } from '../postgres/weekly-readers.ts';
import {
  lateClaims,
  partnerDesk,
  partnerItems,
  partnerNames,
  partnersOfCam,
  waitingLeads,
} from '../postgres/weekly-rows.ts';
import type { Deps } from './deps.ts';
import { digestStanding } from './digest-standing.ts';
import { post, worded } from './post-letter.ts';
import { figuresFor, inputFor, type Occasion, sumsOf, thisWeek, type WeeklyReport } from './report-scope.ts';
import { teamReport } from './team-report.ts';

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

/** Reports are about no single lead: they speak in the words and colours of the default programme. */
export async function postReport(
  deps: Deps,
  tx: Tx,
  to: Person,
  view: DigestView,
  key: string,
): Promise<void> {
  const rules = (await knownProgramme(tx, deps.db, null))?.document;
  await post(deps, tx, {
    key,
    lead_id: null,
    offer_id: null,
    view: worded(view, rules),
    to: { person_id: to.id, email: to.email, name: to.name },
  });
}

/** The report in the extent its reader has chosen. */
export async function weeklyReport(
  deps: Deps,
  tx: Tx,
  reader: Person,
  week: ClosedWeek,
): Promise<WeeklyReport> {
  const [chosen, report] = await Promise.all([
    findPreferences(tx, reader.id),
    reader.kind === 'contact' && reader.partner_id
      ? companyReport(deps, tx, { reader, week }, reader.partner_id)
      : vendorReport(deps, tx, { reader, week }),
  ]);
  return chosen?.extent === 'short' ? { ...report, view: shortDigest(report.view) } : report;
}

const companyReport = (deps: Deps, tx: Tx, about: Occasion, partnerId: string): Promise<WeeklyReport> =>
  (about.reader.role === 'manager' ? teamReport : partnerReport)(deps, tx, about, partnerId);

async function partnerReport(deps: Deps, tx: Tx, about: Occasion, partnerId: string): Promise<WeeklyReport> {
  const [scope, items, places, standing] = await Promise.all([
    figuresFor(tx, about, [partnerId]),
    partnerItems(tx, partnerId, tx.now),
    partnerDesk(tx, partnerId),
    digestStanding(deps, tx, about.reader),
  ]);
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
    standing,
  });
  return { view, worthSending: isWorthSending(input.figures, items.length) };
}

async function vendorReport(deps: Deps, tx: Tx, about: Occasion): Promise<WeeklyReport> {
  const all = about.reader.role !== 'cam';
  const own = all ? null : await partnersOfCam(tx, about.reader.email);
  const [scope, late, waiting] = await Promise.all([
    figuresFor(tx, about, own),
    lateClaims(tx, own, tx.now, rowsShown),
    all ? waitingLeads(tx, tx.now, rowsShown) : { items: [], total: 0 },
  ]);
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

const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
