import type { Kpi } from '../lead/kpi.ts';
import type { Lead } from '../lead/lead.ts';
import type { Figures, PartnerLine, RankedItem, Sections } from '../lead/report.ts';
import type { ClosedWeek } from '../lead/weekly-slot.ts';
import { button, iso, isoOrNull, pageOrder } from './buttons.ts';
import type {
  DigestFigure,
  DigestRow,
  DigestStanding,
  DistributorDigestView,
  ManagerDigestView,
  PartnerDigestView,
  PartnerRow,
  VendorDigestView,
  WonSums,
} from './digest-view.ts';
import { heldLead } from './held-lead.ts';
import type { Button, Desk, ReaderView } from './letter.ts';
import { plainLine } from './plain.ts';
import { teaser } from './teaser.ts';

/** What all weekly reports are built from. */
export interface DigestInput {
  readonly reader: { readonly name: string | null; readonly company: string | null };
  readonly desk: Desk | null;
  readonly week: ClosedWeek;
  /** Monday of the first week of the longer span. */
  readonly since: string;
  readonly asOf: Date;
  readonly sections: Sections;
  /** Whoever reads about colleagues too: what they hold themselves is theirs, the rest they can take over. */
  readonly among?: { readonly contact: string; readonly partner: string };
  /** Leads of the rows shown. */
  readonly leads: ReadonlyMap<string, Lead>;
  /** Names of holders (of colleagues by contact, of partners by partner). */
  readonly names: ReadonlyMap<string, string>;
  readonly figures: Figures;
  readonly before: Figures;
  readonly span: Figures;
  readonly currency: string;
  readonly won: WonSums;
  /** The last eight weeks, oldest first. */
  readonly weeks: readonly { readonly monday: string; readonly figures: Figures }[];
}

export interface PartnerDigestInput extends DigestInput {
  readonly standing?: DigestStanding | null;
  readonly places: { readonly taken: number; readonly limit: number | null };
}

export interface VendorDigestInput extends DigestInput {
  readonly all: boolean;
  readonly partners: readonly Line[];
  readonly morePartners: number;
}

type Line = PartnerLine & { readonly won: WonSums };

export interface ManagerDigestInput extends PartnerDigestInput {
  readonly team: readonly Line[];
  readonly moreTeam: number;
}

export interface DistributorDigestInput extends ManagerDigestInput {
  readonly partners: readonly Line[];
  readonly morePartners: number;
}

/** The week of one partner, for one of its people. Customers are named on the reader's own rows only. */
export const partnerDigest = (input: PartnerDigestInput): PartnerDigestView => ({
  kind: 'partner-digest',
  ...ofCompany(input),
});

/** The week of a partner's whole team, for its manager: what a colleague has let lie can be taken over. */
export const managerDigest = (input: ManagerDigestInput): ManagerDigestView => ({
  kind: 'manager-digest',
  ...ofCompany(input),
  ...ofTeam(input),
});

/** The week of a distributor's own company and of the partners below it. */
export const distributorDigest = (input: DistributorDigestInput): DistributorDigestView => ({
  kind: 'distributor-digest',
  ...ofCompany(input),
  ...ofTeam(input),
  partners: input.partners.map(partnerRow),
  morePartners: input.morePartners,
});

const ofTeam = (input: ManagerDigestInput) => ({
  team: input.team.map(partnerRow),
  moreTeam: input.moreTeam,
});

function ofCompany(input: PartnerDigestInput) {
  const { limit, taken } = input.places;
  return {
    ...common(input, 'partner'),
    trend: trendOf('won', input.weeks, wins),
    capacity: limit === null ? null : { taken, limit },
    standing: input.standing ?? null,
  };
}

/** The week of a vendor's partners, for an account manager (own partners) or a program manager (all). */
export function vendorDigest(input: VendorDigestInput): VendorDigestView {
  return {
    kind: 'vendor-digest',
    ...common(input, 'vendor'),
    trend: trendOf('taken', input.weeks, (f) => f.conversion_rate.n),
    all: input.all,
    partners: input.partners.map(partnerRow),
    morePartners: input.morePartners,
  };
}

function common(input: DigestInput, side: ReaderView['side']) {
  const { reader, week, sections, figures } = input;
  const row = (item: RankedItem, i: number): DigestRow => digestRow(input, side, item, i);
  return {
    reference: '',
    reader: {
      side,
      name: reader.name === null ? null : plainLine(reader.name, 80),
      company: reader.company === null ? null : plainLine(reader.company, 80),
    },
    desk: input.desk,
    rows: [],
    prefs: null,
    monday: week.monday,
    sunday: week.sunday,
    since: input.since,
    asOf: iso(input.asOf),
    needing: sections.needing,
    needs: sections.needs.flatMap((item, i) => (input.leads.has(item.lead_id) ? [row(item, i)] : [])),
    rest: sections.rest.flatMap((item) =>
      input.leads.has(item.lead_id) ? [{ ...row(item, -1), buttons: [] }] : [],
    ),
    more: sections.more,
    figures: weekFigures(figures, input.before),
    span: spanFigures(input.span),
    currency: input.currency,
    won: input.won,
    wonCount: wins(figures),
  };
}

