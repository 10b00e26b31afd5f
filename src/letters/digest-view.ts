import type { Temperature } from '../lead/lead.ts';
import type { Money } from '../lead/money.ts';
import type { ItemWhat, Urgency } from '../lead/report.ts';
import type { LinkOrder } from './acts.ts';
import type { Button, Capacity, Letter } from './letter.ts';

/** One open thing of a weekly report, without tokens. */
export interface DigestRow {
  readonly what: ItemWhat;
  readonly urgency: Urgency;
  readonly mine: boolean;
  readonly reference: string;
  readonly topic: string;
  readonly place: string | null;
  readonly temperature: Temperature;
  readonly value: Money | null;
  readonly dueAt: string | null;
  /** The end customer; only on a row the reader holds. */
  readonly called: string | null;
  /** Who holds it, where that is somebody else: a colleague's name, or the partner's. */
  readonly holder: string | null;
  readonly buttons: readonly Button[];
  /** The page that shows the lead; only on a row the reader holds. */
  readonly page: LinkOrder | null;
}

/** A figure as stored: its value now and in the week before, and how many cases it rests on. */
export interface DigestFigure {
  readonly name: string;
  readonly unit: 'count' | 'rate' | 'time' | 'money';
  readonly value: number | null;
  readonly n: number;
  /** The value of the week before; null where there is none, or none is compared. */
  readonly before: number | null;
}

/** Won value, one amount a currency. */
export type WonSums = readonly { readonly money: Money; readonly n: number }[];

export interface WeekColumn {
  readonly monday: string;
  readonly value: number;
}

interface WeeklyReport {
  /** First and last local day of the week told of. */
  readonly monday: string;
  readonly sunday: string;
  /** First day of the longer span of conversion, deal time and deal size. */
  readonly since: string;
  /** When the figures were read. */
  readonly asOf: string;
  readonly needing: number;
  readonly needs: readonly DigestRow[];
  readonly rest: readonly DigestRow[];
  readonly more: number;
  /** Of the week. */
  readonly figures: readonly DigestFigure[];
  /** Of the longer span. */
  readonly span: readonly DigestFigure[];
  readonly currency: string;
  readonly won: WonSums;
  readonly wonCount: number;
  /** Only what needs the reader, by their own choice. */
  readonly short?: boolean;
  readonly trend: { readonly what: 'won' | 'taken'; readonly columns: readonly WeekColumn[] } | null;
}

export interface PartnerDigestView extends Letter<'partner-digest'>, WeeklyReport {
  readonly capacity: Capacity | null;
  readonly standing: DigestStanding | null;
}

/** Where the reader's company stands. */
export interface DigestStanding {
  readonly points: number;
  /** Leads that wait for a word. */
  readonly debts: number;
  readonly blocked: boolean;
  readonly suspended: boolean;
  /** For whoever may spend the points, when there is something to spend them on. */
  readonly redeem: LinkOrder | null;
}

/** The line of a partner (or of a colleague) in a report about several, worst first. */
export interface PartnerRow {
  readonly name: string;
  readonly figures: readonly DigestFigure[];
  readonly won: WonSums;
}

/** For a partner's own manager: how each colleague is doing is theirs to know, and nobody else's. */
export interface ManagerDigestView extends Letter<'manager-digest'>, WeeklyReport, Team {
  readonly capacity: Capacity | null;
  readonly standing: DigestStanding | null;
}

/** For a distributor's managers: the own company, and the partners below it. */
export interface DistributorDigestView extends Letter<'distributor-digest'>, WeeklyReport, Team {
  readonly capacity: Capacity | null;
  readonly standing: DigestStanding | null;
  readonly partners: readonly PartnerRow[];
  readonly morePartners: number;
}

interface Team {
  readonly team: readonly PartnerRow[];
  readonly moreTeam: number;
}

export interface VendorDigestView extends Letter<'vendor-digest'>, WeeklyReport {
  /** True: all partners; false: the reader's own. */
  readonly all: boolean;
  readonly partners: readonly PartnerRow[];
  readonly morePartners: number;
}

export type DigestView = PartnerDigestView | ManagerDigestView | DistributorDigestView | VendorDigestView;

/** The report of somebody who wants only what needs them: no figures, the other leads as a number. */
export const shortDigest = <V extends DigestView>(view: V): V => ({
  ...view,
  short: true,
  rest: [],
  more: view.more + view.rest.length,
  trend: null,
});
