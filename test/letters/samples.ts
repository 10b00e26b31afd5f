import type { Assignment } from '../../src/lead/assignment.ts';
import type { Lead, Prospect } from '../../src/lead/lead.ts';
import type { Offer } from '../../src/lead/offer.ts';
import type { Contact, Partner } from '../../src/lead/partner.ts';
import { absenceLetter } from '../../src/letters/absence-letter.ts';
import { acceptedLetter } from '../../src/letters/accepted-letter.ts';
import { askLetter, receiptLetter, rowsReceipt } from '../../src/letters/answer-letters.ts';
import { recalledLetter, reminderLetter, warningLetter } from '../../src/letters/duty-letters.ts';
import { givenLetter, goneLetter, ownLinkLetter } from '../../src/letters/hand-over-letter.ts';
import type { LetterView, Noted, ReceiptRow } from '../../src/letters/letter.ts';
import { loginLetter } from '../../src/letters/login-letter.ts';
import { offerLetter } from '../../src/letters/offer-letter.ts';
import type { Envelope } from '../../src/letters/press.ts';
import { prospectCheck, prospectPromise } from '../../src/letters/prospect-letters.ts';
import { createLinks } from '../../src/letters/signed-links.ts';
import { camStandingLetter, standingLetter } from '../../src/letters/standing-letter.ts';
import {
  camDeal,
  camReferral,
  type DealTopic,
  dealLetter,
  dealTopics,
  type ReferralTopic,
  referralLetter,
  referralTopics,
} from '../../src/letters/submitted-letters.ts';
import { otherOffer, takenLetter } from '../../src/letters/taken-letter.ts';
import { teaser } from '../../src/letters/teaser.ts';
import { bounceNotice, operatorLetter, qualityAlert } from '../../src/letters/trouble-letters.ts';
import { escalationLetter, qualifyLetter, unplacedLetter } from '../../src/letters/vendor-letters.ts';
import { welcomeLetter } from '../../src/letters/welcome-letter.ts';

export const now = new Date('2026-11-16T12:00:00Z');
const later = (hours: number): Date => new Date(now.getTime() + hours * 3_600_000);
/** Readable ids that are still UUIDs. */
export const id = (n: number): string => `0193a1b2-c3d4-7e5f-8a9b-${String(n).padStart(12, '0')}`;

export const links = createLinks({
  keys: [{ kid: 'k1', secret: 'a secret for samples, thirty-two bytes long' }],
  baseUrl: 'https://leads.acme.example',
});

export const prospect: Prospect = {
  name: 'Katharina Obermüller',
  company: 'Obermüller Immobilien GmbH',
  email: 'k.obermueller@obermueller-immo.example',
  phone: '+49 731 5550 142',
  street: 'Münsterplatz 21',
  postal_code: '89073',
  city: 'Ulm',
  country: 'DE',
  language: 'de',
  lat: null,
  lon: null,
};

export const lead: Lead = {
  id: id(1),
  reference: 'L-4F7K2Q',
  program: { key: 'default', version: 1 },
  state: 'distributing',
  wave: 1,
  due_at: null,
  chased: 0,
  created_at: later(-2),
  external_id: 'crm-4711',
  source: 'trade-fair',
  campaign: 'autumn',
  cost: null,
  temperature: 'hot',
  quality: 'pre_qualified',
  summary: 'Air-to-water heat pump for a 180 m² house, decides within 6 weeks',
  brief:
    'Detached house from 1984, 180 m², gas boiler is 22 years old. The owner spoke to us at the Ulm fair and wants to ' +
    'use the subsidy that ends in March. Radiators were replaced in 2015, there is room for the unit in the garden.\n\n' +
    'She has one other quote and asks for a site visit on a Friday. Budget is agreed with her bank.',
  products: ['heat-pump'],
  industries: ['residential'],
  languages: ['de'],
  value: { minor: 2_800_000, currency: 'EUR' },
  expected_close: '2026-12-18',
  prospect,
  consent: { given: true, at: '2026-11-14', text: null, scope: ['share'] },
  custom: { living_area: '180 m²', heating_today: 'Gas, 2004' },
};

