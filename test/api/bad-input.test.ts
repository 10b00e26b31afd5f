import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultAt, lead, type RunningApi, startApi } from './running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  // Nothing a caller can send is a fault of ours.
  expect(api.logged).toEqual([]);
  await api.stop();
});

const post = (more: object) => api.ask('POST', '/leads', { body: lead(more) });
const raw = (text: string | Buffer, headers: Record<string, string> = {}) =>
  api.ask('POST', '/leads', { raw: text, headers });

describe('a field that is wrong is named, with what to write instead', () => {
  test.each<[object, string, RegExp]>([
    [{ sumary: 'x' }, '/sumary', /no field "sumary"; did you mean "summary"/],
    [{ externalId: 'x' }, '/externalId', /did you mean "external_id"/],
    [{ zzzzzz: 1 }, '/zzzzzz', /known here: external_id, program/],
    [{ prospect: { plz: '89073', 'a/b~c': 1 } }, '/prospect/a~1b~0c', /no field "a\/b~c"/],
    [{ summary: undefined }, '/summary', /is required: send text/],
    [{ summary: '  ' }, '/summary', /must not be empty/],
    [{ summary: 5 }, '/summary', /must be text, not a number/],
    [{ summary: 'x'.repeat(501) }, '/summary', /at most 500 characters/],
    [{ brief: 'x'.repeat(20_001) }, '/brief', /at most 20000 characters/],
    [{ products: 'solar' }, '/products', /must be a list, not text/],
    [{ products: [1] }, '/products/0', /must be text/],
    [{ products: Array.from({ length: 101 }, String) }, '/products', /at most 100 entries/],
    [{ prospect: [] }, '/prospect', /must be an object, not a list/],
    [{ prospect: { lat: 91, lon: 0 } }, '/prospect/lat', /at most 90/],
    [{ prospect: { lat: 0, lon: -181 } }, '/prospect/lon', /at least -180/],
    [{ prospect: { lat: '48', lon: 10 } }, '/prospect/lat', /must be a number, not text/],
    [{ prospect: { lat: 48 } }, '/prospect/lon', /send lat and lon together/],
    [{ prospect: { country: 'Germany' } }, '/prospect/country', /did you mean "DE"/],
    [{ prospect: { country: 'UK' } }, '/prospect/country', /did you mean "GB"/],
    [{ prospect: { country: 'XX' } }, '/prospect/country', /write for example "DE"/],
    [{ prospect: { language: 'english' } }, '/prospect/language', /BCP 47/],
    [{ languages: ['de', 'x-y-z-'] }, '/languages/1', /BCP 47/],
    [{ value: { amount: 28000, currency: 'EUR' } }, '/value/amount', /decimal number as text/],
    [{ value: { amount: '28,000', currency: 'EUR' } }, '/value/amount', /without sign or separators/],
    [{ value: { amount: '1.999', currency: 'EUR' } }, '/value/amount', /EUR has 2 decimal places/],
    [{ value: { amount: '1.5', currency: 'JPY' } }, '/value/amount', /JPY has 0 decimal places/],
    [{ value: { amount: '1', currency: 'EURO' } }, '/value/currency', /ISO 4217/],
    [{ value: { amount: '1', currency: 'XQX' } }, '/value/currency', /ISO 4217/],
    [{ value: { amount: '1' } }, '/value/currency', /is required/],
    [{ temperature: 'hott' }, '/temperature', /one of hot, warm, cold; did you mean "hot"/],
    [{ expected_close: '2026-02-30' }, '/expected_close', /date such as/],
    [{ consent: { given: 'yes' } }, '/consent/given', /must be true or false, not text/],
    [{ consent: { given: true, scope: ['sms'] } }, '/consent/scope/0', /one of share, mail, phone/],
    [{ consent: { given: true, at: 'yesterday' } }, '/consent/at', /instant such as/],
    [{ dispatch: 'false' }, '/dispatch', /must be true or false/],
    [{ external_id: 'a\nb' }, '/external_id', /one line/],
    [{ summary: 'a\0b' }, '/summary', /U\+0000/],
    [{ custom: { deep: ['fine', 'a\0b'] } }, '/custom/deep/1', /U\+0000/],
    [{ summary: 'half \ud800 pair' }, '/summary', /surrogate/],
    [{ custom: { big: 'x'.repeat(17_000) } }, '/custom', /16 384/],
  ])('%j', async (more, pointer, words) => {
    const answer = await post(more);
    expect(answer.status).toBe(422);
    expect(faultAt(answer, pointer)).toMatch(words);
  });

  test.each([
    'no-at.example',
    'two@at@signs.example',
    'a b@c.example',
    'a@b',
    'a@-b.example',
    '.a@b.example',
    'a..b@c.example',
    '"quoted"@b.example',
    'müller@b.example',
    'a@b.example, c@d.example',
    'A <a@b.example>',
    'a@b.example\r\nBcc: c@d.example',
    'a@b.example\n',
    'a@[127.0.0.1]',
    `${'x'.repeat(65)}@b.example`,
  ])('%j is no e-mail address', async (email) => {
    const answer = await post({ prospect: { email } });
    expect(answer.status).toBe(422);
    expect(faultAt(answer, '/prospect/email')).toMatch(/not one plain e-mail address/);
  });

  test('all faults of a body come at once, in one problem document', async () => {
    const answer = await post({
      summary: '',
      sorce: 'web',
      value: { amount: 'x', currency: 'E' },
      prospect: { lat: 200, lon: 0 },
      brief: 'a\0',
    });
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({
      type: 'urn:leadpost:problem:invalid',
      status: 422,
      title: expect.any(String),
      detail: expect.stringContaining('Nothing was changed'),
      request_id: answer.headers.get('x-request-id'),
    });
    expect(answer.body.errors.map((e: { pointer: string }) => e.pointer).sort()).toEqual([
      '/brief',
      '/prospect/lat',
      '/sorce',
      '/summary',
      '/value/amount',
      '/value/currency',
    ]);
  });

  test('nothing that was refused is stored', async () => {
    expect((await api.ask('GET', '/leads')).body.items).toEqual([]);
  });
});

