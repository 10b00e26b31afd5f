import { type Kpi, kpis } from '../../src/lead/kpi.ts';
import type { Lead } from '../../src/lead/lead.ts';
import { type Figures, type ItemWhat, rankItems, sectionsOf } from '../../src/lead/report.ts';
import { closedWeek, weeksUpTo } from '../../src/lead/weekly-slot.ts';
import {
  distributorDigest,
  managerDigest,
  partnerDigest,
  vendorDigest,
} from '../../src/letters/digest-letters.ts';
import type { DigestView } from '../../src/letters/digest-view.ts';
import { anna, desk, id, lead, now, partner } from './samples.ts';

/** Weekly reports with figures and rows of any number. */

const hour = 3_600_000;
const zone = 'Europe/Berlin';
const week = closedWeek(zone, now);
const weeks = weeksUpTo(zone, week, 8);
const { time_to_answer_business: _, ...none } = kpis([], [], { from: week.from, until: week.until }, now);

export { none };

const of = (value: number | null, n: number): Kpi => ({ value, n });
const busy: Figures = {
  ...none,
  offers_sent: of(21, 21),
  offer_acceptance_rate: of(0.81, 21),
  time_to_answer: of(45 * 60_000, 17),
  time_to_first_contact: of(5.2 * hour, 12),
  contact_rate: of(0.9, 10),
  overdue: of(4, 30),
  conversion_rate: of(0.25, 40),
  win_rate: of(0.6, 5),
  average_deal_time: of(12.4 * 24 * hour, 10),
  average_deal_size: of(2_316_650, 9),
};
const before: Figures = {
  ...busy,
  offer_acceptance_rate: of(0.77, 30),
  time_to_answer: of(90 * 60_000, 20),
  offers_sent: of(30, 30),
};
const whats: ItemWhat[] = ['contact', 'update', 'offer'];
const other = id(21);

export interface DigestSample {
  readonly rows?: number;
  readonly l?: Lead;
  readonly figures?: Figures;
}

type Reader = 'partner' | 'manager' | 'distributor' | 'vendor';

/**
 * Rows that a contact holds, of which every fifth is a colleague's (and for a distributor every seventh somebody else's
 * below it); leads differ by id and reference.
 */
function sample({ rows = 4, l = lead, figures = busy }: DigestSample, reader: Reader) {
  const vendor = reader === 'vendor';
  const leads = Array.from(
    { length: rows },
    (_, i): Lead => ({ ...l, id: id(1000 + i), reference: `L-${String(i).padStart(6, '0')}` }),
  );
  const items = leads.map((one, i) => ({
    id: id(2000 + i),
    lead_id: one.id,
    what: vendor
      ? ((['decide', 'contact', 'place', 'qualify'] as const)[i % 4] as ItemWhat)
      : (whats[i % 3] as ItemWhat),
    due_at: new Date(now.getTime() + (i - 100) * hour),
    partner_id: reader === 'distributor' && i % 7 === 6 ? id(11) : partner.id,
    contact_id: reader === 'distributor' && i % 7 === 6 ? id(22) : i % 5 === 4 ? other : anna.id,
  }));
  return {
    reader: { name: 'Anna Weber', company: vendor ? null : partner.name },
    desk,
    week,
    since: '2026-08-17',
    asOf: now,
    sections: sectionsOf(rankItems(items, reader === 'partner' ? anna.id : null, now), 0),
    leads: new Map(leads.map((one) => [one.id, one])),
    names: new Map([
      [other, 'Bernd Colleague'],
      [partner.id, partner.name],
      [id(11), 'Wärme Allgäu e. K.'],
    ]),
    figures,
    before,
    span: figures,
    currency: 'EUR',
    won:
      figures === none
        ? []
        : [
            { money: { minor: 4_200_000, currency: 'EUR' }, n: 2 },
            { money: { minor: 900_000, currency: 'GBP' }, n: 1 },
          ],
    weeks: weeks.map(({ monday }, i) => ({
      monday,
      figures: figures === none ? none : { ...busy, conversion_rate: of(0.2, 5 + i) },
    })),
  };
}
const company = {
  places: { taken: 7, limit: 10 },
  standing: {
    points: 45,
    debts: 1,
    blocked: true,
    suspended: false,
    redeem: { path: 'a', act: 'redeem', obj: partner.id } as const,
  },
};
const among = { contact: anna.id, partner: partner.id };
const lines = (count: number, name: (i: number) => string, figures: Figures = busy) =>
  Array.from({ length: count }, (_, i) => ({
    partner_id: id(3000 + i),
    name: name(i),
    figures,
    won: [{ money: { minor: 2_800_000, currency: 'EUR' }, n: 1 }],
  }));
const team = (s: DigestSample) => ({
  team: lines(3, (i) => ['Anna Weber', 'Bernd Colleague', 'Carla Braun'][i] as string, s.figures),
  moreTeam: 2,
});

export const partnerView = (s: DigestSample = {}): DigestView =>
  partnerDigest({ ...sample(s, 'partner'), ...company });
export const managerView = (s: DigestSample = {}): DigestView =>
  managerDigest({ ...sample(s, 'manager'), ...company, ...team(s), among });
export const distributorView = (s: DigestSample = {}): DigestView =>
  distributorDigest({
    ...sample(s, 'distributor'),
    ...company,
    ...team(s),
    among,
    partners: lines(25, (i) => `Reseller Nummer ${i} GmbH`, s.figures),
    morePartners: 3,
  });
export const vendorView = (s: DigestSample = {}, partners = 25): DigestView =>
  vendorDigest({
    ...sample(s, 'vendor'),
    all: true,
    partners: lines(partners, (i) => `Wärmetechnik Nummer ${i} GmbH`, s.figures),
    morePartners: 14,
  });

/** A report of each kind, by kind. */
export const everyDigest: Readonly<Record<string, (s?: DigestSample) => DigestView>> = {
  'partner-digest': partnerView,
  'manager-digest': managerView,
  'distributor-digest': distributorView,
  'vendor-digest': vendorView,
};
