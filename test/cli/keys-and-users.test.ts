import { afterAll, beforeAll, expect, test } from 'vitest';
import { lead, programme } from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { leadpost, sandboxOn } from './leadpost.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.stop());

const run = (...args: string[]) => leadpost(args, sandboxOn(house.database.url));
const ask = async (key: string, where = '/leads'): Promise<number> =>
  (await fetch(`${house.url}/api/v1${where}`, { headers: { authorization: `Bearer ${key}` } })).status;

test('a new key opens what its scopes say, and nothing once it is revoked', async () => {
  const made = await run('key', 'create', '--name', 'crm', '--scopes', 'leads:read, messages:read');
  expect(made.code).toBe(0);
  const { id, key, scopes } = made.json;
  expect(Object.keys(made.json)).toEqual(['id', 'key', 'scopes']);
  expect(scopes).toEqual(['leads:read', 'messages:read']);
  expect(await ask(key)).toBe(200);
  expect(await ask(key, '/users')).toBe(403);

  const list = await run('key', 'list', '--json');
  expect(list.json.items).toEqual([
    { id, name: 'crm', scopes, created_at: expect.any(String), revoked_at: null },
  ]);
  expect(list.out).not.toContain(key.slice(-32));

  expect((await run('key', 'revoke', id)).code).toBe(0);
  expect(await ask(key)).toBe(401);
  const [revoked] = (await run('key', 'list', '--json')).json.items;
  expect(revoked.revoked_at).not.toBeNull();
  const again = await run('key', 'revoke', key, '--json');
  expect({ code: again.code, at: again.json.revoked_at }).toEqual({ code: 0, at: revoked.revoked_at });
}, 120_000);

test('a key nobody knows cannot be revoked', async () => {
  const { code, err } = await run('key', 'revoke', 'nobody');
  expect({ code, err }).toEqual({
    code: 1,
    err: 'There is no key "nobody"; leadpost key list shows them.\n',
  });
});

test('a user is added, then changed, by address', async () => {
  const words = ['user', 'add', '--email', 'Quinn@vendor.example', '--name', 'Quinn', '--role'];
  const added = await run(...words, 'qualifier', '--json');
  expect(added.json).toMatchObject({ email: 'Quinn@vendor.example', role: 'qualifier', created: true });
  const changed = await run(...words, 'admin', '--timezone', 'Asia/Tokyo', '--json');
  expect(changed.json).toMatchObject({ id: added.json.id, role: 'admin', created: false });
  const { body } = await house.api('GET', '/users');
  expect(body.items).toMatchObject([
    { email: 'Quinn@vendor.example', role: 'admin', timezone: 'Asia/Tokyo' },
  ]);
});

test('every fault of a user is told at once, and nobody is added', async () => {
  const { code, err } = await run(
    'user',
    'add',
    '--email',
    'x',
    '--name',
    'X',
    '--role',
    'boss',
    '--timezone',
    'Mars',
  );
  expect(code).toBe(1);
  for (const field of ['email', 'role', 'timezone']) expect(err).toContain(`✖ ${field} must be`);
  expect((await house.api('GET', '/users')).body.items).toHaveLength(1);
});

test('a user whose mail is lost gets fresh links that work, to what still waits for them', async () => {
  await house.api('PUT', '/programs/default', programme());
  await house.api('PUT', '/users/queen@vendor.example', { name: 'Queen', role: 'qualifier' });
  const { body } = await house.api('POST', '/leads', lead({ products: [] }));
  expect(body.state).toBe('qualifying');
  const done = await run('user', 'link', 'QUEEN@vendor.example', '--json');
  expect(done.json.user).toEqual({ email: 'queen@vendor.example', name: 'Queen', role: 'qualifier' });
  const [item] = done.json.items;
  expect(item).toMatchObject({ lead: body.reference, kind: 'qualify' });
  const { url } = item.links.find((one: Json) => one.act === 'disqualify');
  await house.press(url, {});
  expect((await house.api('GET', `/leads/${body.reference}`)).body.state).toBe('disqualified');

  const later = await run('user', 'link', 'queen@vendor.example');
  expect(later.out).toBe('Nothing waits for Queen <queen@vendor.example>.\n');
  const stranger = await run('user', 'link', 'nobody@vendor.example');
  expect([stranger.code, stranger.err]).toEqual([
    1,
    'There is no user nobody@vendor.example; GET /api/v1/users lists them.\n',
  ]);
});

test('the links of an address end, for users and contacts alike, and whoever nobody knows is told so', async () => {
  const done = await run('user', 'revoke', 'quinn@vendor.example', '--json');
  expect(done.json).toEqual({ people: [{ name: 'Quinn', kind: 'user' }] });
  const [row] = await house.running.deps.db.query<{ epoch: number }>(
    `select p.epoch from people p where p.email = 'Quinn@vendor.example'`,
  );
  expect(row?.epoch).toBe(2);
  const { code, err } = await run('user', 'revoke', 'nobody@vendor.example');
  expect({ code, err }).toEqual({ code: 1, err: 'Nobody here has the address nobody@vendor.example.\n' });
});
