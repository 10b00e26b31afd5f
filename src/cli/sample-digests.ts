import { type Kpi, kpis } from '../lead/kpi.ts';
import type { Lead } from '../lead/lead.ts';
import type { Contact, Partner } from '../lead/partner.ts';
import { type Figures, type ItemWhat, rankItems, sectionsOf } from '../lead/report.ts';
import { closedWeek, weeksUpTo } from '../lead/weekly-slot.ts';
import { distributorDigest, managerDigest, partnerDigest, vendorDigest } from '../letters/digest-letters.ts';
import type { DigestView } from '../letters/digest-view.ts';
import type { Desk } from '../letters/letter.ts';

/** A week to preview reports with: invented figures, and one lead in several hands. */

const hour = 3_600_000;
const idOf = (n: number): string => `0193a1b2-c3d4-7e5f-8a9b-${String(n).padStart(12, '0')}`;
const kpi = (value: number, n: number): Kpi => ({ value, n });

interface Sample {
  readonly lead: Lead;
  readonly partner: Partner;
  readonly contact: Contact;
  readonly desk: Desk;
  readonly now: Date;
}

export function sampleDigest(kind: DigestView['kind'], s: Sample): DigestView {
  const input = { ...week(s, kind), desk: s.desk };
  const company = { ...input, places: { taken: 7, limit: 10 }, standing };
  const among = { contact: s.contact.id, partner: s.partner.id };
  const team = { team: lines([s.contact.name, 'Bernd Maier', 'Carla Braun']), moreTeam: 0, among };
  const partners = lines(['Wärmetechnik Illertal', 'Solar Allgäu GmbH']);
  if (kind === 'partner-digest') return partnerDigest(company);
  if (kind === 'manager-digest') return managerDigest({ ...company, ...team });
  if (kind === 'distributor-digest')
    return distributorDigest({ ...company, ...team, partners, morePartners: 0 });
  return vendorDigest({ ...input, all: true, partners, morePartners: 12 });
}

const figures = {
  offers_sent: kpi(21, 21),
  offer_acceptance_rate: kpi(17 / 21, 21),
  time_to_answer: kpi(0.75 * hour, 17),
  time_to_first_contact: kpi(5.2 * hour, 12),
  contact_rate: kpi(0.9, 10),
  overdue: kpi(2, 30),
  conversion_rate: kpi(0.25, 40),
  win_rate: kpi(0.6, 5),
  average_deal_time: kpi(12.4 * 24 * hour, 10),
  average_deal_size: kpi(2_316_650, 9),
};
const nothing = () => kpis([], [], { from: new Date(0), until: new Date(1) }, new Date(0));
const full = (more: Partial<Figures> = {}): Figures => ({ ...nothing(), ...figures, ...more });
const standing = { points: 45, debts: 1, blocked: false, suspended: false, redeem: null };
const won = [{ money: { minor: 4_200_000, currency: 'EUR' }, n: 3 }];

const lines = (names: readonly string[]) =>
  names.map((name, i) => ({
    partner_id: idOf(200 + i),
    name,
    figures: full({ overdue: kpi(2 - i, 9), offers_sent: kpi(7 + i, 7 + i) }),
    won: i === 0 ? [] : won,
  }));

/** The last week that has closed, with what is open now. */
function week({ lead, partner, contact, now }: Sample, kind: DigestView['kind']) {
  const zone = 'Europe/Berlin';
  const last = closedWeek(zone, now);
  const vendor = kind === 'vendor-digest';
  const whats: readonly ItemWhat[] = vendor ? ['decide', 'place', 'qualify'] : ['contact', 'offer', 'update'];
  const leads = whats.map((_, i) => ({ ...lead, id: idOf(300 + i), reference: `L-4F7K2${'QRS'[i]}` }));
  const items = whats.map((what, i) => ({
    id: idOf(400 + i),
    lead_id: idOf(300 + i),
    what,
    due_at: new Date(now.getTime() + (i * 20 - 30) * hour),
    partner_id: partner.id,
    contact_id: i === 2 ? idOf(21) : contact.id,
  }));
  const reader = kind === 'partner-digest' ? contact.id : null;
  return {
    reader: { name: contact.name, company: vendor ? null : partner.name },
    week: last,
    since: weeksUpTo(zone, last, 13)[0]?.monday ?? last.monday,
    asOf: now,
    sections: sectionsOf(rankItems(items, reader, now)),
    leads: new Map(leads.map((one) => [one.id, one])),
    names: new Map([
      [idOf(21), 'Bernd Maier'],
      [partner.id, partner.name],
    ]),
    figures: full(),
    before: full({ offer_acceptance_rate: kpi(0.77, 30), offers_sent: kpi(30, 30) }),
    span: full(),
    currency: 'EUR',
    won,
    weeks: weeksUpTo(zone, last, 8).map(({ monday }, i) => ({
      monday,
      figures: full({ conversion_rate: kpi(0.2, 5 + i) }),
    })),
  };
}
