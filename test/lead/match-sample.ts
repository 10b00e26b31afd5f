import type { Lead } from '../../src/lead/lead.ts';
import type { LeadHistory, MatchInput, MatchPartner } from '../../src/lead/match.ts';
import {
  type Criterion,
  type CriterionKind,
  defaultProgramme,
  type Programme,
} from '../../src/lead/programme.ts';

export const at = new Date('2026-03-03T10:00:00Z');
export const contact = {
  id: 'c',
  external_id: 'c',
  name: 'Alice',
  email: 'a@b.example',
  phone: null,
  role: 'owner',
  language: 'en',
  timezone: 'UTC',
  epoch: 0,
} as const;
export const calendar = {
  zone: 'UTC',
  days: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '17:00',
  holidays: [],
  absences: [],
};
export const fresh = {
  claimed: 0,
  won: 0,
  offered90: 0,
  lastOfferedAt: null,
  open: 0,
  week: 0,
  medianAnswerBusinessHours: null,
};
export const blank = { declined: false, recalled: false, undone: false, offeredThisLead: false };

/** A partner and, for short, what happened between it and the lead of the sample. */
export type SamplePartner = MatchPartner & { readonly history?: LeadHistory };

export const partner = (id: string, over: Partial<SamplePartner> = {}): SamplePartner => ({
  id,
  external_id: `x-${id}`,
  name: id,
  kind: 'reseller',
  level: null,
  territories: [],
  location: null,
  products: [],
  certifications: [],
  industries: [],
  languages: [],
  capacity: { open: null, week: null },
  calendar,
  cam: null,
  suspended: false,
  contacts: [contact],
  custom: {},
  record: fresh,
  ...over,
});
export const prospect = {
  name: 'N',
  company: 'Müller GmbH',
  email: null,
  phone: null,
  street: null,
  postal_code: '89073',
  city: null,
  country: 'DE',
  language: null,
  lat: 48.4,
  lon: 10,
};
export const lead = (over: Partial<Lead> = {}): Lead => ({
  id: 'l1',
  reference: 'L-1',
  program: { key: 'p', version: 1 },
  state: 'distributing',
  wave: 0,
  due_at: null,
  chased: 0,
  created_at: at,
  external_id: null,
  source: null,
  campaign: null,
  cost: null,
  temperature: 'hot',
  quality: 'inquiry',
  summary: '',
  brief: null,
  products: ['pump', 'tank'],
  industries: [],
  languages: [],
  value: { minor: 2_800_000, currency: 'EUR' },
  expected_close: null,
  prospect,
  consent: null,
  custom: {},
  ...over,
});
export const criterion = (kind: CriterionKind, over: Partial<Criterion> = {}): Criterion => ({
  id: kind,
  kind,
  weight: 1,
  required: false,
  options: {},
  ...over,
});
export const programme = (
  criteria: Criterion[],
  over: Partial<Programme['distribution']> = {},
  exploration = 0,
): Programme => ({
  ...defaultProgramme,
  matching: { ...defaultProgramme.matching, criteria, exploration },
  distribution: { ...defaultProgramme.distribution, ...over },
});
export const input = (
  partners: SamplePartner[],
  criteria: Criterion[],
  over: Partial<MatchInput> = {},
): MatchInput => ({
  lead: lead(),
  programme: programme(criteria),
  version: 1,
  partners,
  history: new Map(partners.flatMap((p) => (p.history ? [[p.id, p.history]] : []))),
  at,
  hash: () => 0.5,
  ...over,
});
