import type { PromiseWord } from './assignment.ts';
import type { Temperature } from './lead.ts';
import type { Phase } from './tables.ts';

export const criterionKinds = [
  'covers',
  'overlaps',
  'equals',
  'at_least',
  'territory',
  'value_range',
  'named_account',
  'level',
  'distance',
  'track_record',
  'load',
  'promptness',
] as const;
export type CriterionKind = (typeof criterionKinds)[number];

export interface Criterion {
  readonly id: string;
  readonly kind: CriterionKind;
  readonly lead?: string;
  readonly partner?: string;
  readonly weight: number;
  readonly required: boolean;
  readonly options: Readonly<Record<string, unknown>>;
}

export type LadderTo = 'holder' | 'manager' | 'cam' | 'program_manager';
export type LadderLetter = 'reminder' | 'warning' | 'escalation' | 'recalled';
export type LadderEffect = 'none' | 'warn' | 'block_claims' | 'recall' | 'suspend';
export interface Rung {
  /** ISO 8601 duration from the deadline, not from the rung before. */
  readonly after: string;
  readonly clock: 'business' | 'elapsed';
  readonly to: LadderTo;
  readonly letter: LadderLetter;
  readonly effect: LadderEffect;
}

/** All rules of one programme, exactly as published (JSON), with every default filled in. */
export interface Programme {
  readonly key: string;
  readonly name: string;
  readonly default: boolean;
  readonly currency: string;
  readonly scenario: 'partner_led' | 'vendor_led' | 'joint' | 'fulfilment';
  readonly qualification: {
    readonly required: readonly string[];
    readonly hold: 'never' | 'missing' | 'always';
  };
  readonly matching: {
    readonly criteria: readonly Criterion[];
    readonly exploration: number;
    readonly prior: { readonly rate: number; readonly strength: number };
    readonly decay: string;
  };
  readonly distribution: {
    readonly mode: 'group' | 'sequence' | 'pool' | 'direct';
    readonly size: number;
    readonly waves: number;
    readonly window: Readonly<Record<Temperature, string>>;
    readonly fair_window: string | null;
    readonly catch_all: readonly string[];
  };
  readonly follow_up: {
    readonly promise: PromiseWord;
    readonly ladder: readonly Rung[];
    readonly updates: Readonly<Partial<Record<Phase, string>>>;
  };
  readonly standing: {
    readonly debt_limit: number;
    readonly recalls: number;
    readonly within: string;
    readonly points: readonly {
      readonly event: string;
      readonly points: number;
      readonly cold_factor?: number;
    }[];
    readonly rewards: readonly { readonly id: string; readonly name: string; readonly points: number }[];
  };
  readonly prospect_loop: { readonly enabled: boolean; readonly legal_basis: string | null };
  readonly disclosure: {
    readonly distributor_to_vendor: readonly string[];
    readonly partner_to_vendor: readonly string[];
  };
  readonly pipeline: readonly { readonly stage: string; readonly phase: Phase }[];
  readonly reasons: { readonly decline: readonly string[]; readonly lost: readonly string[] };
  /** Wording of its own: by language, then by the name of the text. */
  readonly letters: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const declineReasons = [
  'too-far',
  'no-capacity',
  'wrong-product',
  'no-budget',
  'known-customer',
  'duplicate',
  'other',
] as const;
export const lostReasons = [
  'price',
  'competitor',
  'timing',
  'no-need',
  'no-budget',
  'unreachable',
  'other',
] as const;

/**
 * A reason as facts may hold it: a code of the programme or of the shipped lists. Anything else is free text (it came
 * from a form or the API): the code is then `other`, and the text joins the words, which can be erased.
 */
export function codedReason<T extends { readonly reason: string | null; readonly words: string | null }>(
  { reasons }: Pick<Programme, 'reasons'>,
  said: T,
): T {
  const { reason, words } = said;
  const codes: readonly string[] = [...reasons.decline, ...reasons.lost, ...declineReasons, ...lostReasons];
  if (reason === null || codes.includes(reason)) return said;
  const text = [reason.trim(), words].filter(Boolean).join('\n');
  return { ...said, reason: reason.trim() ? 'other' : null, words: text || null };
}

/** The shipped rules: a group of three by coverage, territory, level and distance; four rungs to the recall. */
export const defaultProgramme: Programme = {
  key: 'default',
  name: 'Default programme',
  default: true,
  currency: 'EUR',
  scenario: 'partner_led',
  qualification: {
    required: [
      'summary',
      'products',
      'prospect.name|prospect.company',
      'prospect.phone|prospect.email',
      'prospect.postal_code',
      'prospect.country',
      'consent.share',
    ],
    hold: 'missing',
  },
  matching: {
    criteria: [
      {
        id: 'products',
        kind: 'covers',
        lead: 'products',
        partner: 'products',
        weight: 3,
        required: true,
        options: {},
      },
      {
        id: 'territory',
        kind: 'territory',
        lead: 'prospect',
        partner: 'territories',
        weight: 3,
        required: false,
        options: {},
      },
      {
        id: 'level',
        kind: 'level',
        partner: 'level',
        weight: 1,
        required: false,
        options: { order: ['registered', 'silver', 'gold'] },
      },
    ],
    exploration: 0.1,
    prior: { rate: 0.2, strength: 10 },
    decay: 'P90D',
  },
  distribution: {
    mode: 'group',
    size: 3,
    waves: 3,
    window: { hot: 'PT4H', warm: 'P1D', cold: 'P3D' },
    fair_window: null,
    catch_all: [],
  },
  follow_up: {
    promise: 'tomorrow',
    ladder: [
      { after: 'PT0S', clock: 'business', to: 'holder', letter: 'reminder', effect: 'none' },
      { after: 'P1D', clock: 'business', to: 'holder', letter: 'warning', effect: 'warn' },
      { after: 'P2D', clock: 'business', to: 'cam', letter: 'escalation', effect: 'none' },
      { after: 'P3D', clock: 'business', to: 'holder', letter: 'recalled', effect: 'recall' },
    ],
    updates: { contacted: 'P7D', qualified: 'P14D', proposal: 'P30D' },
  },
  standing: {
    debt_limit: 1,
    recalls: 3,
    within: 'P90D',
    points: [
      { event: 'contacted_in_time', points: 5, cold_factor: 2 },
      { event: 'updated_in_time', points: 2, cold_factor: 2 },
      { event: 'won', points: 20, cold_factor: 2 },
    ],
    rewards: [],
  },
  prospect_loop: { enabled: false, legal_basis: null },
  disclosure: { distributor_to_vendor: [], partner_to_vendor: [] },
  pipeline: [
    { stage: 'claimed', phase: 'claimed' },
    { stage: 'contacted', phase: 'contacted' },
    { stage: 'meeting', phase: 'contacted' },
    { stage: 'qualified', phase: 'qualified' },
    { stage: 'proposal', phase: 'proposal' },
    { stage: 'won', phase: 'won' },
    { stage: 'lost', phase: 'lost' },
  ],
  reasons: { decline: declineReasons, lost: lostReasons },
  letters: {},
};

/** Without a pipeline of its own a programme has that of its scenario: orders are implemented, not sold. */
export const pipelineOf = (scenario: Programme['scenario']): Programme['pipeline'] =>
  scenario === 'fulfilment' ? orderPipeline : defaultProgramme.pipeline;

const orderPipeline: Programme['pipeline'] = [
  { stage: 'order-confirmed', phase: 'claimed' },
  { stage: 'implemented', phase: 'won' },
  { stage: 'lost', phase: 'lost' },
];

/** The wave width of a distribution mode: a sequence and a direct offer go to one, a pool to everybody. */
export function waveSize(rules: Programme['distribution']): number {
  if (rules.mode === 'sequence' || rules.mode === 'direct') return 1;
  return rules.mode === 'pool' ? Number.POSITIVE_INFINITY : rules.size;
}

/** How many waves a lead may have before it is unplaced. */
export const waveLimit = (rules: Programme['distribution']): number =>
  rules.mode === 'pool' || rules.mode === 'direct' ? 1 : rules.waves;

/**
 * The stage a verb reaches: the one it names, else the first stage of the phase, else the nearest earlier phase
 * that has one.
 */
export function stageFor(programme: Programme, stage: string, phase: Phase): { stage: string; phase: Phase } {
  const named = programme.pipeline.find((s) => s.stage === stage);
  if (named) return { stage: named.stage, phase: named.phase };
  const order: readonly Phase[] = ['claimed', 'contacted', 'qualified', 'proposal'];
  const from =
    phase === 'won' || phase === 'lost' ? [phase] : order.slice(0, order.indexOf(phase) + 1).reverse();
  const found = from.map((p) => programme.pipeline.find((s) => s.phase === p)).find(Boolean);
  return found ? { stage: found.stage, phase: found.phase } : { stage: phase, phase };
}
