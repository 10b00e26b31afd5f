import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { programmeWords } from '../../src/api/programme-words.ts';
import { defaultProgramme } from '../../src/lead/programme.ts';
import { faultAt, type Json, type RunningApi, startApi } from './running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

describe('programmes', () => {
  const put = (body: object, key = 'solar') => api.ask('PUT', `/programs/${key}`, { body });
  const criterion = { id: 'c', kind: 'covers', weight: 1 };

  test('a name is enough: everything left out is that of the shipped programme', async () => {
    const { status, body } = await put({ name: 'Solar' });
    expect(status).toBe(201);
    const { version, author, note, created_at, ...document } = body;
    expect([version, author, note, typeof created_at]).toEqual([1, 'sandbox', null, 'string']);
    expect(document).toEqual({
      ...structuredClone(defaultProgramme),
      key: 'solar',
      name: 'Solar',
      default: false,
    });
  });

  test('every apply is a new version, and what was read can be sent back', async () => {
    const { body } = await put({
      name: 'Solar',
      note: 'wider',
      distribution: { size: 5, window: { hot: 'PT1H' } },
      reasons: { lost: [] },
    });
    expect(body).toMatchObject({
      version: 2,
      note: 'wider',
      reasons: { lost: defaultProgramme.reasons.lost },
      distribution: { size: 5, waves: 3, mode: 'group', window: { hot: 'PT1H', warm: 'P1D', cold: 'P3D' } },
    });
    expect(await put(body)).toMatchObject({
      status: 200,
      body: { version: 3, distribution: body.distribution },
    });
    expect((await api.ask('GET', '/programs/solar')).body.version).toBe(3);
    expect((await api.ask('GET', '/programs')).body.items.map((p: { key: string }) => p.key)).toEqual([
      'default',
      'solar',
    ]);
    expect((await api.ask('GET', '/programs/none')).status).toBe(404);
  });

  test.each<[object, string, RegExp]>([
    [{ distribuion: {} }, '/distribuion', /did you mean "distribution"/],
    [{ distribution: { wave: 2 } }, '/distribution/wave', /did you mean "waves"/],
    [{ distribution: { window: { hott: 'PT1H' } } }, '/distribution/window/hott', /did you mean "hot"/],
    [
      { matching: { criteria: [{ ...criterion, wieght: 1 }] } },
      '/matching/criteria/0/wieght',
      /did you mean "weight"/,
    ],
    [
      { follow_up: { ladder: [{ after: 'P1D', to: 'holder', letter: 'recalled', efect: 'recall' }] } },
      '/follow_up/ladder/0/efect',
      /did you mean "effect"/,
    ],
    [{ matching: { criteria: [] } }, '/matching/criteria', /no criterion has a weight/],
    [
      { matching: { criteria: [{ ...criterion, weight: 0 }] } },
      '/matching/criteria',
      /no criterion has a weight/,
    ],
    [{ matching: { criteria: [{ ...criterion, weight: -1 }] } }, '/matching/criteria/0/weight', /at least 0/],
    [{ matching: { criteria: [criterion, criterion] } }, '/matching/criteria/1/id', /used twice/],
    [
      { matching: { criteria: [{ ...criterion, kind: 'cover' }] } },
      '/matching/criteria/0/kind',
      /did you mean "covers"/,
    ],
    [
      { matching: { criteria: [{ ...criterion, lead: 'prodcts' }] } },
      '/matching/criteria/0/lead',
      /did you mean "products"/,
    ],
    [
      { matching: { criteria: [{ ...criterion, partner: 'certs' }] } },
      '/matching/criteria/0/partner',
      /no field "certs"/,
    ],
    [
      { matching: { criteria: [{ ...criterion, kind: 'equals', lead: 'custom.x' }] } },
      '/matching/criteria/0/partner',
      /is required: equals/,
    ],
    [
      { matching: { criteria: [{ ...criterion, kind: 'level' }] } },
      '/matching/criteria/0/options/order',
      /is required: the levels/,
    ],
    [
      { matching: { criteria: [{ ...criterion, kind: 'distance', options: { halfkm: 1 } }] } },
      '/matching/criteria/0/options/halfkm',
      /did you mean "half_km"/,
    ],
    [
      { matching: { criteria: [{ ...criterion, kind: 'distance', options: { half_km: 0 } }] } },
      '/matching/criteria/0/options/half_km',
      /above 0/,
    ],
    [{ matching: { exploration: 2 } }, '/matching/exploration', /at most 1/],
    [{ distribution: { waves: 0 } }, '/distribution/waves', /no lead is ever offered/],
    [{ distribution: { size: 0 } }, '/distribution/size', /reaches nobody/],
    [{ distribution: { window: { hot: 'PT0S' } } }, '/distribution/window/hot', /no time at all/],
    [{ distribution: { window: { hot: '4 hours' } } }, '/distribution/window/hot', /ISO 8601 duration.*PT4H/],
    [
      { distribution: { window: { cold: 'P999999W' } } },
      '/distribution/window/cold',
      /longer than two years/,
    ],
    [{ distribution: { fair_window: 'PT0M' } }, '/distribution/fair_window', /no time at all/],
    [{ distribution: { catch_all: ['x'] } }, '/distribution/catch_all/0', /e-mail address/],
    [{ follow_up: { ladder: [] } }, '/follow_up/ladder', /never ends.*recall or suspend/],
    [
      { follow_up: { ladder: [{ after: 'P1D', to: 'holder', letter: 'reminder' }] } },
      '/follow_up/ladder',
      /never ends/,
    ],
    [
      {
        follow_up: {
          ladder: [
            { after: 'P1D', to: 'holder', letter: 'recalled', effect: 'recall' },
            { after: 'P2D', to: 'cam', letter: 'escalation' },
          ],
        },
      },
      '/follow_up/ladder/1',
      /never reached/,
    ],
    [
      {
        follow_up: {
          ladder: [
            { after: 'P2D', to: 'holder', letter: 'reminder' },
            { after: 'P1D', to: 'holder', letter: 'recalled', effect: 'recall' },
          ],
        },
      },
      '/follow_up/ladder/1/after',
      /earlier than the step before/,
    ],
    [{ follow_up: { updates: { contacted: 'PT0S' } } }, '/follow_up/updates/contacted', /no time at all/],
    [
      { qualification: { required: ['prospect.fone|summary'] } },
      '/qualification/required/0',
      /did you mean "phone".*no lead could ever/,
    ],
    [{ qualification: { required: ['consent.sms'] } }, '/qualification/required/0', /consent scope "sms"/],
    [
      {
        pipeline: [
          { stage: 'a', phase: 'claimed' },
          { stage: 'a', phase: 'won' },
        ],
      },
      '/pipeline/1/stage',
      /used twice/,
    ],
    [{ pipeline: [] }, '/pipeline', /at least 1/],
    [{ currency: 'EURO' }, '/currency', /ISO 4217/],
    [{ key: 'other' }, '/key', /as in the address/],
    [{ name: undefined }, '/name', /is required/],
  ])('%j is refused with the reason', async (more, pointer, words) => {
    const answer = await put({ name: 'Wrong', ...more }, 'wrong');
    expect(answer.status).toBe(422);
    expect(faultAt(answer, pointer)).toMatch(words);
  });

  test('contradictions in different places come at once, and nothing is applied', async () => {
    const answer = await put(
      {
        name: 'Wrong',
        distribution: { waves: 0 },
        matching: { criteria: [] },
        follow_up: { ladder: [] },
        junk: 1,
      },
      'wrong',
    );
    expect(answer.body.errors.map((e: { pointer: string }) => e.pointer).sort()).toEqual([
      '/distribution/waves',
      '/follow_up/ladder',
      '/junk',
      '/matching/criteria',
    ]);
    expect((await api.ask('GET', '/programs/wrong')).status).toBe(404);
  });

  test('the address of the schema is no name, and a range that holds nothing is refused', async () => {
    const named = await put({ name: 'Schema' }, 'schema.json');
    expect([named.status, faultAt(named, '/key')]).toEqual([422, expect.stringContaining('not schema.json')]);
    const range = { id: 'r', kind: 'value_range', weight: 1, options: { min: 9, max: 3 } };
    const answer = await put({ name: 'Wrong', matching: { criteria: [range] } }, 'wrong');
    expect(faultAt(answer, '/matching/criteria/0/options/max')).toMatch(/below min \(9\)/);
  });

  test('every version stays, with its author and note', async () => {
    await put({ name: 'One', note: 'first' }, 'kept');
    await put({ name: 'Two', note: 'second' }, 'kept');
    expect((await api.ask('GET', '/programs/kept?version=1')).body).toMatchObject({
      name: 'One',
      version: 1,
    });
    const { body } = await api.ask('GET', '/programs/kept/versions');
    expect(body).toMatchObject({
      items: [
        { version: 2, note: 'second', author: 'sandbox' },
        { version: 1, note: 'first' },
      ],
      next_cursor: null,
    });
    expect((await api.ask('GET', '/programs/kept?version=3')).status).toBe(404);
    expect((await api.ask('GET', '/programs/kept?version=new')).status).toBe(400);
    expect((await api.ask('GET', '/programs/none/versions')).status).toBe(404);
  });
});

