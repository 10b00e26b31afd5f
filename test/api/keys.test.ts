import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../src/api/router.ts';
import { lead, type RunningApi, startApi } from './running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi(false);
});
afterAll(() => api.stop());

describe('a key', () => {
  test.each([null, '', 'rubbish', 'lp_live_nobody_0123456789abcdef0123456789abcdef', 'lp_live__', 'sandbox'])(
    '%j is answered with 401 and a challenge outside the sandbox',
    async (key) => {
      const answer = await api.ask('GET', '/leads', { key });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="leadpost"/);
      expect(answer.body).toMatchObject({ status: 401, type: 'urn:leadpost:problem:unauthorized' });
    },
  );

  test('with the right id and a wrong secret opens nothing', async () => {
    const key = await api.keyWith('leads:read');
    expect((await api.ask('GET', '/leads', { key })).status).toBe(200);
    const other = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
    expect((await api.ask('GET', '/leads', { key: other })).status).toBe(401);
  });

  test('the word sandbox is a key with all scopes in the sandbox', async () => {
    const sandbox = await startApi(true);
    expect((await sandbox.ask('GET', '/users')).status).toBe(200);
    await sandbox.stop();
  });

  test('is asked for before the body is read', async () => {
    expect((await api.ask('POST', '/leads', { key: null, raw: 'rubbish' })).status).toBe(401);
  });
});

describe('scopes', () => {
  test('every address but the published documents wants its own scope, and says which', async () => {
    const bare = await api.keyWith('webhooks:read');
    const open = routes.filter((route) => route.scope === null).map((route) => route.path);
    expect(open).toEqual(['/programs/schema.json']);
    for (const route of routes.filter((r) => r.scope !== null)) {
      const path = route.path.replace(/:\w+/, 'x');
      const answer = await api.ask(route.method.toUpperCase(), path, {
        key: bare,
        ...(route.body ? { body: {} } : {}),
      });
      expect([route.path, answer.status]).toEqual([route.path, 403]);
      expect(answer.body.detail).toContain(route.scope);
      expect(answer.headers.get('www-authenticate')).toContain(`scope="${route.scope}"`);
    }
  });

  test('a scope opens its own addresses and no others', async () => {
    const key = await api.keyWith('partners:read');
    expect((await api.ask('GET', '/partners', { key })).status).toBe(200);
    expect((await api.ask('PUT', '/partners/x', { key, body: {} })).status).toBe(403);
    expect((await api.ask('GET', '/leads', { key })).status).toBe(403);
  });

  test('who only reads leads never sees who the end customer is', async () => {
    const [reads, writes, admin] = [
      await api.keyWith('leads:read'),
      await api.keyWith('leads:read', 'leads:write'),
      await api.keyWith('admin'),
    ];
    const told = { ...lead(), brief: 'Call Charlie Carter, he knows.', custom: { who: 'Mr Carter' } };
    const { body } = await api.ask('POST', '/leads', { key: writes, body: told });
    expect(body.prospect.name).toBe('Charlie Carter');
    for (const path of [`/leads/${body.reference}`, '/leads']) {
      const shown = await api.ask('GET', path, { key: reads });
      expect(shown.status).toBe(200);
      expect(shown.text).not.toMatch(/Charlie|Carter/);
      expect((await api.ask('GET', path, { key: admin })).text).toMatch(/Charlie Carter/);
    }
    const found = async (key: string) => (await api.ask('GET', '/leads?q=carter', { key })).body.items.length;
    expect([await found(reads), (await found(admin)) > 0]).toEqual([0, true]);
  });
});
