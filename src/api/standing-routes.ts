import { z } from 'zod';
import { liftSuspension } from '../dispatch/lift-suspension.ts';
import { readStanding } from '../dispatch/read-standing.ts';
import { pointEvents } from '../lead/points.ts';
import { isIdentifier } from './fields.ts';
import { json, notFound, type Reply, refused } from './problems.ts';
import { noQuery } from './query-schemas.ts';
import { acts, type Call, type Route, reads } from './route.ts';

/** Where a partner stands, and the vendor's word that lets it claim again. */

const instant = z.iso.datetime();
const figure = z.strictObject({ value: z.number().nullable(), n: z.number() });

const standingAnswer = z
  .strictObject({
    partner: z.string(),
    debt: z
      .array(
        z.strictObject({
          lead: z.string(),
          contact: z.string().nullable(),
          owes: z.enum(['contact', 'update']).nullable(),
          owed_since: instant,
          reminded_at: instant.nullable(),
          why: z.enum(['late', 'rung']).describe('Overdue and reminded of, or up a rung that stops claims.'),
        }),
      )
      .describe('Leads that wait for a word.'),
    blocked: z.boolean().describe('Whether the debts stop the partner from claiming.'),
    claims: z.strictObject({
      open: z.number(),
      limit: z.number().describe('Late ones from which on claims are blocked.'),
    }),
    suspended_until: z
      .enum(['lifted'])
      .nullable()
      .describe('Null unless suspended; no day ends it, a person does.'),
    suspension: z.strictObject({ reason: z.enum(['recalls', 'ladder']), since: instant }).nullable(),
    warnings: z.number().describe('Recalls by the ladder that count now.'),
    recalls: z.strictObject({
      limit: z.number().describe('Warnings at which the partner is suspended.'),
      within: z.string(),
      items: z.array(z.strictObject({ lead: z.string(), at: instant })),
    }),
    points: z.number().describe('What can be redeemed now.'),
    point_entries: z.array(
      z.strictObject({
        lead: z.string(),
        event: z.enum(pointEvents),
        points: z.number(),
        booked_at: instant,
        booked: z.boolean().describe('False while the act behind it can be undone.'),
        reversed_at: instant.nullable(),
        reversed_why: z.enum(['undo', 'return', 'contradiction']).nullable(),
      }),
    ),
    redemptions: z.array(
      z.strictObject({
        reward: z.string(),
        name: z.string(),
        points: z.number(),
        state: z.enum(['requested', 'approved', 'rejected']),
        requested_at: instant,
        decided_at: instant.nullable(),
      }),
    ),
    level: z.string().nullable(),
    kpis: z.record(z.string(), figure).describe('Of the period in which recalls count.'),
  })
  .meta({ id: 'Standing' });

const nobody = notFound(
  'partner',
  'There is no partner of this external_id; GET /api/v1/partners lists them.',
);

async function show(call: Call<null, unknown> | Call<unknown, unknown>): Promise<Reply> {
  const name = call.param('external_id');
  const standing = isIdentifier(name) ? await readStanding(call.deps, name) : undefined;
  return standing ? json(200, standing) : nobody;
}

async function lift(call: Call<unknown, unknown>): Promise<Reply> {
  const externalId = call.param('external_id');
  if (!isIdentifier(externalId)) return nobody;
  const done = await liftSuspension(call.deps, { externalId }, call.actor);
  return done.ok ? show(call) : done.refusal.kind === 'not-found' ? nobody : refused(done.refusal);
}

export const standingRoutes: readonly Route[] = [
  reads(
    '/partners/:external_id/standing',
    {
      scope: 'partners:read',
      query: noQuery,
      shows: standingAnswer,
      summary: 'Where a partner stands: debts, recalls, points, figures',
      answers: { 200: 'The standing, with the reason of every number' },
    },
    show,
  ),
  acts(
    'post',
    '/partners/:external_id/lift',
    {
      scope: 'partners:write',
      query: noQuery,
      body: z.strictObject({}),
      shows: standingAnswer,
      summary: 'Lift a suspension: the partner can claim again',
      answers: { 200: 'The standing as it is now' },
    },
    lift,
  ),
];
