import { z } from 'zod';
import { readProgramme, readProgrammes, readProgrammeVersions } from '../dispatch/read-register.ts';
import { applyProgramme } from '../dispatch/register.ts';
import { mostReplayed, replayProgramme, usuallyReplayed } from '../dispatch/replay-programme.ts';
import { check } from './faults.ts';
import { isIdentifier } from './fields.ts';
import { invalid, json, notFound, type Reply } from './problems.ts';
import {
  isProgrammeKey,
  programmeJsonSchema,
  type ToldProgramme,
  toldProgramme,
} from './programme-document.ts';
import { programmeBody } from './programme-schema.ts';
import { nameList, noQuery, pageShown } from './query-schemas.ts';
import { acts, type Call, type Route, reads } from './route.ts';

/** Programmes: the rules as one document, its versions, and what a draft would have changed. */

type With<S extends z.ZodType> = Call<z.output<S>, unknown>;

/** The key of the address, or the answer that it is none or contradicts the body. */
function keyFault(key: string, told: string | undefined): Reply | undefined {
  const message = !isProgrammeKey(key)
    ? 'the key in the address must be 1 to 64 letters, digits, dots, dashes or underscores, and not schema.json'
    : (told ?? key) !== key
      ? `must be "${key}" as in the address, or left out`
      : undefined;
  return message === undefined ? undefined : invalid([{ pointer: '/key', message }]);
}

async function putProgramme(call: With<typeof programmeBody>): Promise<Reply> {
  const key = call.param('key');
  const wrong = keyFault(key, call.body.key);
  if (wrong) return wrong;
  const { programme, note } = toldProgramme(call.body, key);
  const unworded = call.deps.letters.wordingFaults(programme.letters);
  if (unworded.length > 0) return invalid(unworded);
  const made = await applyProgramme(call.deps, programme, call.key.name, note);
  return json(made === 1 ? 201 : 200, await readProgramme(call.deps, key));
}

const versionQuery = z.strictObject({
  version: z
    .string()
    .refine((v) => /^[1-9]\d{0,8}$/.test(v), { error: 'must be a whole number from 1' })
    .transform(Number)
    .optional()
    .describe('Absent: the newest.'),
});

const noProgramme = (): Reply =>
  notFound('program', 'There is no programme of this key; GET /api/v1/programs lists them.');

async function getProgramme(call: Call<null, z.output<typeof versionQuery>>): Promise<Reply> {
  const key = call.param('key');
  const programme = isIdentifier(key)
    ? await readProgramme(call.deps, key, call.query.version ?? null)
    : undefined;
  if (programme) return json(200, programme);
  return call.query.version === undefined
    ? noProgramme()
    : notFound('version', `GET /api/v1/programs/${encodeURIComponent(key)}/versions lists those there are.`);
}

async function getVersions(call: Call<null, unknown>): Promise<Reply> {
  const key = call.param('key');
  const items = isIdentifier(key) ? await readProgrammeVersions(call.deps, key) : [];
  return items.length > 0 ? json(200, { items, next_cursor: null }) : noProgramme();
}

const getSchema = async (call: Call<null, unknown>): Promise<Reply> =>
  json(200, programmeJsonSchema(`${call.deps.house.baseUrl}/api/v1/programs/schema.json`));

const replayBody = z.strictObject({
  program: z.unknown().optional().describe('The draft, as PUT takes it. Absent: the newest version.'),
  last: z
    .number()
    .int()
    .min(1)
    .max(mostReplayed)
    .default(usuallyReplayed)
    .describe('How many leads, newest first.'),
});

async function replay(call: With<typeof replayBody>): Promise<Reply> {
  const key = call.param('key');
  const draft = await draftOf(call, key);
  if ('reply' in draft) return draft.reply;
  return json(200, await replayProgramme(call.deps, draft.programme, call.body.last));
}

async function draftOf(
  call: With<typeof replayBody>,
  key: string,
): Promise<Pick<ToldProgramme, 'programme'> | { reply: Reply }> {
  if (call.body.program === undefined) {
    const programme = isIdentifier(key) ? await readProgramme(call.deps, key) : undefined;
    return programme ? { programme } : { reply: noProgramme() };
  }
  const checked = check(programmeBody, call.body.program);
  if (!checked.ok)
    return { reply: invalid(checked.errors.map((e) => ({ ...e, pointer: `/program${e.pointer}` }))) };
  const wrong = keyFault(key, checked.value.key);
  return wrong ? { reply: wrong } : toldProgramme(checked.value, key);
}

const replayShown = z.object({
  program: z.string(),
  leads: z.number().int().describe('How many leads were replayed.'),
  moved: z.number().int().describe('How many of them would have been offered to others, or to nobody.'),
  items: z.array(
    z.object({
      lead: z.string(),
      at: z.iso.datetime(),
      was: z.array(z.string()).describe('Partners of the first wave as it was, by external_id.'),
      now: z.array(z.string()).describe('Partners of the first wave under the draft.'),
      moved: z.boolean(),
      missing: z.array(z.string()).describe('What the draft would have held the lead for.'),
      why: z.array(z.object({ partner: z.string(), change: z.enum(['in', 'out']), why: z.string() })),
    }),
  ),
});

const versionShown = z.object({
  version: z.number().int(),
  author: z.string(),
  note: z.string().nullable(),
  created_at: z.iso.datetime(),
});

export const programmeRoutes: readonly Route[] = [
  reads(
    '/programs/schema.json',
    {
      scope: null,
      query: noQuery,
      summary: 'The JSON Schema of a programme',
      answers: { 200: 'JSON Schema' },
    },
    getSchema,
  ),
  acts(
    'put',
    '/programs/:key',
    {
      query: noQuery,
      answers: { 201: 'The new programme', 200: 'The programme as it is now' },
      scope: 'programs:write',
      body: programmeBody,
      shows: programmeBody,
      summary: 'Apply a programme; makes a new version',
    },
    putProgramme,
  ),
  reads(
    '/programs/:key',
    {
      scope: 'programs:read',
      query: versionQuery,
      shows: programmeBody,
      summary: 'A programme, in its newest or another version',
      answers: { 200: 'The programme' },
    },
    getProgramme,
  ),
  reads(
    '/programs/:key/versions',
    {
      scope: 'programs:read',
      query: noQuery,
      shows: pageShown(versionShown),
      summary: 'Who made which version when, and why',
      answers: { 200: 'The versions, newest first' },
    },
    getVersions,
  ),
  acts(
    'post',
    '/programs/:key/replay',
    {
      scope: 'programs:read',
      query: noQuery,
      body: replayBody,
      shows: replayShown,
      summary: 'What a draft would have changed on past leads; changes nothing',
      answers: { 200: 'Each lead with its first wave as it was and as it would be' },
    },
    replay,
  ),
  reads(
    '/programs',
    {
      scope: 'programs:read',
      query: nameList,
      shows: pageShown(programmeBody),
      summary: 'Programmes by key',
      answers: { 200: 'A page of programmes' },
    },
    async (call) => json(200, await readProgrammes(call.deps, call.query.cursor ?? null, call.query.limit)),
  ),
];
