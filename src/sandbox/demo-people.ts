import { acceptOffer, declineOffer } from '../dispatch/answer-offer.ts';
import { assignLead } from '../dispatch/assign-lead.ts';
import type { Actor } from '../dispatch/deps.ts';
import { camActs, reportOnLead } from '../dispatch/holder-acts.ts';
import { shareOf } from '../dispatch/ids.ts';
import { receiveLead } from '../dispatch/receive-lead.ts';
import type { ArrivedLetter } from '../dispatch/sandbox-messages.ts';
import { replyAs } from '../dispatch/sandbox-view.ts';
import { qualifyLead, recallLead } from '../dispatch/vendor-acts.ts';
import { verdicts } from '../lead/qualify.ts';
import type { ReportVerb } from '../lead/report-status.ts';
import { type CastPartner, partners } from './demo-cast.ts';
import type { DemoEvent, DemoState } from './demo-history.ts';
import { briefOf, type DemoLead, demoLeads, summaryOf } from './demo-leads.ts';

const hour = 3_600_000;
const day = 24 * hour;
const api: Actor = { who: { kind: 'key', id: 'sandbox' }, channel: 'api' };

/** How people who answer by mail put it. */
const saying = {
  en: {
    yes: 'Yes, we take it.',
    no: 'No, too far for us.',
    met: 'Called, meeting on Tuesday',
    quoted: (amount: number) => `Quote ${amount}`,
    won: (amount: number) => `Won ${amount}`,
    lost: (reason: string) => `Lost, ${reason}`,
  },
  de: {
    yes: 'Ja, den nehmen wir gerne.',
    no: 'Nein, das ist zu weit für uns.',
    met: 'Angerufen, Termin am Dienstag',
    quoted: (amount: number) => `Angebot ${germanAmount(amount)} raus`,
    won: (amount: number) => `Gewonnen, ${germanAmount(amount)}`,
    lost: (reason: string) => `Verloren, ${reason === 'competitor' ? 'Mitbewerber' : 'Preis'}`,
  },
} as const;
const germanAmount = (amount: number): string => `${new Intl.NumberFormat('de-DE').format(amount)} €`;

/** The vendor's system sends a lead of the script in. */
export async function sendIn(state: DemoState, number: number): Promise<void> {
  const lead = demoLeads[number] as DemoLead;
  const [country, postal_code, city] = lead.place;
  const whole = !['incomplete', 'disqualified', 'nurture', 'duplicate', 'completed'].includes(lead.twist);
  const [first = '', last = ''] = lead.person.split(' ');
  const received = await receiveLead(
    state.deps,
    {
      external_id: `demo-${number}`,
      source: number % 3 === 0 ? 'trade fair' : 'web form',
      campaign: null,
      cost: null,
      program: lead.program,
      dispatch: lead.twist !== 'kept',
      temperature: lead.temperature,
      quality: 'pre_qualified',
      summary: summaryOf(lead),
      brief: briefOf(number),
      products: [lead.product],
      industries: [],
      languages: [],
      value: { minor: lead.value * 100, currency: country === 'GB' ? 'GBP' : 'EUR' },
      expected_close: null,
      prospect: {
        name: lead.person,
        company: null,
        email: whole ? `${first}.${last}@customer.example`.toLowerCase() : null,
        phone: whole ? `+49 30 5550 ${String(100 + number)}` : null,
        street: null,
        postal_code,
        city,
        country,
        language: null,
        lat: null,
        lon: null,
      },
      consent: { given: true, at: null, text: 'Please have a partner call me.', scope: ['share'] },
      custom: lead.certificates.length > 0 ? { certificates: lead.certificates } : {},
    },
    api,
  );
  if (received.ok) state.numbers.set(received.value.id, number);
}

/** What the reader of a mail does about it, and when. */
export function reactionTo(state: DemoState, letter: ArrivedLetter): DemoEvent[] {
  const number = letter.lead_id ? state.numbers.get(letter.lead_id) : undefined;
  if (number === undefined || !letter.lead_id || !letter.person_id) return [];
  const partner = partners.find((p) => letter.to.endsWith(`@${p.external_id}.example`));
  if (letter.kind === 'offer' && partner) return answerOffer(state, letter, partner, number);
  if (letter.kind === 'accepted' && partner) return workLead(state, letter, partner, number);
  if (letter.kind === 'escalation') return number % 2 === 1 ? [at(letter, 3, () => cam(state, letter))] : [];
  if (letter.kind === 'unplaced') return place(state, letter, number);
  return letter.kind === 'qualify' ? judge(state, letter, number) : [];
}

function answerOffer(
  state: DemoState,
  letter: ArrivedLetter,
  partner: CastPartner,
  number: number,
): DemoEvent[] {
  const { habit } = partner;
  if (demoLeads[number]?.twist === 'open') return [];
  const roll = shareOf(`${number} ${partner.external_id}`) * 10;
  const after = habit.answersAfter * (0.6 + roll / 12);
  const offer = letter.offer_id as string;
  if (roll < habit.accepts) {
    return [
      at(letter, after, () =>
        habit.writes
          ? write(state, letter, saying[partner.language].yes)
          : run(acceptOffer(state.deps, offer, null, by(letter))),
      ),
    ];
  }
  if (roll >= habit.accepts + habit.declines) return [];
  const said = { reason: habit.declineReason, words: null };
  return [
    at(letter, after, () =>
      habit.writes
        ? write(state, letter, saying[partner.language].no)
        : run(declineOffer(state.deps, offer, said, by(letter))),
    ),
  ];
}

