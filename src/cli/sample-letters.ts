// Long because it is a list: one sample of every mail.
import type { Assignment } from '../lead/assignment.ts';
import type { Lead } from '../lead/lead.ts';
import type { Offer } from '../lead/offer.ts';
import type { Contact, Partner } from '../lead/partner.ts';
import { absenceLetter } from '../letters/absence-letter.ts';
import { acceptedLetter } from '../letters/accepted-letter.ts';
import { askLetter, receiptLetter } from '../letters/answer-letters.ts';
import type { DigestView } from '../letters/digest-view.ts';
import { recalledLetter, reminderLetter, warningLetter } from '../letters/duty-letters.ts';
import { givenLetter } from '../letters/hand-over-letter.ts';
import type { LetterKind, LetterView } from '../letters/letter.ts';
import { loginLetter } from '../letters/login-letter.ts';
import { offerLetter } from '../letters/offer-letter.ts';
import { prospectCheck, prospectPromise } from '../letters/prospect-letters.ts';
import { standingLetter } from '../letters/standing-letter.ts';
import { dealLetter, referralLetter } from '../letters/submitted-letters.ts';
import { takenLetter } from '../letters/taken-letter.ts';
import { bounceNotice, operatorLetter, qualityAlert } from '../letters/trouble-letters.ts';
import { escalationLetter, qualifyLetter, unplacedLetter } from '../letters/vendor-letters.ts';
import { welcomeLetter } from '../letters/welcome-letter.ts';
import { sampleDigest } from './sample-digests.ts';

/** Somebody and something to preview mails with: invented, and in `.example`. */

const hour = 3_600_000;
const idOf = (n: number): string => `0193a1b2-c3d4-7e5f-8a9b-${String(n).padStart(12, '0')}`;

export const sampleReader = {
  personId: idOf(20),
  ver: 1,
  name: 'Anna Weber',
  email: 'anna@solarwerk.example',
};

const anna: Contact = {
  id: sampleReader.personId,
  external_id: 'c-anna',
  name: sampleReader.name,
  email: sampleReader.email,
  phone: '+49 7541 555 0101',
  role: 'owner',
  language: 'en',
  timezone: 'Europe/Berlin',
  epoch: 1,
};

