import { z } from 'zod';
import { readCoverage } from '../dispatch/read-coverage.ts';
import { isInstant } from './fields.ts';
import { invalid, json, type Reply } from './problems.ts';
import { type Call, type Route, reads } from './route.ts';

/** Where partners are missing. */

const instant = z
  .string()
  .refine((v) => isInstant(v), { error: 'must be an instant such as "2026-12-01T00:00:00Z"' })
  .transform((v) => new Date(v))
  .optional();
const period = z.strictObject({ from: instant, to: instant });

const shown = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    items: z.array(
      z.object({
        product: z.string().nullable(),
        region: z
          .string()
          .nullable()
          .describe('"DE-89": country and first two characters of the postal code.'),
        leads: z.number().int(),
        unmatched: z.number().int().describe('Leads for which nobody could be asked at all.'),
        values: z.array(z.object({ amount: z.string(), currency: z.string() })),
      }),
    ),
  })
  .meta({ id: 'CoverageGaps' });

async function get(call: Call<null, z.output<typeof period>>): Promise<Reply> {
  const { from = null, to = null } = call.query;
  if (from && to && from >= to)
    return invalid([{ pointer: '/to', message: 'must be later than from' }], 'query');
  return json(200, await readCoverage(call.deps, { from, to }));
}

export const coverageRoutes: readonly Route[] = [
  reads(
    '/coverage-gaps',
    {
      scope: 'reports:read',
      query: period,
      shows: shown,
      summary: 'Products and regions in which leads found no taker, the most valuable first',
      answers: { 200: 'The gaps of the period, of the last 90 days unless given' },
    },
    get,
  ),
];
