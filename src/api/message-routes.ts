import type { z } from 'zod';
import {
  readInboundBytes,
  readInboundMail,
  readInbox,
  readMessage,
  readMessageBytes,
  readMessages,
} from '../dispatch/read-messages.ts';
import { json, notFound, problem, type Reply } from './problems.ts';
import { inboxList, messageList, noQuery } from './query-schemas.ts';
import { type Call, type Route, reads } from './route.ts';

/** Mails that went out and came in. */

type One = Call<null, unknown>;
const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

async function listMessages(call: Call<null, z.output<typeof messageList>>): Promise<Reply> {
  const { lead = null, to = null, state = null, cursor = null, limit } = call.query;
  return json(200, await readMessages(call.deps, { lead, to, state, cursor, limit }));
}

async function listInbox(call: Call<null, z.output<typeof inboxList>>): Promise<Reply> {
  const { state = null, cursor = null, limit } = call.query;
  return json(200, await readInbox(call.deps, { state, cursor, limit }));
}

/** Something found by the id of the address. */
const byId =
  <T>(
    read: (deps: One['deps'], id: string) => Promise<T | null | undefined>,
    show: (found: T) => Reply,
    none: Reply,
  ) =>
  async (call: One): Promise<Reply> => {
    const id = call.param('id');
    const found = isId(id) ? await read(call.deps, id) : undefined;
    if (found === null) return notDisclosed;
    return found === undefined ? none : show(found);
  };

const notDisclosed = problem(
  403,
  'not-disclosed',
  'Not disclosed',
  'The programme of this lead keeps the words of its partner with the partner (disclosure).',
);
const asJson = (found: object): Reply => json(200, found);
const asMail = (bytes: Buffer): Reply => ({ status: 200, body: bytes, type: 'mail' });
const noMessage = notFound('message', 'There is no mail of this id; GET /api/v1/messages lists them.');
const noBytes = notFound(
  'message',
  'There are no bytes of this id: either there is no such mail, or it is not composed yet; try again in a moment.',
);
const noInbound = notFound('mail', 'There is no inbound mail of this id; GET /api/v1/inbox lists them.');

const read = { scope: 'messages:read' } as const;

export const messageRoutes: readonly Route[] = [
  reads(
    '/messages',
    { ...read, query: messageList, summary: 'Mails sent, newest first', answers: { 200: 'A page of mails' } },
    listMessages,
  ),
  reads(
    '/messages/:id',
    {
      ...read,
      query: noQuery,
      summary: 'One mail',
      answers: { 200: 'The mail' },
    },
    byId(readMessage, asJson, noMessage),
  ),
  reads(
    '/messages/:id/raw',
    {
      ...read,
      query: noQuery,
      summary: 'The mail as it was sent',
      answers: { 200: 'message/rfc822' },
    },
    byId(readMessageBytes, asMail, noBytes),
  ),
  reads(
    '/inbox',
    {
      ...read,
      query: inboxList,
      summary: 'Mails received, newest first',
      answers: { 200: 'A page of mails' },
    },
    listInbox,
  ),
  reads(
    '/inbox/:id',
    {
      ...read,
      query: noQuery,
      summary: 'One mail received',
      answers: { 200: 'The mail' },
    },
    byId(readInboundMail, asJson, noInbound),
  ),
  reads(
    '/inbox/:id/raw',
    {
      ...read,
      query: noQuery,
      summary: 'The mail as it came in',
      answers: { 200: 'message/rfc822' },
    },
    byId(readInboundBytes, asMail, noInbound),
  ),
];