export const anna: Contact = {
  id: id(20),
  external_id: 'c-anna',
  name: 'Anna Weber',
  email: 'anna@solarwerk.example',
  phone: '+49 7541 555 0101',
  role: 'owner',
  language: 'en',
  timezone: 'Europe/Berlin',
  epoch: 1,
};

export const partner: Partner = {
  id: id(10),
  external_id: 'p-solarwerk',
  name: 'Solarwerk Bodensee GmbH',
  kind: 'reseller',
  level: 'gold',
  territories: ['DE-89'],
  location: null,
  products: ['heat-pump'],
  certifications: [],
  industries: [],
  languages: ['de'],
  capacity: { open: 10, week: null },
  cam: 'cam@acme.example',
  suspended: false,
  contacts: [anna],
  custom: {},
  calendar: {
    zone: 'Europe/Berlin',
    days: [1, 2, 3, 4, 5],
    from: '09:00',
    to: '17:00',
    holidays: [],
    absences: [],
  },
};

export const desk = { name: 'Jonas Brandt', email: 'jonas.brandt@acme.example', phone: '+49 711 555 0199' };

export const offer: Offer = {
  id: id(30),
  partner_id: partner.id,
  contact_id: anna.id,
  wave: 1,
  round: 1,
  state: 'scheduled',
  score: 0.9,
  sent_at: null,
  expires_at: later(3),
  answered_at: null,
  late: false,
  reason: null,
  created_at: now,
};

export const assignment: Assignment = {
  id: id(40),
  offer_id: offer.id,
  partner_id: partner.id,
  contact_id: anna.id,
  state: 'active',
  stage: 'claimed',
  phase: 'claimed',
  claimed_at: later(-26),
  promise_at: new Date('2026-11-17T16:00:00Z'),
  owes: 'contact',
  deadline: new Date('2026-11-17T16:00:00Z'),
  rung: 0,
  quiet_until: null,
  attempts: 0,
  unchanged: 0,
  escalated: false,
  vendor_owes: null,
  vendor_deadline: null,
  vendor_chased: 0,
  outcome: null,
};

export const to = { partner, contact: anna, desk };
export const envelope: Envelope = {
  locale: 'en',
  timezone: 'Europe/Berlin',
  vendorName: 'Acme Heating',
  links,
  reader: { personId: anna.id, ver: 1 },
  issuedAt: now,
  replyTo: 'reply+4f7k2q9d8s7a6b5c@leads.acme.example',
  now,
};

export const offerView = (l: Lead = lead) =>
  offerLetter({
    ...to,
    lead: l,
    offer,
    others: 2,
    distanceKm: 14,
    capacity: { taken: 8, limit: 10 },
    why: [
      { kind: 'covers', detail: 'heat pumps' },
      { kind: 'distance', detail: '14 km' },
    ],
  });
export const acceptedView = (l: Lead = lead) =>
  acceptedLetter({
    ...to,
    lead: l,
    assignment,
    promise: 'tomorrow',
    undoUntil: new Date('2026-11-16T12:10:00Z'),
  });

const contacted: Assignment = {
  ...assignment,
  stage: 'contacted',
  phase: 'contacted',
  owes: 'update',
  attempts: 0,
};
const second: Lead = {
  ...lead,
  id: id(2),
  reference: 'L-9QX3ZT',
  products: ['photovoltaics'],
  temperature: 'warm',
  value: null,
  prospect: { ...prospect, city: 'Biberach', postal_code: '88400' },
};
const noted = (verb: string, more: Partial<Noted> = {}): Noted => ({
  verb,
  money: null,
  date: null,
  time: null,
  reason: null,
  ...more,
});
const receiptRow = (l: Lead, said: Noted | null): ReceiptRow => {
  const { topic, place } = teaser(l);
  return {
    reference: l.reference,
    topic,
    place,
    noted: said,
    undo: said && { path: 'a', act: 'undo', obj: assignment.id },
  };
};
const cam = { reader: { id: id(50), name: 'Jonas Brandt' }, desk: null };

