import { z } from 'zod';
import { promises } from '../lead/assignment.ts';
import { disclosureFields } from '../lead/disclosure.ts';
import { ladderFaults, type PartFault, twice } from '../lead/list-faults.ts';
import { matchingFaults, requiredFaults } from '../lead/matching-faults.ts';
import { criterionKinds, defaultProgramme as shipped } from '../lead/programme.ts';
import { phases } from '../lead/tables.ts';
import { currency, duration, email, required } from './fields.ts';

/** The whole programme document. What is left out takes the value of the shipped default programme. */

/** The domain's judgement of a part, as issues of the schema. */
const judged =
  <T>(judge: (part: T) => readonly PartFault[]) =>
  (part: T, ctx: z.RefinementCtx): void => {
    for (const { path, message } of judge(part)) ctx.addIssue({ code: 'custom', path: [...path], message });
  };

const share = z.number().min(0).max(1);
const count = z.number().int().min(0).max(100_000);
const key = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
  error: 'must be 1 to 64 letters, digits, dots, dashes or underscores',
});
const slug = required(60);
const path = z
  .string()
  .regex(/^[a-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_-]+)*$/, {
    error: 'must be a dotted path such as "prospect.country"',
  })
  .max(100);

const criterion = z.strictObject({
  id: slug,
  kind: z.enum(criterionKinds),
  lead: path.optional(),
  partner: path.optional(),
  weight: z.number().min(0).max(1_000),
  required: z.boolean().default(false),
  options: z.record(z.string().max(64), z.unknown()).default({}),
});

const matching = z
  .strictObject({
    criteria: z
      .array(criterion)
      .max(50)
      .default(() => [...shipped.matching.criteria]),
    exploration: share.default(shipped.matching.exploration),
    prior: z
      .strictObject({
        rate: share.default(shipped.matching.prior.rate),
        strength: z.number().min(0).max(1_000_000).default(shipped.matching.prior.strength),
      })
      .prefault({}),
    decay: duration(1, 'P90D').default(shipped.matching.decay),
  })
  .superRefine(judged(matchingFaults));

const { window } = shipped.distribution;
const least = (what: string) => ({ error: `must be at least 1: ${what}` });
const distribution = z.strictObject({
  mode: z.enum(['group', 'sequence', 'pool', 'direct']).default(shipped.distribution.mode),
  size: z
    .number()
    .int()
    .min(1, least('a wave without a partner reaches nobody'))
    .max(1_000)
    .default(shipped.distribution.size),
  waves: z
    .number()
    .int()
    .min(1, least('without a wave no lead is ever offered'))
    .max(1_000)
    .default(shipped.distribution.waves),
  window: z
    .strictObject({
      hot: duration(1, 'PT4H').default(window.hot),
      warm: duration(1).default(window.warm),
      cold: duration(1, 'P3D').default(window.cold),
    })
    .prefault({}),
  fair_window: duration(1, 'PT2H').nullable().default(null),
  catch_all: z
    .array(email)
    .max(50)
    .default(() => [...shipped.distribution.catch_all]),
});

const rung = z.strictObject({
  after: duration(0),
  clock: z.enum(['business', 'elapsed']).default('business'),
  to: z.enum(['holder', 'manager', 'cam', 'program_manager']),
  letter: z.enum(['reminder', 'warning', 'escalation', 'recalled']),
  effect: z.enum(['none', 'warn', 'block_claims', 'recall', 'suspend']).default('none'),
});

const follow_up = z.strictObject({
  promise: z.enum(promises).default(shipped.follow_up.promise),
  ladder: z
    .array(rung)
    .max(30)
    .superRefine(judged(ladderFaults))
    .default(() => [...shipped.follow_up.ladder]),
  updates: z
    .strictObject({
      claimed: duration(1).optional(),
      contacted: duration(1).optional(),
      qualified: duration(1).optional(),
      proposal: duration(1).optional(),
    })
    .default({ ...shipped.follow_up.updates }),
});

const events = ['contacted_in_time', 'updated_in_time', 'won'] as const;
const standing = z.strictObject({
  debt_limit: count
    .min(1, least('with none every partner would be blocked'))
    .default(shipped.standing.debt_limit),
  recalls: count
    .min(1, least('with none every partner would be suspended'))
    .default(shipped.standing.recalls),
  within: duration(1, 'P90D').default(shipped.standing.within),
  points: z
    .array(
      z.strictObject({
        event: z.enum(events),
        points: count,
        cold_factor: z.number().min(0).max(1_000).optional(),
      }),
    )
    .max(20)
    .default(() => shipped.standing.points.map((p) => ({ ...p, event: p.event as (typeof events)[number] }))),
  rewards: z
    .array(z.strictObject({ id: slug, name: required(200), points: count }))
    .max(100)
    .superRefine(judged(twice('id')))
    .default(() => [...shipped.standing.rewards]),
});

const disclosed = z.array(z.enum(disclosureFields)).max(100).default([]);
const reasons = (usual: readonly string[]) =>
  z
    .array(slug)
    .max(50)
    .default(() => [...usual])
    .describe('Empty: the shipped list.')
    .transform((told) => (told.length > 0 ? told : [...usual]));
const shown = z.unknown().optional().describe('Shown, never set here: what is sent is ignored.');

export const programmeBody = z
  .strictObject({
    key: key.optional().describe('As in the address, or absent.'),
    name: required(200),
    default: z.boolean().default(false),
    currency: currency.default(shipped.currency),
    scenario: z.enum(['partner_led', 'vendor_led', 'joint', 'fulfilment']).default(shipped.scenario),
    qualification: z
      .strictObject({
        required: z
          .array(required(200))
          .max(50)
          .superRefine(judged(requiredFaults))
          .default(() => [...shipped.qualification.required]),
        hold: z.enum(['never', 'missing', 'always']).default(shipped.qualification.hold),
      })
      .prefault({}),
    matching: matching.prefault({}),
    distribution: distribution.prefault({}),
    follow_up: follow_up.prefault({}),
    standing: standing.prefault({}),
    prospect_loop: z
      .strictObject({
        enabled: z.boolean().default(false),
        legal_basis: z.string().max(2_000).nullable().default(null),
      })
      .prefault({}),
    disclosure: z
      .strictObject({ distributor_to_vendor: disclosed, partner_to_vendor: disclosed })
      .prefault({}),
    pipeline: z
      .array(z.strictObject({ stage: slug, phase: z.enum(phases) }))
      .min(1)
      .max(50)
      .superRefine(judged(twice('stage')))
      .optional()
      .describe('Absent: the pipeline of the scenario.'),
    reasons: z
      .strictObject({ decline: reasons(shipped.reasons.decline), lost: reasons(shipped.reasons.lost) })
      .prefault({}),
    letters: z.record(z.string().max(20), z.record(z.string().max(100), required(1_000))).default({}),
    note: z.string().max(2_000).nullish().describe('Why this version was made.'),
    version: shown,
    author: shown,
    created_at: shown,
  })
  .meta({ id: 'Programme' });
