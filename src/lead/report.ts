import type { Kpis } from './kpi.ts';

/** The figures a database can give for a mass of partners; business hours need zones, which it does not know. */
export type Figures = Omit<Kpis, 'time_to_answer_business'>;

/**
 * What somebody has to do: the holder's duties, an offer to answer, and the vendor's own steps (an escalated claim to
 * decide on, a lead to place or to qualify).
 */
export type ItemWhat = 'contact' | 'update' | 'offer' | 'decide' | 'place' | 'qualify';

/** One open thing of a report's scope. */
export interface OpenItem {
  /** The assignment, the offer, or the lead itself for the vendor's steps. */
  readonly id: string;
  readonly lead_id: string;
  readonly what: ItemWhat;
  readonly due_at: Date | null;
  readonly partner_id: string | null;
  /** The one accountable person at the partner; null for the vendor's steps. */
  readonly contact_id: string | null;
}

export type Urgency = 'overdue' | 'soon' | 'later';
export interface RankedItem extends OpenItem {
  readonly urgency: Urgency;
  /** The reader can act on it: a colleague's item is shown without buttons and without its customer. */
  readonly mine: boolean;
}

/** What needs the reader, most urgent first; the rest in one line each; and how many more there are. */
export interface Sections {
  readonly needs: readonly RankedItem[];
  readonly rest: readonly RankedItem[];
  readonly more: number;
  /** Everything that needs the reader, shown or not. */
  readonly needing: number;
}

/** Rows with buttons, and rows at all, of one report. */
export const rowsWithButtons = 7;
export const rowsShown = 25;

const dayMs = 86_400_000;
const soonMs = 7 * dayMs;
/** An offer that nobody answers is gone soonest after what is already late with the customer. */
const weights = {
  decide: 0,
  contact: 1,
  offer: 2,
  place: 2,
  update: 3,
  qualify: 4,
} as const satisfies Record<ItemWhat, number>;
const groups = { overdue: 0, soon: 10, later: 20 } as const satisfies Record<Urgency, number>;

/** Open items by urgency: the reader's own first, then what is late, then by kind and date. @param reader null: all are */
export function rankItems(items: readonly OpenItem[], reader: string | null, at: Date): RankedItem[] {
  return items
    .map((item) => ({
      ...item,
      urgency: urgencyOf(item, at),
      mine: reader === null || item.contact_id === reader,
    }))
    .sort((a, b) => rankOf(a) - rankOf(b) || dueMs(a) - dueMs(b) || (a.id < b.id ? -1 : 1));
}

const rankOf = (item: RankedItem): number =>
  (item.mine ? 0 : 100) + groups[item.urgency] + weights[item.what];

const dueMs = (item: OpenItem): number => item.due_at?.getTime() ?? Number.MAX_SAFE_INTEGER;

/** An open offer runs out by itself and a lead nobody has taken waits: both count as late from the start. */
function urgencyOf({ what, due_at }: OpenItem, at: Date): Urgency {
  if (what === 'offer' || what === 'place' || what === 'decide') return 'overdue';
  const left = due_at === null ? Number.POSITIVE_INFINITY : due_at.getTime() - at.getTime();
  if (left < 0) return 'overdue';
  return left <= soonMs ? 'soon' : 'later';
}

/** Cuts a ranked list into the block with buttons, the lines below it, and a count. @param hidden items not loaded */
export function sectionsOf(ranked: readonly RankedItem[], hidden = 0): Sections {
  const needing = ranked.filter((item) => item.mine && item.urgency !== 'later');
  const needs = needing.slice(0, rowsWithButtons);
  const shown = new Set(needs);
  const others = ranked.filter((item) => !shown.has(item));
  const rest = others.slice(0, rowsShown - needs.length);
  return { needs, rest, more: others.length - rest.length + hidden, needing: needing.length + hidden };
}

/** A week with nothing open, nothing new and nothing closed is not worth a mail. */
export const isWorthSending = (week: Figures, open: number): boolean =>
  open > 0 ||
  week.overdue.n > 0 ||
  [week.offers_sent, week.conversion_rate, week.win_rate].some((figure) => figure.n > 0);

/** A partner's line in a vendor's report. */
export interface PartnerLine {
  readonly partner_id: string;
  readonly name: string;
  readonly figures: Figures;
}

/** Worst first: most overdue, then the least contact in time or the least answered; equals by offers, then by name. */
export function worstFirst<L extends PartnerLine>(lines: readonly L[]): L[] {
  const shortfall = ({ figures: f }: L): number =>
    1 - Math.min(f.contact_rate.value ?? 1, f.response_rate.value ?? 1);
  return [...lines].sort(
    (a, b) =>
      (b.figures.overdue.value ?? 0) - (a.figures.overdue.value ?? 0) ||
      shortfall(b) - shortfall(a) ||
      b.figures.offers_sent.n - a.figures.offers_sent.n ||
      (a.name < b.name ? -1 : 1),
  );
}