/** One letter of every kind and of every important variant, by name, from any lead. */
export function everyLetter(l: Lead = lead): Record<string, LetterView> {
  const duty = { ...to, lead: l, assignment: { ...assignment, attempts: 1 } };
  const side = { side: 'partner', ...to } as const;
  return {
    offer: offerView(l),
    'offer-alone': offerLetter({
      ...to,
      desk: null,
      lead: { ...second, brief: null, custom: {} },
      offer: { ...offer, expires_at: null },
      others: 0,
    }),
    accepted: acceptedView(l),
    taken: takenLetter({
      ...to,
      lead: l,
      reason: 'already-taken',
      at: later(-0.2),
      chanceOffer: offer.id,
      others: [otherOffer(second, { id: id(31), expires_at: later(20) })],
    }),
    'taken-full': takenLetter({ ...to, lead: l, reason: 'no-capacity' }),
    reminder: reminderLetter({ ...duty, next: { letter: 'warning', effect: 'warn', at: later(52) } }),
    'reminder-update': reminderLetter({
      ...duty,
      assignment: contacted,
      next: null,
      also: [{ lead: second, assignment: { ...contacted, id: id(41) } }],
    }),
    warning: warningLetter({
      ...duty,
      assignment: { ...assignment, attempts: 1, claimed_at: later(-98), deadline: later(-28) },
      next: { letter: 'escalation', effect: 'none', at: later(52) },
    }),
    'recalled-before': recalledLetter({ ...to, lead: l, assignment, moment: 'before', at: later(28) }),
    recalled: recalledLetter({ ...to, lead: l, assignment, moment: 'after', at: later(0) }),
    receipt: receiptLetter({
      to: side,
      lead: l,
      noted: [noted('meeting', { date: '2026-11-24', time: '10:00' })],
      words: 'Meeting 24.11. 10:00, she was very friendly',
      undo: { obj: assignment.id, until: later(0.17) },
      nextDue: { owes: 'update', at: new Date('2026-11-25T16:00:00Z') },
      page: { path: 'l', act: 'lead', obj: assignment.id },
    }),
    'receipt-rows': rowsReceipt({
      to: side,
      words: '1 won 28k, 2 lost price, 3 won 9k, rest unchanged',
      rows: [
        receiptRow(l, noted('won', { money: { minor: 2_800_000, currency: 'EUR' } })),
        receiptRow(l, noted('lost', { reason: 'price' })),
        receiptRow(l, null),
        receiptRow(l, noted('unchanged')),
      ],
    }),
    'ask-row': askLetter({
      to: side,
      lead: null,
      question: 'row',
      words: 'won 14k',
      about: null,
      report: true,
    }),
    ask: askLetter({
      to: side,
      lead: l,
      question: 'unclear',
      words: 'hm, maybe next month or so?\nlet me see',
      about: { kind: 'assignment', id: assignment.id },
    }),
    'ask-offer': askLetter({
      to: side,
      lead: l,
      question: 'conflict',
      about: { kind: 'offer', id: offer.id },
    }),
    'ask-new-link': askLetter({
      to: side,
      lead: l,
      question: 'new-link',
      about: null,
      link: { path: 'a', act: 'accept', obj: offer.id },
    }),
    'ask-unknown': askLetter({ to: side, lead: null, question: 'unmatched', words: 'won 12k', about: null }),
    escalation: escalationLetter({
      ...cam,
      lead: l,
      assignment: { ...assignment, claimed_at: later(-98) },
      partner,
      holder: anna,
      dueAt: later(-50),
      daysLate: 2,
      reminders: 2,
      signs: ['auto-reply'],
      nextPartner: { name: 'Wärmetechnik Illertal' },
      nextWhy: [{ kind: 'distance', detail: '22 km' }],
      next: { letter: 'recalled', effect: 'recall', at: later(28) },
      events: [
        { at: later(-98), what: 'offer.sent' },
        { at: later(-97), what: 'offer.accepted', by: 'Anna Weber' },
        { at: later(-50), what: 'reminder.sent' },
        { at: later(-26), what: 'warning.sent' },
      ],
    }),
    qualify: qualifyLetter({
      ...cam,
      lead: { ...l, due_at: later(24), chased: 1 },
      missing: ['prospect.phone|prospect.email', 'consent.share'],
      duplicates: [{ reference: 'L-2B8DPA', reason: 'email' }],
    }),
    'hand-over': givenLetter({ ...to, lead: l, assignment, by: 'Bernd Kurz', passOn: true }),
    'hand-over-back': givenLetter({ ...to, lead: l, assignment, by: null, back: true }),
    'hand-over-link': ownLinkLetter({ ...to, lead: l, by: 'Bernd Kurz', obj: id(30) }),
    'hand-over-gone': goneLetter({ ...to, lead: l, by: null }),
    absence: absenceLetter({
      ...to,
      absence: id(60),
      away: anna,
      until: '2026-12-01',
      guessed: false,
      reference: l.reference,
    }),
    'absence-colleague': absenceLetter({
      ...to,
      absence: id(60),
      away: { ...anna, id: id(61), name: 'Bernd Maier' },
      until: '2026-12-01',
      guessed: true,
      reference: l.reference,
    }),
    'recalled-counted': recalledLetter({
      ...to,
      lead: l,
      assignment,
      moment: 'after',
      at: now,
      count: { nth: 2, limit: 3, suspended: false },
    }),
    'recalled-last': recalledLetter({
      ...to,
      lead: l,
      assignment,
      moment: 'after',
      at: now,
      count: { nth: 3, limit: 3, suspended: true },
    }),
    'standing-blocked': standingLetter({
      ...to,
      lead: l,
      topic: 'blocked',
      until: later(0.05),
      offer: offer.id,
      debts: [
        { lead: second, assignment_id: id(41), deadline: later(-28), holder: null },
        { lead: l, assignment_id: id(42), deadline: later(-52), holder: 'Bernd Maier' },
      ],
    }),
    'standing-queued': standingLetter({ ...to, lead: l, topic: 'queued', until: later(0.05) }),
    'standing-suspended': standingLetter({
      ...to,
      lead: l,
      topic: 'suspended',
      recalls: [
        { reference: 'L-9QX3ZT', at: later(-900) },
        { reference: l.reference, at: now },
      ],
    }),
    'standing-lifted': standingLetter({ ...to, lead: l, topic: 'lifted' }),
    'standing-approved': standingLetter({
      ...to,
      lead: null,
      topic: 'approved',
      reward: { name: 'Messestand', points: 40, left: 5 },
    }),
    'standing-rejected': standingLetter({
      ...to,
      lead: null,
      topic: 'rejected',
      reward: { name: 'Messestand', points: 40, left: 45 },
    }),
    'standing-cam-suspended': camStandingLetter({
      ...cam,
      lead: l,
      topic: 'cam-suspended',
      company: partner.name,
      about: partner.id,
      recalls: [{ reference: l.reference, at: now }],
    }),
    'standing-cam-redeem': camStandingLetter({
      ...cam,
      lead: null,
      topic: 'cam-redeem',
      company: partner.name,
      about: id(70),
      reward: { name: 'Messestand', points: 40, left: 5 },
    }),
    'standing-cam-undone': camStandingLetter({
      ...cam,
      lead: l,
      topic: 'cam-undone',
      company: partner.name,
      about: partner.id,
    }),
    'standing-requested': standingLetter({
      ...to,
      lead: null,
      topic: 'requested',
      reward: { name: 'Messestand', points: 40, left: 5 },
    }),
    'standing-catalogue': standingLetter({
      ...to,
      lead: null,
      topic: 'catalogue',
      catalogue: {
        points: 45,
        rewards: [
          { name: 'Messestand', points: 40, enough: true },
          { name: 'Schulungstag', points: 60, enough: false },
        ],
      },
    }),
    unplaced: unplacedLetter({
      ...cam,
      lead: { ...l, wave: 3, due_at: later(24) },
      asked: 5,
      declined: [{ partner: 'Wärmetechnik Illertal', reason: 'too-far' }],
      silent: ['Solarwerk Bodensee GmbH'],
      excluded: [
        { code: 'capacity', count: 2 },
        { code: 'away', count: 1 },
      ],
    }),
    welcome: welcomeLetter({ ...to, currency: 'EUR' }),
    login: loginLetter({ ...cam, until: later(0.25) }),
    'prospect-promise': prospectPromise({ lead: l, partner, holder: anna, by: later(28), desk }),
    'prospect-check': prospectCheck({ lead: l, partner, holder: anna, by: later(-20), desk }),
    'bounce-notice': bounceNotice({
      ...cam,
      partner: {
        ...partner,
        contacts: [anna, { ...anna, id: id(61), name: 'Bernd Maier', email: 'bernd@solarwerk.example' }],
      },
      contact: anna,
      words: '550 5.1.1 <anna@solarwerk.example>: Recipient address rejected: User unknown',
      at: now,
    }),
    'bounce-notice-alone': bounceNotice({
      ...cam,
      partner,
      contact: anna,
      words: null,
      held: 'L-4F7K2Q',
      at: now,
    }),
    'quality-alert': qualityAlert({
      ...cam,
      lead: l,
      partner,
      contact: anna,
      words: 'Wrong number, nobody there knows of it.\nThe mail address bounces too.',
      at: now,
    }),
    'quality-alert-kept': qualityAlert({ ...cam, lead: l, partner, contact: anna, words: null, at: now }),
    ...submittedLetters(),
    operator: operatorLetter({
      ...cam,
      quarantined: troubles(12, null),
      dead: troubles(2, 'offer'),
      parked: troubles(1, 'vendor-digest'),
      since: later(-24),
    }),
  };
}

