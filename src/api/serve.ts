import type { Request, RequestHandler } from 'express';
import { answerOnce } from '../dispatch/answer-once.ts';
import { holds, type KnownKey } from '../dispatch/check-key.ts';
import type { Actor, Deps } from '../dispatch/deps.ts';
import { check } from './faults.ts';
import { invalid, problem, type Reply } from './problems.ts';
import { parseBody } from './request-body.ts';
import type { Call, Route } from './route.ts';
import { send } from './send.ts';

const nobody: KnownKey = { id: '', name: '', scopes: [] };

/** Checks a request against its route, acts, and answers. */
export const serve =
  (deps: Deps, route: Route): RequestHandler =>
  async (req, res) => {
    send(res, await answer(deps, route, req, res.locals.key ?? nobody));
  };

async function answer(deps: Deps, route: Route, req: Request, key: KnownKey): Promise<Reply> {
  const query = check(route.query, { ...req.query });
  if (!query.ok) return invalid(query.errors, 'query');
  const body = route.body ? checkBody(route.body, req) : ({ ok: true, value: null } as const);
  if (!body.ok) return body.reply;
  const actor: Actor = { who: { kind: 'key', id: key.id }, channel: 'api' };
  const call = {
    key,
    actor,
    seesProspect: holds(key, 'leads:write'),
    param: (name: string) => String(req.params[name] ?? ''),
    body: body.value as never,
    query: query.value as never,
  };
  const once = route.method === 'post' ? req.get('Idempotency-Key') : undefined;
  return once === undefined ? route.handle({ ...call, deps }) : answerUnder(once, deps, route, req, call);
}

function checkBody(schema: NonNullable<Route['body']>, req: Request) {
  const read = parseBody(req);
  if (!read.ok) return read;
  const checked = check(schema, read.value);
  return checked.ok ? checked : { ok: false as const, reply: invalid(checked.errors) };
}

/** The same key and the same request: the same answer, however often and however fast it is sent. */
async function answerUnder(
  idempotencyKey: string,
  deps: Deps,
  route: Route,
  req: Request,
  call: Omit<Call<never, never>, 'deps'>,
): Promise<Reply> {
  if (!/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
    return problem(
      400,
      'idempotency-key',
      'Bad Idempotency-Key',
      'An Idempotency-Key has 1 to 255 visible ASCII characters; a UUID is a good one.',
    );
  }
  const request = JSON.stringify([req.method, req.path, call.body]);
  const done = await answerOnce(deps, { apiKey: call.key.id, idempotencyKey, request }, (inside) =>
    route.handle({ ...call, deps: inside }),
  );
  if (done.kind === 'other-request') {
    const detail =
      'This Idempotency-Key was used before for another request; use a new key for a new request. Nothing was changed.';
    return problem(422, 'idempotency-key-reused', 'Idempotency-Key used before', detail);
  }
  // Headers of the first answer are not kept, except by the answer itself.
  const reply: Reply = done.replayed ? { ...done.answer, type: 'json' } : (done.answer as Reply);
  return done.replayed ? { ...reply, headers: { 'Idempotent-Replayed': 'true' } } : reply;
}