const partner: Partner = {
  id: idOf(10),
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
  cam: 'jonas.brandt@acme.example',
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

/** A lead that came in two hours ago. */
export const sampleLead = (now: Date): Lead => ({
  id: idOf(1),
  reference: 'L-4F7K2Q',
  program: { key: 'default', version: 1 },
  state: 'distributing',
  wave: 1,
  due_at: null,
  chased: 0,
  created_at: new Date(now.getTime() - 2 * hour),
  external_id: 'crm-4711',
  source: 'trade-fair',
  campaign: null,
  cost: null,
  temperature: 'hot',
  quality: 'pre_qualified',
  summary: 'Air-to-water heat pump for a 180 m² house, decides within 6 weeks',
  brief:
    'Detached house from 1984, gas boiler 22 years old. The owner wants to use the subsidy that ends in March.\n\n' +
    'She has one other quote and asks for a site visit on a Friday.',
  products: ['heat-pump'],
  industries: ['residential'],
  languages: ['de'],
  value: { minor: 2_800_000, currency: 'EUR' },
  expected_close: null,
  prospect: {
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
  },
  consent: { given: true, at: null, text: null, scope: ['share'] },
  custom: { living_area: '180 m²' },
});

/** What a mail of a kind would say about a lead, to the sample's people. */
export function sampleLetter(kind: LetterKind, lead: Lead, now: Date): LetterView {
  const at = (hours: number): Date => new Date(now.getTime() + hours * hour);
  const to = {
    partner,
    contact: anna,
    desk: { name: 'Jonas Brandt', email: 'jonas.brandt@acme.example', phone: '+49 711 555 0199' },
  };
  const cam = { reader: { id: idOf(50), name: 'Jonas Brandt' }, desk: null };
  const duty = { ...to, lead, assignment: { ...assignment(at), attempts: 1 } };
  const why = [
    { kind: 'covers', detail: 'heat pumps' },
    { kind: 'distance', detail: '14 km' },
  ] as const;
  const digest = (report: DigestView['kind']) => () =>
    sampleDigest(report, { lead, partner, contact: anna, desk: to.desk, now });
  const submitted = {
    id: idOf(80),
    reference: 'L-7M2K9Q',
    about: 'Two heat pumps for a nursing home',
    customer: 'Haus Abendsonne gGmbH',
    place: '88400 Biberach',
    value: { minor: 6_400_000, currency: 'EUR' },
    until: at(90 * 24),
  };
  const trouble = { at: at(-3), error: '554 5.7.1 Message rejected' };
  const made: Record<LetterKind, () => LetterView> = {
    offer: () =>
      offerLetter({
        ...to,
        lead,
        offer: offer(at),
        others: 2,
        distanceKm: 14,
        capacity: { taken: 8, limit: 10 },
        why,
      }),
    accepted: () =>
      acceptedLetter({ ...to, lead, assignment: assignment(at), promise: 'tomorrow', undoUntil: at(0.16) }),
    taken: () => takenLetter({ ...to, lead, reason: 'already-taken', at: at(-0.2) }),
    reminder: () => reminderLetter({ ...duty, next: { letter: 'warning', effect: 'warn', at: at(24) } }),
    warning: () => warningLetter({ ...duty, next: { letter: 'escalation', effect: 'none', at: at(24) } }),
    recalled: () =>
      recalledLetter({
        ...to,
        lead,
        assignment: assignment(at),
        moment: 'after',
        at: now,
        count: { nth: 2, limit: 3, suspended: false },
      }),
    receipt: () =>
      receiptLetter({
        to: { side: 'partner', ...to },
        lead,
        noted: [
          {
            verb: 'quoted',
            money: { minor: 1_200_000, currency: 'EUR' },
            date: null,
            time: null,
            reason: null,
          },
        ],
        words: 'Quote 12000',
        undo: { obj: assignment(at).id, until: at(0.16) },
        nextDue: { owes: 'update', at: at(14 * 24) },
        page: { path: 'l', act: 'lead', obj: assignment(at).id },
      }),
    ask: () =>
      askLetter({
        to: { side: 'partner', ...to },
        lead,
        question: 'unclear',
        words: 'hm, maybe next month or so?',
        about: { kind: 'assignment', id: assignment(at).id },
      }),
    escalation: () =>
      escalationLetter({
        ...cam,
        lead,
        assignment: { ...assignment(at), claimed_at: at(-98) },
        partner,
        holder: anna,
        dueAt: at(-50),
        daysLate: 2,
        reminders: 2,
        signs: [],
        nextPartner: { name: 'Wärmetechnik Illertal' },
        nextWhy: [{ kind: 'distance', detail: '22 km' }],
        next: { letter: 'recalled', effect: 'recall', at: at(28) },
        events: [
          { at: at(-98), what: 'offer.sent' },
          { at: at(-97), what: 'offer.accepted', by: anna.name },
        ],
      }),
    qualify: () =>
      qualifyLetter({
        ...cam,
        lead: { ...lead, due_at: at(24) },
        missing: ['prospect.phone|prospect.email'],
      }),
    absence: () =>
      absenceLetter({
        ...to,
        absence: idOf(60),
        away: anna,
        until: at(6 * 24)
          .toISOString()
          .slice(0, 10),
        guessed: false,
        reference: lead.reference,
      }),
    'hand-over': () =>
      givenLetter({ ...to, lead, assignment: assignment(at), by: 'Bernd Kurz', passOn: true }),
    standing: () =>
      standingLetter({
        ...to,
        lead,
        topic: 'blocked',
        until: at(0.05),
        offer: idOf(30),
        debts: [
          { lead, assignment_id: idOf(40), deadline: at(-26), holder: null },
          { lead, assignment_id: idOf(41), deadline: at(-50), holder: 'Bernd Maier' },
        ],
      }),
    unplaced: () =>
      unplacedLetter({
        ...cam,
        lead: { ...lead, due_at: at(24) },
        asked: 5,
        declined: [{ partner: 'Wärmetechnik Illertal', reason: 'too-far' }],
        silent: [partner.name],
        excluded: [{ code: 'capacity', count: 2 }],
      }),
    welcome: () => welcomeLetter({ ...to, currency: 'EUR' }),
    login: () => loginLetter({ ...cam, until: at(0.25) }),
    'prospect-promise': () => prospectPromise({ lead, partner, holder: anna, by: at(28), desk: to.desk }),
    'prospect-check': () => prospectCheck({ lead, partner, holder: anna, by: at(-2), desk: to.desk }),
    'partner-digest': digest('partner-digest'),
    'manager-digest': digest('manager-digest'),
    'distributor-digest': digest('distributor-digest'),
    'vendor-digest': digest('vendor-digest'),
    'bounce-notice': () =>
      bounceNotice({
        ...cam,
        partner: {
          ...partner,
          contacts: [anna, { ...anna, id: idOf(21), name: 'Bernd Maier', email: 'bernd@solarwerk.example' }],
        },
        contact: anna,
        words: `550 5.1.1 <${anna.email}>: Recipient address rejected: User unknown`,
        at: now,
      }),
    'quality-alert': () =>
      qualityAlert({ ...cam, lead, partner, contact: anna, words: 'Wrong number.', at: now }),
    referral: () => referralLetter({ ...to, topic: 'accepted', of: submitted }),
    deal: () => dealLetter({ ...to, topic: 'approved', of: submitted }),
    operator: () =>
      operatorLetter({
        ...cam,
        quarantined: {
          count: 1,
          rows: [{ ...trouble, id: idOf(90), what: null, who: 'somebody@partner.example' }],
        },
        dead: { count: 1, rows: [{ ...trouble, id: idOf(91), what: 'offer', who: anna.email }] },
        parked: { count: 0, rows: [] },
        since: at(-24),
      }),
  };
  return made[kind]();
}

type At = (hours: number) => Date;

const offer = (at: At): Offer => ({
  id: idOf(30),
  partner_id: partner.id,
  contact_id: anna.id,
  wave: 1,
  round: 1,
  state: 'scheduled',
  score: 0.9,
  sent_at: null,
  expires_at: at(4),
  answered_at: null,
  late: false,
  reason: null,
  created_at: at(0),
});

const assignment = (at: At): Assignment => ({
  id: idOf(40),
  offer_id: idOf(30),
  partner_id: partner.id,
  contact_id: anna.id,
  state: 'active',
  stage: 'claimed',
  phase: 'claimed',
  claimed_at: at(-26),
  promise_at: at(28),
  owes: 'contact',
  deadline: at(28),
  rung: 0,
  quiet_until: null,
  attempts: 0,
  unchanged: 0,
  escalated: false,
  vendor_owes: null,
  vendor_deadline: null,
  vendor_chased: 0,
  outcome: null,
});