describe('names that reach into prototypes are refused', () => {
  test.each(['__proto__', 'constructor', 'prototype'])('%s, at every depth', async (name) => {
    const body = `{"summary":"x","${name}":{"dispatch":false},"custom":{"a":[{"${name}":{"polluted":1}}]}}`;
    const answer = await raw(body);
    expect(answer.status).toBe(422);
    expect(faultAt(answer, `/${name}`)).toMatch(/reserved/);
    expect(faultAt(answer, `/custom/a/0/${name}`)).toMatch(/reserved/);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('a body that cannot be read is refused', () => {
  test.each<[string, number, number, number]>([
    ['{"summary": x}', 12, 1, 13],
    ['{"summary":\n  "a",}', 18, 2, 7],
    ['{"summary":"a"', 14, 1, 15],
    ['{"a":1 "b":2}', 7, 1, 8],
    ['{"a":01}', 6, 1, 7],
    ["{'a':1}", 1, 1, 2],
    ['{"a":"tab\there"}', 5, 1, 6],
    ['{"a":[1,2}}', 9, 1, 10],
    ['{} {}', 3, 1, 4],
    ['nonsense', 0, 1, 1],
  ])('%j is broken at position %i', async (text, position, line, column) => {
    const answer = await raw(text);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(`at position ${position} (line ${line}, column ${column})`);
  });

  test.each(['[]', '"text"', '5', 'null'])('%s is JSON but no object', async (text) => {
    const answer = await raw(text);
    expect(answer).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('one JSON object') },
    });
  });

  test('bytes that are no UTF-8', async () => {
    expect(await raw(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('UTF-8') },
    });
  });

  test('an empty body counts as an empty object', async () => {
    expect(faultAt(await api.ask('POST', '/leads'), '/summary')).toMatch(/is required/);
  });

  test('a body of more than 256 KB is 413 and names the limit', async () => {
    const answer = await raw(JSON.stringify({ summary: 'x'.repeat(256 * 1024) }));
    expect(answer.status).toBe(413);
    expect(answer.body.detail).toMatch(/262144 bytes \(256 KB\)/);
  });

  test('a small body that inflates to a large one is 413', async () => {
    const bomb = gzipSync(JSON.stringify({ summary: 'x'.repeat(10_000_000) }));
    expect((await raw(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  test('a compressed body is read', async () => {
    expect(faultAt(await raw(gzipSync('{"summary":5}'), { 'content-encoding': 'gzip' }), '/summary')).toMatch(
      /must be text/,
    );
  });

  test.each<[Record<string, string>, number]>([
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 415],
    [{ 'content-type': 'application/json; charset=iso-8859-1' }, 415],
    [{ 'content-encoding': 'rot13' }, 415],
    [{ 'content-encoding': 'gzip' }, 400],
    [{ 'content-type': 'application/vnd.acme+json; charset=UTF-8' }, 422],
  ])('%j is answered with %i', async (headers, status) => {
    const answer = await raw('{}', headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  test('nesting without end is refused, not followed', async () => {
    const deep = `{"summary":"x","custom":{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}}`;
    const answer = await raw(deep);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.some((e: { message: string }) => /nested deeper/.test(e.message))).toBe(true);
  });

  test('numbers too large for JavaScript are refused', async () => {
    expect(faultAt(await raw('{"summary":"x","custom":{"n":1e999}}'), '/custom/n')).toMatch(
      /too large for a number/,
    );
  });
});

describe('addresses that are wrong', () => {
  test('an unknown address is 404 and says where the known ones are', async () => {
    const answer = await api.ask('GET', '/leeds');
    expect(answer).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('/api/v1/openapi.json') },
    });
  });

  test('a method that is not there is 405 and names those that are', async () => {
    const answer = await api.ask('DELETE', '/leads');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST, GET');
  });

  test('broken percent-encoding is 400', async () => {
    expect((await api.ask('GET', '/leads/%E0%A4%A')).status).toBe(400);
  });

  test('an id that is none is 404', async () => {
    for (const path of [
      '/messages/1',
      '/messages/1/raw',
      '/inbox/x/raw',
      '/messages/01900000-0000-7000-8000-000000000000/raw',
    ]) {
      expect((await api.ask('GET', path)).status).toBe(404);
    }
  });
});
