import { afterAll, beforeAll, expect, test } from 'vitest';
import { lead, partner, type RunningApi, startApi } from './running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  await api.ask('PUT', '/partners/alpha', { body: partner('alpha') });
});
afterAll(() => api.stop());

const post = (key: string, body: object, bearer = 'sandbox') =>
  api.ask('POST', '/leads', { body, key: bearer, headers: { 'idempotency-key': key } });
const count = async (campaign: string): Promise<number> =>
  (await api.deps.db.query('select 1 from leads where campaign = $1', [campaign])).length;

test('the same key and body again get the stored answer, and nothing happens twice', async () => {
  const body = lead({ campaign: 'again' });
  const first = await post('k-1', body);
  const second = await post('k-1', body);
  expect(first.status).toBe(201);
  expect(second.status).toBe(201);
  expect(second.body).toEqual(first.body);
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(await count('again')).toBe(1);
  const letters = await api.deps.db.query("select 1 from letters where kind = 'offer'");
  expect(letters).toHaveLength(1);
});

test('the same key with another body, or at another address, is a 422 problem', async () => {
  await post('k-2', lead({ campaign: 'other' }));
  const other = await post('k-2', lead({ campaign: 'other', summary: 'Something else' }));
  expect(other).toMatchObject({ status: 422, body: { type: 'urn:leadpost:problem:idempotency-key-reused' } });
  expect(await count('other')).toBe(1);
});

test('twenty concurrent posts with one key make one lead and get one answer', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => post('k-3', lead({ campaign: 'race' }))),
  );
  expect(new Set(answers.map((a) => a.status))).toEqual(new Set([201]));
  expect(new Set(answers.map((a) => a.body.reference)).size).toBe(1);
  expect(await count('race')).toBe(1);
});

test('twenty concurrent posts with keys of their own all go through', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => post(`many-${n}`, lead({ campaign: 'many' }))),
  );
  expect(answers.map((a) => a.status)).toEqual(Array.from({ length: 20 }, () => 201));
  expect(await count('many')).toBe(20);
});

test('two concurrent posts with one external_id make one lead, also without a key', async () => {
  const body = lead({ campaign: 'twin', source: 'web', external_id: 'twin' });
  const answers = await Promise.all([1, 2].map(() => api.ask('POST', '/leads', { body })));
  expect(answers.map((a) => a.status).sort()).toEqual([200, 201]);
  expect(await count('twin')).toBe(1);
});

test('keys of different API keys do not meet', async () => {
  const alice = await api.keyWith('leads:write');
  expect((await post('k-4', lead({ campaign: 'apart' }))).status).toBe(201);
  expect((await post('k-4', lead({ campaign: 'apart' }), alice)).status).toBe(201);
  expect(await count('apart')).toBe(2);
});

test('after a refusal the same key may try again', async () => {
  const { reference } = (await post('k-5', lead())).body;
  const act = () =>
    api.ask('POST', `/leads/${reference}/dispatch`, { headers: { 'idempotency-key': 'k-6' } });
  expect((await act()).status).toBe(409);
  await api.ask('POST', `/leads/${reference}/recall`, { body: { next: 'hold' } });
  expect((await act()).status).toBe(200);
});

test('when acting fails, neither the act nor an answer is kept', async () => {
  await api.deps.db.query('alter table answers add constraint broken check (idempotency_key <> $$k-7$$)');
  expect((await post('k-7', lead({ campaign: 'broken' }))).status).toBe(500);
  expect(await count('broken')).toBe(0);
  await api.deps.db.query('alter table answers drop constraint broken');
  expect((await post('k-7', lead({ campaign: 'broken' }))).status).toBe(201);
});

test.each([' ', 'with space', 'x'.repeat(256), 'ümlaut'])('%j is no Idempotency-Key', async (key) => {
  const answer = await post(key, lead());
  expect(answer.status).toBe(400);
  expect(answer.body.detail).toMatch(/1 to 255 visible ASCII/);
});
