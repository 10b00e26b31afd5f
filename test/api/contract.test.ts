import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leadAnswer } from '../../src/api/lead-schemas.ts';
import { apiRouter, routes } from '../../src/api/router.ts';
import { acceptOffer } from '../../src/dispatch/answer-offer.ts';
import { deliverLetters } from '../../src/dispatch/deliver-letters.ts';
import type { Deps } from '../../src/dispatch/deps.ts';
import { type Json, lead, partner, type RunningApi, startApi } from './running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  await api.ask('PUT', '/partners/alpha', { body: partner('alpha') });
});
afterAll(() => api.stop());

/** A lead that Alice of partner alpha holds. */
async function claimed(): Promise<string> {
  const { body } = await api.ask('POST', '/leads', { body: lead() });
  const [contact] = await api.deps.db.query<{ id: string }>(
    "select id from people where external_id = 'alpha-1'",
  );
  const actor = { who: { kind: 'contact', id: contact?.id as string }, channel: 'link' } as const;
  expect((await acceptOffer(api.deps, body.offers[0].id, 'tomorrow', actor)).ok).toBe(true);
  return body.reference;
}

describe('a claimed lead', () => {
  test('shows its claim, can be extended and closed, and then allows neither', async () => {
    const reference = await claimed();
    const year = (await api.deps.db.now()).getUTCFullYear() + 1;
    const extended = await api.ask('POST', `/leads/${reference}/extend`, {
      body: { until: `${year}-01-01T09:00:00+01:00` },
    });
    expect(extended).toMatchObject({
      status: 200,
      body: {
        state: 'claimed',
        claim: { partner: 'alpha', contact: 'alpha-1' },
        next_step: { due_at: `${year}-01-01T08:00:00.000Z` },
      },
    });
    const closed = await api.ask('POST', `/leads/${reference}/close`, {
      body: { result: 'won', amount: '12000.5' },
    });
    expect(closed).toMatchObject({
      status: 200,
      body: { state: 'won', outcome: { result: 'won', amount: '12000.50', currency: 'EUR' } },
    });
    expect(leadAnswer.safeParse(closed.body).error?.issues ?? []).toEqual([]);
    const again = await api.ask('POST', `/leads/${reference}/close`, {
      body: { result: 'lost', reason: 'price' },
    });
    expect(again).toMatchObject({ status: 409, body: { state: 'won', allowed: ['reopen', 'erase'] } });
  });
});

describe('mails', () => {
  test('are listed, filtered, and given out as they were sent', async () => {
    await claimed();
    while ((await deliverLetters(api.deps)) > 0);
    const list = await api.ask('GET', '/messages?state=sent&to=ALICE@alpha.example&limit=1');
    expect(list.body.items).toHaveLength(1);
    expect(list.body.next_cursor).not.toBeNull();
    const rest = await api.ask('GET', `/messages?limit=200&cursor=${list.body.next_cursor}`);
    expect(rest.body.items.map((m: Json) => m.id)).not.toContain(list.body.items[0].id);
    const raw = await api.ask('GET', `/messages/${list.body.items[0].id}/raw`);
    expect(raw.headers.get('content-type')).toMatch(/^message\/rfc822/);
    expect(raw.text).toMatch(/^X-Leadpost-Kind: /m);
  });

  test('received ones have their own list', async () => {
    const id = api.deps.ids.uuid(await api.deps.db.now());
    await api.deps.db.query(
      `insert into inbound (id, message_id, sha256, raw, via, state, received_at) values ($1, 'm', 'h', 'Subject: hi', 'test', 'unmatched', $2)`,
      [id, await api.deps.db.now()],
    );
    expect((await api.ask('GET', '/inbox?state=unmatched')).body.items).toMatchObject([
      { id, state: 'unmatched' },
    ]);
    expect((await api.ask('GET', '/inbox?state=applied')).body.items).toEqual([]);
    expect((await api.ask('GET', `/inbox/${id}/raw`)).text).toBe('Subject: hi');
  });
});

describe('the OpenAPI document', () => {
  test('needs no key and names every address, its fields and its bounds', async () => {
    const { status, body } = await api.ask('GET', '/openapi.json', { key: null });
    expect([status, body.openapi]).toEqual([200, '3.1.0']);
    for (const route of routes)
      expect(body.paths[route.path.replaceAll(/:(\w+)/g, '{$1}')][route.method]).toBeDefined();
    expect(body.paths['/leads'].post.requestBody.content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/NewLead',
    });
    const told = body.components.schemas.NewLead;
    expect(told).toMatchObject({ type: 'object', additionalProperties: false, required: ['summary'] });
    expect(told.properties.summary).toMatchObject({ type: 'string', maxLength: 500 });
    for (const [, name] of JSON.stringify(body).matchAll(/"\$ref":"#\/components\/\w+\/(\w+)"/g)) {
      expect(
        body.components.schemas[name as string] ?? body.components.responses[name as string],
      ).toBeDefined();
    }
    expect(JSON.stringify(body)).not.toContain('$defs');
    const operations = Object.values(body.paths)
      .flatMap((p) => Object.values(p as object))
      .map((o) => o.operationId);
    expect(new Set(operations).size).toBe(operations.length);
  });
});

describe('every answer', () => {
  test('carries the id of its request, the caller’s own when it sent one', async () => {
    expect((await api.ask('GET', '/leads')).headers.get('x-request-id')).toMatch(/^[0-9a-f]{16}$/);
    const named = await api.ask('GET', '/leads/none', { headers: { 'x-request-id': 'crm-42' } });
    expect([named.headers.get('x-request-id'), named.body.request_id]).toEqual(['crm-42', 'crm-42']);
    const odd = await api.ask('GET', '/leads/none', { headers: { 'x-request-id': 'a b"<' } });
    expect(odd.body.request_id).toMatch(/^[0-9a-f]{16}$/);
  });

  test('is kept out of caches', async () => {
    expect((await api.ask('GET', '/leads')).headers.get('cache-control')).toBe('no-store');
  });
});

describe('when something breaks', () => {
  test.each([
    [{ code: 'ECONNREFUSED' }, 503],
    [{ code: '57P01' }, 503],
    [{ code: '08006' }, 503],
    [{ code: '53300' }, 503],
    [new Error('Connection terminated unexpectedly'), 503],
    [new Error('timeout exceeded when trying to connect'), 503],
    [new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]), 503],
    [new Error('secret detail'), 500],
    [{ code: '23505' }, 500],
  ])('%j is answered with %i, without a stack', async (error, status) => {
    const broken = await startApi(true, (deps) => ({ ...deps, db: failing(deps.db, () => error) }));
    const answer = await broken.ask('GET', '/leads');
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '5' : null);
    expect(answer.text).not.toMatch(/secret|\.ts\b|\n\s+at /);
    expect(broken.logged).toMatchObject([{ request_id: answer.body.request_id, err: error }]);
    await broken.stop();
  });

  test('a database that goes away is 503, and 200 again when it is back', async () => {
    const down = await startApi();
    await down.deps.db.close();
    const answer = await down.ask('POST', '/leads', { body: lead(), headers: { 'idempotency-key': 'x' } });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    await down.stop();
  });

  test('the router can be made without a request', () => {
    expect(apiRouter(api.deps)).toBeTypeOf('function');
  });
});

/** The database, but reading leads throws. */
function failing(db: Deps['db'], error: () => unknown): Deps['db'] {
  return {
    ...db,
    query: async (text, values) => {
      if (text.includes('from leads l')) throw error();
      return db.query(text, values);
    },
  };
}
