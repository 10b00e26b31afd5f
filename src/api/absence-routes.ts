import { z } from 'zod';
import { announceAbsence, readAbsence } from '../dispatch/announce-absence.ts';
import { date, isIdentifier, text } from './fields.ts';
import { json, notFound, type Reply, refused } from './problems.ts';
import { noQuery } from './query-schemas.ts';
import { acts, type Call, type Route, reads } from './route.ts';

/** Who of a partner is not there, and who stands in. */

export const absenceBody = z
  .strictObject({
    from: date.describe('First day away, in the contact’s time zone. Absent: from this moment.'),
    until: date.describe('Day of return. Absent or null: the contact is there again.'),
    deputy: text(200).describe('external_id of a contact of the same partner. Absent: nobody stands in.'),
    source: z.string().nullish().describe('Shown, never set here: what is sent is ignored.'),
    confirmed: z
      .boolean()
      .nullish()
      .describe('Shown, never set here. False: proposed by an out-of-office reply.'),
  })
  .meta({ id: 'Absence' });

const path = '/partners/:external_id/contacts/:contact/absence';

async function put(call: Call<z.output<typeof absenceBody>, unknown>): Promise<Reply> {
  const key = keyOf(call);
  if (!key) return nobody;
  const { from, until, deputy } = call.body;
  const told = { from: from || null, until: until || null, deputy: deputy || null };
  const done = await announceAbsence(call.deps, key, told, 'api');
  return done.ok ? json(200, done.value) : refused(done.refusal);
}

async function get(call: Call<null, unknown>): Promise<Reply> {
  const key = keyOf(call);
  const found = key && (await readAbsence(call.deps, key));
  if (!found) return nobody;
  return found.ok ? json(200, found.value) : refused(found.refusal);
}

const nobody = notFound(
  'contact',
  'There is no such contact; GET /api/v1/partners/{external_id} lists them.',
);

function keyOf(call: Call<never, never> | Call<unknown, unknown>) {
  const [partner, contact] = [call.param('external_id'), call.param('contact')];
  return isIdentifier(partner) && isIdentifier(contact) ? { partner, contact } : undefined;
}

export const absenceRoutes: readonly Route[] = [
  acts(
    'put',
    path,
    {
      scope: 'partners:write',
      query: noQuery,
      body: absenceBody,
      shows: absenceBody,
      summary: 'Announce that a contact is away, or there again',
      answers: { 200: 'The present or next absence' },
    },
    put,
  ),
  reads(
    path,
    {
      scope: 'partners:read',
      query: noQuery,
      shows: absenceBody,
      summary: 'The present or next absence of a contact',
      answers: { 200: 'The absence; `until` is null when there is none' },
    },
    get,
  ),
];
