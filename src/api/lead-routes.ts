import type { z } from 'zod';
import type { Deps } from '../dispatch/deps.ts';
import { normaliseLead } from '../dispatch/normalise-lead.ts';
import {
  readDuplicates,
  readExplanation,
  readLead,
  readLeads,
  readTimeline,
} from '../dispatch/read-leads.ts';
import { readMessages } from '../dispatch/read-messages.ts';
import { receiveLead } from '../dispatch/receive-lead.ts';
import { duplicatesAnswer, leadAnswer, newLead } from './lead-schemas.ts';
import { json, notFound, type Reply, refused } from './problems.ts';
import { leadList, leadMessageList, noQuery, pageShown } from './query-schemas.ts';
import { acts, type Call, type Route, reads } from './route.ts';

type Any = Call<unknown, unknown>;

const noLead = (reference: string): Reply =>
  notFound('lead', `There is no lead "${reference.slice(0, 40)}"; GET /api/v1/leads lists them.`);

const isReference = (text: string): boolean => /^L-[0-9A-HJKMNP-TV-Z]{6,10}$/.test(text);

/** The lead of the address as it is now, or the answer that there is none. */
export async function showLead(call: Any, status = 200): Promise<Reply> {
  const reference = call.param('reference');
  const lead = isReference(reference) ? await readLead(call.deps, reference, call.seesProspect) : undefined;
  return lead ? json(status, lead) : noLead(reference);
}

/** Something about the lead of the address. */
const about =
  (read: (deps: Deps, reference: string) => Promise<unknown>) =>
  async (call: Any): Promise<Reply> => {
    const reference = call.param('reference');
    const found = isReference(reference) ? await read(call.deps, reference) : undefined;
    return found ? json(200, found) : noLead(reference);
  };

async function receive(call: Call<z.output<typeof newLead>, unknown>): Promise<Reply> {
  const received = await receiveLead(call.deps, normaliseLead(call.body), call.actor);
  if (!received.ok) return refused(received.refusal);
  const { reference, created } = received.value;
  const lead = await readLead(call.deps, reference, call.seesProspect);
  return json(created ? 201 : 200, lead, { Location: `/api/v1/leads/${reference}` });
}

async function listLeads(call: Call<null, z.output<typeof leadList>>): Promise<Reply> {
  const { state = null, program = null, partner = null, q = null, cursor = null, limit } = call.query;
  return json(
    200,
    await readLeads(call.deps, { state, program, partner, q: q || null, cursor, limit }, call.seesProspect),
  );
}

async function leadMessages(call: Call<null, z.output<typeof leadMessageList>>): Promise<Reply> {
  const lead = call.param('reference');
  if (!isReference(lead) || !(await readLead(call.deps, lead, false))) return noLead(lead);
  const { state = null, cursor = null, limit } = call.query;
  return json(200, await readMessages(call.deps, { lead, to: null, state, cursor, limit }));
}

const timeline = async (deps: Deps, reference: string): Promise<object | undefined> => {
  const items = await readTimeline(deps, reference);
  return items && { items };
};

const read = { scope: 'leads:read' } as const;

export const leadRoutes: readonly Route[] = [
  acts(
    'post',
    '/leads',
    {
      summary: 'Receive a lead; it is qualified and dispatched in the same call',
      scope: 'leads:write',
      query: noQuery,
      body: newLead,
      shows: leadAnswer,
      answers: { 201: 'The new lead', 200: 'The lead that has this source and external_id already' },
    },
    receive,
  ),
  reads(
    '/leads',
    {
      ...read,
      query: leadList,
      shows: pageShown(leadAnswer),
      summary: 'Leads, newest first',
      answers: { 200: 'A page of leads' },
    },
    listLeads,
  ),
  reads(
    '/leads/:reference',
    {
      ...read,
      query: noQuery,
      summary: 'One lead',
      answers: { 200: 'The lead' },
      shows: leadAnswer,
    },
    (call) => showLead(call),
  ),
  reads(
    '/leads/:reference/timeline',
    {
      ...read,
      query: noQuery,
      summary: 'Everything that happened to a lead, oldest first',
      answers: { 200: 'The timeline' },
    },
    about(timeline),
  ),
  reads(
    '/leads/:reference/explanation',
    {
      ...read,
      query: noQuery,
      summary: 'Why these partners, and why not the others',
      answers: { 200: 'The explanation' },
    },
    about(readExplanation),
  ),
  reads(
    '/leads/:reference/duplicates',
    {
      ...read,
      query: noQuery,
      shows: duplicatesAnswer,
      summary: 'Earlier leads that this one looks like, and why',
      answers: { 200: 'The likeliest first; empty when nothing is alike' },
    },
    (call) => about((deps, reference) => readDuplicates(deps, reference, call.seesProspect))(call),
  ),
  reads(
    '/leads/:reference/messages',
    {
      scope: 'messages:read',
      query: leadMessageList,
      summary: 'Mails about a lead, newest first',
      answers: { 200: 'A page of mails' },
    },
    leadMessages,
  ),
];