describe('the published schema', () => {
  /** Every key of the schema by its path. */
  const keysOf = (schema: Json, path = ''): string[] => [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, s]) => [
      path ? `${path}.${name}` : name,
      ...keysOf(s, path ? `${path}.${name}` : name),
    ]),
    ...(schema.items ? keysOf(schema.items, `${path}[]`) : []),
  ];
  const at = (schema: Json, path: string): Json =>
    path.split('.').reduce((s, name) => {
      const inner = s.properties[name.replace('[]', '')];
      return name.endsWith('[]') ? inner.items : inner;
    }, schema);

  test('is there without a key, and explains every key of a programme', async () => {
    const { status, body } = await api.ask('GET', '/programs/schema.json', { key: null });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: ['name'],
      additionalProperties: false,
    });
    const keys = keysOf(body);
    expect(keys).toEqual(expect.arrayContaining(Object.keys(defaultProgramme)));
    expect(keys).toContain('follow_up.ladder[].effect');
    for (const key of keys) expect([key, typeof at(body, key).description]).toEqual([key, 'string']);
    const unused = Object.keys(programmeWords).filter(
      (path) => path && !path.endsWith('[]') && !keys.includes(path),
    );
    expect(unused).toEqual([]);
  });

  test('is the one of the OpenAPI document', async () => {
    const schema = (await api.ask('GET', '/programs/schema.json')).body;
    const document = (await api.ask('GET', '/openapi.json')).body;
    const named = document.components.schemas.Programme;
    expect(Object.keys(named.properties)).toEqual(Object.keys(schema.properties));
    expect(named.properties.distribution.properties.mode.enum).toEqual(
      schema.properties.distribution.properties.mode.enum,
    );
  });
});
