import type { z } from 'zod';
import { emailAddress } from '../dispatch/normalise-codes.ts';
import { normalisePartner, normaliseUser } from '../dispatch/normalise-partner.ts';
import type { Page } from '../dispatch/read-leads.ts';
import { readPartner, readPartners, readUser, readUsers } from '../dispatch/read-register.ts';
import { registerPartner, registerUser } from '../dispatch/register.ts';
import { isIdentifier } from './fields.ts';
import { partnerBody, userBody } from './partner-schemas.ts';
import { invalid, json, notFound, type Reply, refused } from './problems.ts';
import { nameList, noQuery, pageShown } from './query-schemas.ts';
import { acts, type Call, type Route, reads } from './route.ts';

/** Partners and people: what is told once, and again whenever it changes. */

type With<S extends z.ZodType> = Call<z.output<S>, unknown>;
type List = Call<null, z.output<typeof nameList>>;

const pageOf =
  (read: (deps: List['deps'], after: string | null, limit: number) => Promise<Page<object>>) =>
  async (call: List): Promise<Reply> =>
    json(200, await read(call.deps, call.query.cursor ?? null, call.query.limit));

const misnamed = (field: string, message: string): Reply => invalid([{ pointer: `/${field}`, message }]);

/** A body may repeat the name that the address gives, and nothing else. */
const contradicts = (told: string | null | undefined, name: string): boolean =>
  (told ?? name).toLowerCase() !== name.toLowerCase();
const asInAddress = (name: string): string => `must be "${name}" as in the address, or left out`;

async function putPartner(call: With<typeof partnerBody>): Promise<Reply> {
  const name = call.param('external_id');
  if (!isIdentifier(name))
    return misnamed('external_id', 'the external_id in the address must be one line of 1 to 200 characters');
  if ((call.body.external_id ?? name) !== name) return misnamed('external_id', asInAddress(name));
  const put = await registerPartner(call.deps, normalisePartner(name, call.body, call.deps.house));
  if (!put.ok) return refused(put.refusal);
  return json(put.value.created ? 201 : 200, await readPartner(call.deps, name));
}

async function getPartner(call: Call<null, unknown>): Promise<Reply> {
  const name = call.param('external_id');
  const partner = isIdentifier(name) ? await readPartner(call.deps, name) : undefined;
  return partner
    ? json(200, partner)
    : notFound('partner', 'There is no partner of this external_id; GET /api/v1/partners lists them.');
}

async function putUser(call: With<typeof userBody>): Promise<Reply> {
  const email = emailAddress(call.param('email'));
  if (!email)
    return misnamed(
      'email',
      'the address in the path must be one plain e-mail address, for example anna.weber@vendor.example',
    );
  if (contradicts(call.body.email, email)) return misnamed('email', asInAddress(email));
  const put = await registerUser(call.deps, normaliseUser(email, call.body, call.deps.house));
  return json(put.created ? 201 : 200, await readUser(call.deps, email));
}

const put = (what: string) => ({
  query: noQuery,
  answers: { 201: `The new ${what}`, 200: `The ${what} as it is now` },
});

export const registerRoutes: readonly Route[] = [
  acts(
    'put',
    '/partners/:external_id',
    {
      ...put('partner'),
      scope: 'partners:write',
      body: partnerBody,
      shows: partnerBody,
      summary: 'Create or replace a partner and its contacts',
    },
    putPartner,
  ),
  reads(
    '/partners/:external_id',
    {
      scope: 'partners:read',
      query: noQuery,
      shows: partnerBody,
      summary: 'One partner',
      answers: { 200: 'The partner' },
    },
    getPartner,
  ),
  reads(
    '/partners',
    {
      scope: 'partners:read',
      query: nameList,
      shows: pageShown(partnerBody),
      summary: 'Partners by external_id',
      answers: { 200: 'A page of partners' },
    },
    pageOf(readPartners),
  ),
  acts(
    'put',
    '/users/:email',
    {
      ...put('user'),
      scope: 'users:write',
      body: userBody,
      shows: userBody,
      summary: 'Create or replace a vendor user',
    },
    putUser,
  ),
  reads(
    '/users',
    {
      scope: 'users:read',
      query: nameList,
      shows: pageShown(userBody),
      summary: 'Vendor users by address',
      answers: { 200: 'A page of users' },
    },
    pageOf(readUsers),
  ),
];