/** What partners hand in themselves, at every step of its life. */
function submittedLetters(): Record<string, LetterView> {
  const of = {
    id: id(80),
    reference: 'L-7M2K9Q',
    about: 'Two heat pumps for a nursing home',
    customer: 'Haus Abendsonne gGmbH',
    place: '88400 Biberach',
    value: { minor: 6_400_000, currency: 'EUR' },
    until: later(90 * 24),
  };
  const told = <T extends string>(topics: readonly T[]) =>
    topics.filter((topic): topic is Exclude<T, 'cam-submitted'> => topic !== 'cam-submitted');
  const reason = 'L-9QX3ZT';
  const company = partner.name;
  return Object.fromEntries([
    ...told<ReferralTopic>(referralTopics).map((topic) => [
      topic === 'received' ? 'referral' : `referral-${topic}`,
      referralLetter({ ...to, topic, of: topic === 'rejected' ? { ...of, reason } : of }),
    ]),
    ['referral-cam', camReferral({ ...cam, company, of })],
    ...told<DealTopic>(dealTopics).map((topic) => [
      topic === 'approved' ? 'deal' : `deal-${topic}`,
      dealLetter({ ...to, topic, of: topic === 'rejected' ? { ...of, reason } : of }),
    ]),
    ['deal-cam', camDeal({ ...cam, company, of })],
  ]);
}

const troubles = (count: number, what: string | null) => ({
  count,
  rows: Array.from({ length: Math.min(count, 10) }, (_, i) => ({
    id: id(90 + i),
    at: later(-i),
    what,
    who: `somebody${i}@partner.example`,
    error: i % 2 === 0 ? '554 5.7.1 [E-0815]' : null,
  })),
});
