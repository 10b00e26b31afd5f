import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDatabase, type TestDatabase } from '../harness/database.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { leadpost, production, sandboxOn } from './leadpost.ts';
import { refusal, startRelay } from './relay.ts';

let house: House;
let empty: TestDatabase;
beforeAll(async () => {
  house = await startHouse();
  empty = await emptyDatabase();
});
afterAll(async () => {
  await house.stop();
  await empty.drop();
});

const named = (json: Json): Record<string, Json> =>
  Object.fromEntries(json.checks.map((c: Json) => [c.name, c]));

test('a sandbox that runs has nothing to mend', async () => {
  const env = { ...sandboxOn(house.database.url), BASE_URL: house.url };
  const { code, json } = await leadpost(['doctor', '--json'], env);
  expect(json.checks.filter((c: Json) => c.ok === false)).toEqual([]);
  expect({ code, ok: json.ok }).toEqual({ code: 0, ok: true });
  const checks = named(json);
  expect(checks['database'].says).toMatch(/^PostgreSQL \d+.*Leadpost runs on it$/);
  expect(checks['BASE_URL'].says).toBe(`${house.url} answers`);
  const people = await leadpost(['doctor'], env);
  expect(people.out).toMatch(/^✔ settings/);
  expect(people.out).toMatch(/Nothing to mend\.\n$/);
});

test('every fault of a real installation has its own fix', async () => {
  const relay = await startRelay(
    { onAuth: (_a, _s, done) => done(refusal(535, '5.7.8 bad credentials')) },
    'leads:s3cret-word@',
  );
  const { code, json, out } = await leadpost(
    ['doctor', '--json', '--send', 'anna@acme.example'],
    production({
      DATABASE_URL: empty.url,
      SMTP_URL: relay.url,
      BASE_URL: `https://leads.invalid/${'x'.repeat(60)}`,
      MAIL_FROM: 'leads@leads.invalid',
      REPLY_ADDRESS: `${'r'.repeat(60)}+{key}@leads.invalid`,
    }),
  );
  await relay.stop();
  expect({ code, ok: json.ok }).toEqual({ code: 1, ok: false });
  const checks = named(json);
  expect(checks['migrations']).toMatchObject({ ok: false, fix: 'Run leadpost migrate.' });
  expect(checks['SMTP']).toMatchObject({
    ok: false,
    says: expect.stringContaining('535'),
    fix: expect.stringContaining('app password'),
  });
  expect(checks['test mail']).toMatchObject({ ok: false });
  expect(checks['BASE_URL']).toMatchObject({ ok: false, says: expect.stringContaining('does not answer') });
  expect(checks['link length']).toMatchObject({
    ok: false,
    fix: expect.stringContaining('shorten BASE_URL'),
  });
  for (const record of ['SPF', 'DKIM', 'DMARC']) expect(checks[record].ok).toBe(false);
  expect(checks['replies']).toMatchObject({ ok: false, fix: 'Shorten REPLY_ADDRESS.' });
  expect(checks['mail in']).toMatchObject({ ok: false, says: 'nobody reads the reply address' });
  expect(checks['zones'].ok).toBe(true);
  for (const check of json.checks) expect(check.ok === false).toBe(check.fix !== null);
  expect(out).not.toContain('s3cret-word');
}, 120_000);

test('a mailbox that does not answer is told apart', async () => {
  const { json } = await leadpost(['doctor', '--json'], {
    ...production({
      REPLY_ADDRESS: 'reply+{key}@leads.invalid',
      IMAP_URL: 'imap://leads:s3cret-word@127.0.0.1:1',
      INBOUND: 'imap',
    }),
  });
  const checks = named(json);
  expect(checks['mail in']).toMatchObject({ ok: false, says: expect.stringContaining('ECONNREFUSED') });
  expect(checks['database']).toMatchObject({ ok: false, says: expect.stringContaining('ECONNREFUSED') });
  expect(checks['authenticity'].ok).toBe(false);
  expect(JSON.stringify(json)).not.toContain('s3cret-word');
}, 120_000);

test('wrong settings are told one by one, and end with 78', async () => {
  const { code, json } = await leadpost(['doctor', '--json'], { NODE_ENV: 'production' });
  expect(code).toBe(78);
  expect(json.ok).toBe(false);
  expect(json.checks.map((c: Json) => c.says.split(' ')[0])).toEqual([
    'BASE_URL',
    'SECRET_KEYS',
    'DATABASE_URL',
    'SMTP_URL',
    'MAIL_FROM',
  ]);
});