/** From the claim to the end: a call, a quote, then won or lost. Who never calls does nothing at all. */
function workLead(
  state: DemoState,
  letter: ArrivedLetter,
  partner: CastPartner,
  number: number,
): DemoEvent[] {
  const { habit } = partner;
  const twist = demoLeads[number]?.twist;
  if (twist === 'recalled' || twist === 'held') {
    const order = {
      next: twist === 'held' ? 'hold' : 'reoffer',
      reason: 'The customer asked for another partner.',
    } as const;
    return [at(letter, 30, () => run(recallLead(state.deps, { id: letter.lead_id as string }, order, api)))];
  }
  if (habit.callsAfter === null) return [];
  const says = saying[partner.language];
  const events = [
    at(letter, habit.callsAfter, () =>
      tell(state, letter, habit.writes ? says.met : null, 'contacted', number),
    ),
  ];
  const roll = shareOf(`end ${number} ${partner.external_id}`) * 10;
  if (roll > 9) return events;
  const amount = (demoLeads[number]?.value ?? 0) * (0.8 + roll / 25);
  const won = roll < habit.wins;
  events.push(
    at(letter, 4 * 24 + roll, () =>
      tell(state, letter, habit.writes ? says.quoted(Math.round(amount)) : null, 'quoted', number, amount),
    ),
  );
  const words = won ? says.won(Math.round(amount)) : says.lost(habit.lostReason);
  events.push(
    at(letter, 11 * 24 + roll * 20, () =>
      tell(
        state,
        letter,
        habit.writes ? words : null,
        won ? 'won' : 'lost',
        number,
        amount,
        habit.lostReason,
      ),
    ),
  );
  return events;
}

async function tell(
  state: DemoState,
  letter: ArrivedLetter,
  words: string | null,
  verb: ReportVerb,
  number: number,
  amount?: number,
  reason?: string,
): Promise<void> {
  if (words) return write(state, letter, words);
  const currency = demoLeads[number]?.place[0] === 'GB' ? 'GBP' : 'EUR';
  const money = amount && verb !== 'lost' ? { minor: Math.round(amount) * 100, currency } : null;
  const report = {
    verb,
    money,
    date: null,
    time: null,
    reason: verb === 'lost' ? (reason ?? null) : null,
    words: null,
  };
  await run(reportOnLead(state.deps, { id: letter.lead_id as string }, report, by(letter)));
}

function judge(state: DemoState, letter: ArrivedLetter, number: number): DemoEvent[] {
  const twist = demoLeads[number]?.twist;
  const verdict = verdicts.find((v) => v === (twist === 'completed' ? 'qualified' : twist));
  if (!verdict) return [];
  const said = { verdict, reason: null, of: null };
  return [
    at(letter, 2, () =>
      run(qualifyLead(state.deps, { id: letter.lead_id as string }, said, by(letter, 'user'))),
    ),
  ];
}

/** What nobody took the program manager gives by hand to somebody nearby who calls; what nobody sells stays open. */
function place(state: DemoState, letter: ArrivedLetter, number: number): DemoEvent[] {
  const lead = demoLeads[number] as DemoLead;
  const near = partners.filter(
    (p) => p.country === lead.place[0] && p.products.includes(lead.product) && p.habit.callsAfter !== null,
  );
  const partner = near[number % near.length]?.external_id;
  if (!partner || lead.twist !== 'none') return [];
  const key = { id: letter.lead_id as string };
  return [
    at(letter, 50, () => run(assignLead(state.deps, key, { partner, contact: null }, by(letter, 'user')))),
  ];
}

const cam = (state: DemoState, letter: ArrivedLetter): Promise<void> =>
  run(camActs.extend(state.deps, { id: letter.lead_id as string }, by(letter, 'user')));

const write = async (state: DemoState, letter: ArrivedLetter, words: string): Promise<void> => {
  await replyAs(state.deps, letter.id, words);
};

/** An act may come too late, as in life: then nothing happens. */
const run = async (act: Promise<unknown>): Promise<void> => {
  await act;
};

const by = (letter: ArrivedLetter, kind: 'contact' | 'user' = 'contact'): Actor => ({
  who: { kind, id: letter.person_id },
  channel: 'link',
});

function at(letter: ArrivedLetter, hours: number, act: () => Promise<void>): DemoEvent {
  return { at: daytime(letter.sent_at.getTime() + hours * hour), run: act };
}

/** People read their mail between seven and sixteen (UTC) on weekdays. */
function daytime(ms: number): number {
  const midnight = Math.floor(ms / day) * day;
  const clock = (ms - midnight) / hour;
  const morning = 7.25 * hour;
  if (clock < 7) return daytime(midnight + morning);
  if (clock > 16) return daytime(midnight + day + morning);
  const weekday = (Math.floor(ms / day) + 4) % 7;
  if (weekday === 6) return ms + 2 * day;
  return weekday === 0 ? ms + day : ms;
}
