import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultAt, type Json, partner, type RunningApi, startApi } from './running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

describe('partners', () => {
  const put = (name: string, body: object) =>
    api.ask('PUT', `/partners/${encodeURIComponent(name)}`, { body });

  test('the first PUT creates, the next one replaces', async () => {
    const first = await put(
      'acme',
      partner('acme', {
        territories: ['de-89', 'AT'],
        capacity: { open: 3 },
        location: { country: 'de', lat: 48, lon: 10 },
      }),
    );
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      external_id: 'acme',
      territories: ['DE-89', 'AT'],
      capacity: { open: 3, week: null },
      timezone: 'Europe/Berlin',
      calendar: { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' },
      certifications: [],
      custom: {},
      suspended: false,
      location: { country: 'DE', postal_code: null, lat: 48, lon: 10 },
      contacts: [
        { external_id: 'acme-1', role: 'owner', language: 'de', timezone: 'Europe/Berlin', phone: null },
      ],
    });
    const next = await put('acme', { name: 'Acme Two', kind: 'agency' });
    expect(next).toMatchObject({
      status: 200,
      body: { name: 'Acme Two', territories: [], contacts: [], capacity: { open: null } },
    });
    expect((await api.ask('GET', '/partners/acme')).body).toEqual(next.body);
  });

  test('what was read can be sent back as it is', async () => {
    const { body } = await put('echo', partner('echo', { level: null }));
    expect(await put('echo', body)).toMatchObject({ status: 200, body });
  });

  test('a name may hold slashes, spaces and umlauts', async () => {
    expect((await put('nord/süd 7', partner('nord'))).status).toBe(201);
    expect((await api.ask('GET', `/partners/${encodeURIComponent('nord/süd 7')}`)).body.external_id).toBe(
      'nord/süd 7',
    );
  });

  test('a reseller names its distributor, which must be there', async () => {
    expect(faultAt(await put('below', partner('below', { parent: 'above' })), '/parent')).toMatch(
      /PUT it first/,
    );
    await put('above', partner('above', { kind: 'distributor' }));
    expect(await put('below', partner('below', { parent: 'above' }))).toMatchObject({
      status: 201,
      body: { parent: 'above' },
    });
  });

  test.each<[object, string, RegExp]>([
    [{ territories: ['Bavaria'] }, '/territories/0', /DE-89/],
    [{ territories: ['XX-12'] }, '/territories/0', /no territory/],
    [{ timezone: 'Berlin' }, '/timezone', /IANA/],
    [{ timezone: '+02:00' }, '/timezone', /IANA/],
    [{ calendar: { from: '17:00', to: '09:00' } }, '/calendar/to', /later than from/],
    [{ calendar: { days: [] } }, '/calendar/days', /at least 1 entries/],
    [{ calendar: { days: [0] } }, '/calendar/days/0', /at least 1/],
    [{ calendar: { from: '9:00' } }, '/calendar/from', /time of day/],
    [{ calendar: { region: 'Bavaria' } }, '/calendar/region', /ISO 3166-2/],
    [{ capacity: { open: -1 } }, '/capacity/open', /at least 0/],
    [{ capacity: { open: 1.5 } }, '/capacity/open', /whole number/],
    [{ kind: 'resseler' }, '/kind', /did you mean "reseller"/],
    [{ cam: 'nobody' }, '/cam', /e-mail address/],
    [{ external_id: 'other' }, '/external_id', /as in the address/],
    [{ location: { lat: 1 } }, '/location/lon', /together/],
    [
      { contacts: [{ external_id: 'a', name: 'A', email: 'a@b.example\nBcc:x@y.example', role: 'owner' }] },
      '/contacts/0/email',
      /plain e-mail/,
    ],
    [
      { contacts: [{ external_id: 'a', name: 'A', email: 'a@b.example', role: 'boss', fone: '1' }] },
      '/contacts/0/fone',
      /did you mean "phone"/,
    ],
    [
      {
        contacts: ['a', 'a'].map((external_id) => ({
          external_id,
          name: 'A',
          email: 'a@b.example',
          role: 'rep',
        })),
      },
      '/contacts/1/external_id',
      /used twice/,
    ],
  ])('%j is refused', async (more, pointer, words) => {
    const answer = await put('wrong', partner('wrong', more));
    expect(answer.status).toBe(422);
    expect(faultAt(answer, pointer)).toMatch(words);
    expect((await api.ask('GET', '/partners/wrong')).status).toBe(404);
  });

  test('names in the address are bounded and hold nothing that cannot be stored', async () => {
    for (const name of ['a\0b', 'x'.repeat(201), 'a\nb']) {
      expect((await put(name, partner('x'))).status).toBe(422);
      expect((await api.ask('GET', `/partners/${encodeURIComponent(name)}`)).status).toBe(404);
    }
  });

  test('walking all pages finds every partner once', async () => {
    for (let n = 0; n < 7; n += 1) await put(`walk-${n}`, partner(`walk-${n}`));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Json = (await api.ask('GET', `/partners?limit=2${cursor && `&cursor=${cursor}`}`)).body;
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((p: { external_id: string }) => p.external_id));
      cursor = page.next_cursor;
    }
    const all = await api.deps.db.query<{ external_id: string }>('select external_id from partners');
    expect([...seen].sort()).toEqual(all.map((p) => p.external_id).sort());
    expect(new Set(seen).size).toBe(seen.length);
    expect(faultAt(await api.ask('GET', '/partners?cursor=***'), '/cursor')).toMatch(/next_cursor/);
  });
});

describe('users', () => {
  const put = (email: string, body: object) =>
    api.ask('PUT', `/users/${encodeURIComponent(email)}`, { body });

  test('the first PUT creates, the next one replaces, whatever the case of the address', async () => {
    expect(await put('carla@acme.example', { name: 'Carla Cam', role: 'cam' })).toMatchObject({
      status: 201,
      body: {
        email: 'carla@acme.example',
        role: 'cam',
        territory: null,
        timezone: 'Europe/Berlin',
        language: 'de',
      },
    });
    expect(
      (await put('Carla@ACME.example', { name: 'Carla Qu', role: 'qualifier', language: 'EN' })).status,
    ).toBe(200);
    const { items } = (await api.ask('GET', '/users')).body;
    expect(items).toMatchObject([{ name: 'Carla Qu', role: 'qualifier', language: 'en' }]);
  });

  test('a wrong address or role is refused', async () => {
    expect(faultAt(await put('nobody', { name: 'N', role: 'cam' }), '/email')).toMatch(
      /plain e-mail address/,
    );
    expect(faultAt(await put('a@b.example', { name: 'N', role: 'kam' }), '/role')).toMatch(
      /did you mean "cam"/,
    );
    expect(
      faultAt(await put('a@b.example', { name: 'N', role: 'cam', email: 'c@d.example' }), '/email'),
    ).toMatch(/as in the address/);
  });
});
