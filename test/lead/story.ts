import { type Calendar, instantOf, localTime } from '../../src/lead/calendar.ts';
import {
  type Candidate,
  offerSent,
  openWave,
  startDistribution,
  wantsWave,
} from '../../src/lead/distribute.ts';
import type { Fact, StoredFact, Who } from '../../src/lead/facts.ts';
import { wake } from '../../src/lead/follow-up.ts';
import { capture } from '../../src/lead/intake.ts';
import type { Lead } from '../../src/lead/lead.ts';
import type { Act, Change, LeadCase } from '../../src/lead/lead-case.ts';
import { wakeAt } from '../../src/lead/next-step.ts';
import type { Contact, Partner } from '../../src/lead/partner.ts';
import { defaultProgramme, type Programme } from '../../src/lead/programme.ts';
import { assess } from '../../src/lead/qualify.ts';
import type { ReportVerb, StatusReport } from '../../src/lead/report-status.ts';
import type { Result } from '../../src/lead/result.ts';

/** A lead's life told step by step through the real decisions, the way the dispatcher strings them together. */

export const weekdays: Calendar = {
  zone: 'Europe/Berlin',
  days: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '17:00',
  holidays: [],
  absences: [],
};

export const contact = (id: string, timezone = weekdays.zone): Contact => ({
  id,
  external_id: id,
  name: id,
  email: `${id}@partner.example`,
  phone: null,
  role: 'owner',
  language: 'en',
  timezone,
  epoch: 0,
});

export const partner = (who: string, set: Partial<Partner> = {}): Partner => ({
  id: `${who}-gmbh`,
  external_id: who,
  name: who,
  kind: 'reseller',
  level: null,
  territories: [],
  location: null,
  products: [],
  certifications: [],
  industries: [],
  languages: [],
  capacity: { open: null, week: null },
  calendar: weekdays,
  cam: null,
  suspended: false,
  contacts: [contact(who)],
  custom: {},
  ...set,
});

export const aLead = (set: Partial<Lead> = {}): Lead => ({
  id: 'lead',
  reference: 'L-4F7K2Q',
  program: { key: 'default', version: 1 },
  state: 'captured',
  wave: 0,
  due_at: null,
  chased: 0,
  created_at: new Date(0),
  external_id: null,
  source: null,
  campaign: null,
  cost: null,
  temperature: 'warm',
  quality: 'inquiry',
  summary: 'Heat pump for a bakery',
  brief: null,
  products: ['heat-pump'],
  industries: [],
  languages: [],
  value: null,
  expected_close: null,
  prospect: {
    name: 'Anna Weber',
    company: null,
    email: 'anna@baker.example',
    phone: null,
    street: null,
    postal_code: '89073',
    city: 'Ulm',
    country: 'DE',
    language: 'de',
    lat: null,
    lon: null,
  },
  consent: { given: true, at: null, text: null, scope: ['share'] },
  custom: {},
  ...set,
});

export const by = (who: string): Who => ({ kind: 'contact', id: who });
export const vendor: Who = { kind: 'user', id: 'vera' };
export const timer: Who = { kind: 'system', id: null };

export const report = (verb: ReportVerb, set: Partial<StatusReport> = {}): StatusReport => ({
  verb,
  money: null,
  date: null,
  time: null,
  reason: null,
  words: null,
  ...set,
});

/** An instant told by the wall clock of Berlin, `2026-03-02 10:00`. */
export const at = (local: string, zone = weekdays.zone): Date =>
  instantOf(zone, local.slice(0, 10), local.slice(11));
export const wall = (instant: Date | null | undefined, zone = weekdays.zone): string | null =>
  instant ? `${localTime(zone, instant).date} ${localTime(zone, instant).time}` : null;

export interface Setting {
  readonly rules?: Partial<Programme>;
  readonly lead?: Partial<Lead>;
  readonly partners?: readonly Partner[];
  readonly start?: Date;
}

export type Story = ReturnType<typeof begin>;
type Decision = (c: LeadCase, act: Act) => Change | Result<Change>;

/** A lead that has just been captured, on Monday 2 March 2026 at ten unless told otherwise. */
export function begin({ rules = {}, lead = {}, partners, start = at('2026-03-02 10:00') }: Setting = {}) {
  const asked = partners ?? ['alice', 'bob', 'charlie'].map((who) => partner(who));
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  const story = {
    now: start,
    facts: [] as StoredFact[],
    case: {
      lead: aLead(lead),
      programme: { ...defaultProgramme, ...rules },
      offers: [],
      assignments: [],
      partners: new Map(asked.map((p) => [p.id, p])),
      vendor: weekdays,
      facts: [],
    } as LeadCase,
    /** Whom the matching finds: whoever was not asked yet, as the dispatcher's query has it. */
    candidates: (c: LeadCase): Candidate[] => [...c.partners.values()].flatMap((p) => candidateOf(c, p)),
    act: (who: Who): Act => ({ at: story.now, who, channel: 'link', evidence: {}, newId }),
    /** Applies a decision that has to succeed; answers the facts it wrote. */
    does(who: Who, decide: Decision): readonly Fact[] {
      const result = story.tries(who, decide);
      if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
      return result.value.facts;
    },
    tries(who: Who, decide: Decision): Result<Change> {
      const act = story.act(who);
      const decided = decide(story.case, act);
      const result = 'case' in decided ? { ok: true as const, value: decided } : decided;
      if (!result.ok) return result;
      const { value } = result;
      const whole = wantsWave(value.case) ? openWave(value, story.candidates(value.case), act) : value;
      for (const fact of whole.facts) story.facts.push({ ...fact, seq: story.facts.length + 1 });
      story.case = { ...whole.case, facts: story.facts.slice(-40) };
      return { ok: true, value: whole };
    },
    wakes: (when?: Date): readonly Fact[] => {
      story.now = when ?? wakeAt(story.case) ?? story.now;
      return story.does(timer, wake);
    },
    offer: (who: string) => story.case.offers.findLast((o) => o.contact_id === who),
    offerId: (who: string): string => story.offer(who)?.id ?? 'none',
    held: () => story.case.assignments.find((a) => a.state === 'active'),
  };
  story.does(vendor, capture);
  return story;
}

function candidateOf(c: LeadCase, p: Partner): Candidate[] {
  const asked = c.offers.some((o) => o.partner_id === p.id && !['lost_race', 'withdrawn'].includes(o.state));
  const had = c.assignments.some((a) => a.partner_id === p.id);
  const to = p.contacts[0];
  return asked || had || !to ? [] : [{ partner_id: p.id, contact_id: to.id, score: 0.5 }];
}

/** The lead is qualified, dispatched, and the letters of the first wave have gone out. */
export function offered(setting: Setting = {}): Story {
  const story = begin(setting);
  story.does(vendor, assess);
  story.does(vendor, startDistribution);
  deliver(story);
  return story;
}

/** The relay takes every offer letter that waits for it. */
export function deliver(story: Story): void {
  for (const { id, state } of story.case.offers) {
    if (state === 'scheduled') story.does(timer, (c, act) => offerSent(c, id, act));
  }
}
