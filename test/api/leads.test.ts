import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leadAnswer } from '../../src/api/lead-schemas.ts';
import { faultAt, lead, partner, type RunningApi, startApi } from './running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  for (const name of ['alpha', 'beta'])
    expect((await api.ask('PUT', `/partners/${name}`, { body: partner(name) })).status).toBe(201);
});
afterAll(() => api.stop());

const inDays = async (days: number): Promise<string> =>
  new Date((await api.deps.db.now()).getTime() + days * 86_400_000).toISOString();
const post = (more: object = {}, headers: Record<string, string> = {}) =>
  api.ask('POST', '/leads', { body: lead(more), headers });

describe('receiving a lead', () => {
  test('a complete lead is qualified and offered in the same call', async () => {
    const { status, body, headers } = await post();
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/leads/${body.reference}`);
    expect(body.state).toBe('distributing');
    expect(body.offers.map((o: { partner: string }) => o.partner).sort()).toEqual(['alpha', 'beta']);
    expect(leadAnswer.safeParse(body).error?.issues ?? []).toEqual([]);
  });

  test('dispatch: false keeps a qualified lead at home, until it is dispatched', async () => {
    const { body } = await post({ dispatch: false });
    expect(body).toMatchObject({ state: 'qualified', offers: [] });
    const sent = await api.ask('POST', `/leads/${body.reference}/dispatch`);
    expect(sent).toMatchObject({ status: 200, body: { state: 'distributing' } });
  });

  test('a lead nobody was asked about goes out under the programme it is dispatched with, and keeps that', async () => {
    const narrow = { name: 'Narrow', distribution: { size: 1 } };
    expect((await api.ask('PUT', '/programs/narrow', { body: narrow })).status).toBe(201);
    const { body } = await post({ dispatch: false });
    const to = (program: string) =>
      api.ask('POST', `/leads/${body.reference}/dispatch`, { body: { program } });
    expect(faultAt(await to('nowhere'), '/program')).toContain('there is no programme "nowhere"');
    expect(await to('narrow')).toMatchObject({
      status: 200,
      body: { program: 'narrow', state: 'distributing' },
    });
    const { body: after } = await api.ask('GET', `/leads/${body.reference}`);
    expect(after).toMatchObject({ program: 'narrow', offers: [{}] });
    await api.ask('POST', `/leads/${after.reference}/assign`, { body: { partner: 'alpha' } });
    await api.ask('POST', `/leads/${after.reference}/recall`, {
      body: { reason: 'a mistake', next: 'hold' },
    });
    expect(faultAt(await to('default'), '/program')).toContain('partners were asked under "narrow"');
  });

  test('a lead that lacks something waits for a qualifier, with defaults filled in', async () => {
    const { status, body } = await api.ask('POST', '/leads', { body: { summary: ' Just  a\nhint ' } });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: 'qualifying',
      summary: 'Just a hint',
      temperature: 'warm',
      quality: 'inquiry',
      products: [],
      consent: null,
      custom: {},
      next_step: { what: 'qualify' },
    });
  });

  test('phone, codes and money arrive in one spelling', async () => {
    const { body } = await post({
      value: { amount: '28000', currency: 'eur' },
      cost: { amount: '7.5', currency: 'JOD' },
      languages: ['de_at', 'EN'],
      prospect: {
        phone: '0731 / 123 45-67',
        country: 'de',
        language: 'de_DE',
        email: ' Bob@BÜCHER.example ',
        lat: 48.4,
        lon: 10,
      },
      consent: { given: true },
    });
    expect(body.value).toEqual({ amount: '28000.00', currency: 'EUR' });
    expect(body.cost).toEqual({ amount: '7.500', currency: 'JOD' });
    expect(body.languages).toEqual(['de-AT', 'en']);
    expect(body.prospect).toMatchObject({
      phone: '+497311234567',
      country: 'DE',
      language: 'de-DE',
      email: 'Bob@xn--bcher-kva.example',
      name: null,
    });
    expect(body.consent).toEqual({ given: true, at: null, text: null, scope: ['share'] });
  });

  test('a phone number nobody can parse stays as it was written', async () => {
    const { body } = await post({ prospect: { phone: '  call the bakery ', country: 'DE' } });
    expect(body.prospect.phone).toBe('call the bakery');
  });

  test('blank optional texts count as absent', async () => {
    const { status, body } = await post({
      campaign: ' ',
      prospect: { email: '', country: '', phone: '', company: '' },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      campaign: null,
      prospect: { email: null, country: null, phone: null, company: null },
    });
  });

  test('the same source and external_id again finds the lead that is there', async () => {
    const first = await post({ source: 'web', external_id: 'order 7' });
    const again = await post({ source: 'web', external_id: 'order 7', summary: 'Another summary' });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toMatchObject({ reference: first.body.reference, summary: 'Solar roof for a bakery' });
    expect((await post({ source: 'fair', external_id: 'order 7' })).status).toBe(201);
  });

  test('an unknown program is refused and the message says where the known ones are', async () => {
    const answer = await post({ program: 'nowhere' });
    expect(answer.status).toBe(422);
    expect(faultAt(answer, '/program')).toMatch(/GET \/api\/v1\/programs/);
  });
});

describe('asking for leads', () => {
  test('timeline, explanation and mails belong to a lead', async () => {
    const { body } = await post();
    const timeline = await api.ask('GET', `/leads/${body.reference}/timeline`);
    expect(timeline.body.items[0]).toMatchObject({
      seq: 1,
      what: 'lead.captured',
      channel: 'api',
      who: { kind: 'key', id: 'sandbox' },
    });
    const explanation = await api.ask('GET', `/leads/${body.reference}/explanation`);
    expect(explanation.body).toMatchObject({ program: 'default', version: 1 });
    expect(explanation.body.partners).toHaveLength(2);
    const messages = await api.ask('GET', `/leads/${body.reference}/messages`);
    expect(messages.body.items.map((m: { kind: string }) => m.kind)).toEqual(['offer', 'offer']);
    expect((await api.ask('GET', `/messages/${messages.body.items[0].id}`)).body.to).toMatch(/^alice@/);
  });

  test.each(['', '/timeline', '/explanation', '/messages'])(
    'an unknown reference is 404 at %s',
    async (rest) => {
      for (const reference of ['L-ZZZZZZ', 'nonsense', '%00', "L-'; drop"]) {
        const answer = await api.ask('GET', `/leads/${reference}${rest}`);
        expect(answer.status).toBe(404);
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        expect(answer.body).toMatchObject({
          status: 404,
          detail: expect.stringContaining('GET /api/v1/leads'),
        });
      }
    },
  );

  test('walking all pages finds every lead once', async () => {
    const made = new Set<string>();
    for (let n = 0; n < 7; n += 1)
      made.add((await post({ campaign: 'walk', summary: `walk ${n}`, dispatch: false })).body.reference);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await api.ask('GET', `/leads?q=walk&limit=3${cursor ? `&cursor=${cursor}` : ''}`);
      expect(page.body.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.body.items.map((l: { reference: string }) => l.reference));
      cursor = page.body.next_cursor;
    } while (cursor);
    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(made);
  });

  test('filters narrow the list', async () => {
    const none = await api.ask('GET', '/leads?state=won');
    expect(none.body).toEqual({ items: [], next_cursor: null });
    const found = await api.ask('GET', '/leads?partner=alpha&state=distributing&program=default&limit=200');
    expect(found.body.items.length).toBeGreaterThan(0);
  });

  test.each([
    ['limit=201', '/limit', /1 to 200/],
    ['limit=0', '/limit', /1 to 200/],
    ['limit=ten', '/limit', /1 to 200/],
    ['cursor=rubbish', '/cursor', /next_cursor/],
    ['state=wonn', '/state', /did you mean "won"/],
    ['stat=won', '/stat', /did you mean "state"/],
    ['state=won&state=lost', '/state', /must be|one of/],
    ['q=%00', '/q', /U\+0000/],
  ])('the query %s is refused and the fix is named', async (query, pointer, words) => {
    const answer = await api.ask('GET', `/leads?${query}`);
    expect(answer.status).toBe(400);
    expect(faultAt(answer, pointer)).toMatch(words);
  });
});

describe('acting on leads', () => {
  test('a qualifier’s verdict dispatches', async () => {
    const { body } = await api.ask('POST', '/leads', { body: { summary: 'Thin', products: ['solar'] } });
    const judged = await api.ask('POST', `/leads/${body.reference}/qualify`, {
      body: { verdict: 'qualified' },
    });
    expect(judged).toMatchObject({ status: 200, body: { state: 'distributing' } });
  });

  test('a duplicate names the lead that was there first, which must exist and be another', async () => {
    const [first, second] = [
      await post({ dispatch: false }),
      await api.ask('POST', '/leads', { body: { summary: 'Thin' } }),
    ];
    const of = (name: string) =>
      api.ask('POST', `/leads/${second.body.reference}/qualify`, {
        body: { verdict: 'duplicate', of: name },
      });
    expect(faultAt(await of('L-ZZZZZZ'), '/of')).toMatch(/no lead "L-ZZZZZZ"/);
    expect(faultAt(await of(second.body.reference), '/of')).toMatch(/no duplicate of itself/);
    expect(await of(first.body.reference)).toMatchObject({ status: 200, body: { state: 'duplicate' } });
  });

  test('an illegal move is 409 with the state and what it allows', async () => {
    const { body } = await post();
    const answer = await api.ask('POST', `/leads/${body.reference}/qualify`, {
      body: { verdict: 'qualified' },
    });
    expect(answer.status).toBe(409);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({
      state: 'distributing',
      allowed: expect.arrayContaining(['claim']),
      type: 'urn:leadpost:problem:illegal-move',
    });
  });

  test('recall takes a lead back from everybody it was offered to', async () => {
    const { body } = await post();
    const held = await api.ask('POST', `/leads/${body.reference}/recall`, {
      body: { reason: 'Wrong customer', next: 'hold' },
    });
    expect(held).toMatchObject({ status: 200, body: { state: 'unplaced' } });
  });

  test('a note is in the timeline', async () => {
    const { body } = await post();
    expect(
      (await api.ask('POST', `/leads/${body.reference}/notes`, { body: { text: 'Called twice.' } })).status,
    ).toBe(201);
    const { items } = (await api.ask('GET', `/leads/${body.reference}/timeline`)).body;
    expect(items.at(-1)).toMatchObject({ what: 'note.added', evidence: { words: 'Called twice.' } });
  });

  test('extend and close need a claim, and an instant to come', async () => {
    const { reference } = (await post()).body;
    const past = await api.ask('POST', `/leads/${reference}/extend`, {
      body: { until: '2020-01-01T00:00:00Z' },
    });
    expect(faultAt(past, '/until')).toMatch(/future/);
    const far = await api.ask('POST', `/leads/${reference}/extend`, {
      body: { until: '2999-01-01T00:00:00Z' },
    });
    expect(faultAt(far, '/until')).toMatch(/within the next two years/);
    const free = await api.ask('POST', `/leads/${reference}/extend`, {
      body: { until: await inDays(30) },
    });
    expect(free).toMatchObject({ status: 409, body: { state: 'distributing' } });
    const closed = await api.ask('POST', `/leads/${reference}/close`, {
      body: { result: 'won', amount: '100.00' },
    });
    expect(closed).toMatchObject({ status: 409, body: { state: 'distributing' } });
  });

  test('close checks amount, currency and reason', async () => {
    const { reference } = (await post()).body;
    const close = (body: object) => api.ask('POST', `/leads/${reference}/close`, { body });
    expect(faultAt(await close({ result: 'won', amount: '1.005', currency: 'EUR' }), '/amount')).toMatch(
      /2 decimal/,
    );
    expect(faultAt(await close({ result: 'won', amount: '1.005' }), '/amount')).toMatch(/2 decimal/);
    expect(faultAt(await close({ result: 'won', amount: '-5' }), '/amount')).toMatch(/without sign/);
    expect(faultAt(await close({ result: 'lost', reason: 'prize' }), '/reason')).toMatch(
      /did you mean "price"/,
    );
    expect(faultAt(await close({ result: 'wom' }), '/result')).toMatch(/did you mean "won"/);
  });

  test.each(['qualify', 'dispatch', 'recall', 'extend', 'close', 'notes'])(
    '%s of an unknown lead is 404',
    async (act) => {
      const bodies: Record<string, object> = {
        qualify: { verdict: 'qualified' },
        extend: { until: await inDays(1) },
        close: { result: 'won' },
        notes: { text: 'x' },
      };
      expect((await api.ask('POST', `/leads/L-ZZZZZZ/${act}`, { body: bodies[act] ?? {} })).status).toBe(404);
    },
  );
});