function digestRow(input: DigestInput, side: ReaderView['side'], item: RankedItem, nth: number): DigestRow {
  const lead = input.leads.get(item.lead_id) as Lead;
  const own = item.mine && (!input.among || item.contact_id === input.among.contact);
  const holds = side === 'partner' && own && (item.what === 'contact' || item.what === 'update');
  const held = holds ? heldLead(lead) : null;
  const shown = held ?? teaser(lead);
  const elsewhere = side === 'vendor' || (input.among && item.partner_id !== input.among.partner);
  const name = elsewhere ? item.partner_id : own ? null : item.contact_id;
  const holder = name === null ? undefined : input.names.get(name);
  return {
    what: item.what,
    urgency: item.urgency,
    mine: item.mine,
    reference: shown.reference,
    topic: shown.topic,
    place: shown.place,
    temperature: shown.temperature,
    value: shown.value,
    dueAt: isoOrNull(item.due_at),
    called: held?.person.called ?? null,
    holder: holder === undefined ? null : plainLine(holder, 60),
    buttons: !item.mine ? [] : own ? buttonsOf[side](item, nth === 0) : colleagueButtons(input, item),
    page: holds ? pageOrder(item.id) : null,
  };
}

/** What a colleague holds the manager can take over; what another company holds, only that company can. */
const colleagueButtons = ({ among }: DigestInput, item: RankedItem): Button[] =>
  among && item.partner_id === among.partner ? [button('take-over', item.id)] : [];

/** The same acts as in the mails about the single lead; three at most. */
const buttonsOf = { partner: partnerButtons, vendor: vendorButtons, prospect: () => [] } as const;

function partnerButtons({ what, id }: RankedItem, first: boolean): Button[] {
  const lead = first ? 'go' : 'quiet';
  if (what === 'contact')
    return [button('contacted', id, lead), button('not-reached', id), button('return', id)];
  if (what === 'offer') return [button('accept', id, lead), button('decline', id)];
  return [button('unchanged', id), button('won', id), button('lost', id)];
}

function vendorButtons({ what, id }: RankedItem): Button[] {
  if (what === 'decide') return [button('on-it', id), button('extend', id), button('move', id)];
  if (what === 'contact' || what === 'update') return [button('extend', id), button('move', id)];
  if (what === 'qualify') return [button('qualify', id), button('needs-more', id), button('disqualify', id)];
  return [];
}

const figure = (name: keyof Figures, unit: DigestFigure['unit'], now: Kpi, before?: Kpi): DigestFigure => ({
  name,
  unit,
  value: unit === 'count' ? (now.value ?? 0) : now.value,
  n: now.n,
  before: before ? (unit === 'count' ? (before.value ?? 0) : before.value) : null,
});

const of = (f: Figures, b: Figures | null, name: keyof Figures, unit: DigestFigure['unit']): DigestFigure =>
  figure(name, unit, f[name], b?.[name]);

const weekFigures = (f: Figures, b: Figures): DigestFigure[] => [
  of(f, b, 'offers_sent', 'count'),
  of(f, b, 'offer_acceptance_rate', 'rate'),
  of(f, b, 'time_to_answer', 'time'),
  of(f, b, 'time_to_first_contact', 'time'),
  of(f, b, 'contact_rate', 'rate'),
  of(f, null, 'overdue', 'count'),
];

const spanFigures = (f: Figures): DigestFigure[] => [
  of(f, null, 'conversion_rate', 'rate'),
  of(f, null, 'average_deal_time', 'time'),
  of(f, null, 'average_deal_size', 'money'),
];

const partnerRow = ({ name, figures: f, won }: Line): PartnerRow => ({
  name: plainLine(name, 60),
  figures: [
    of(f, null, 'offers_sent', 'count'),
    of(f, null, 'offer_acceptance_rate', 'rate'),
    of(f, null, 'overdue', 'count'),
  ],
  won,
});

/** Deals won: the share of the closed ones is exact, so its product is the number again. */
const wins = ({ win_rate: { value, n } }: Figures): number => Math.round((value ?? 0) * n);

/** A row of empty columns says nothing. */
function trendOf(what: 'won' | 'taken', weeks: DigestInput['weeks'], countOf: (f: Figures) => number) {
  const columns = weeks.map(({ monday, figures }) => ({ monday, value: countOf(figures) }));
  return columns.some((c) => c.value > 0) ? { what, columns } : null;
}
