import { afterAll, beforeAll, expect, test } from 'vitest';
import { alice, bob, dora, lead, prospect } from '../harness/cast.ts';
import { freePort, furnish, startChild } from '../harness/child-house.ts';
import { freshDatabase, type TestDatabase } from '../harness/database.ts';
import { calls, eventually } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';
import { sharedDataDir } from '../harness/run-dir.ts';
import { secretsIn } from '../harness/secrets.ts';
import { query } from '../harness/server.ts';
import { type SmtpSink, startSmtpSink } from '../harness/smtp-sink.ts';

let database: TestDatabase;
let sink: SmtpSink;
beforeAll(async () => {
  database = await freshDatabase();
  sink = await startSmtpSink(0, dora);
  await furnish({ DATABASE_URL: database.url, DATA_DIR: sharedDataDir() });
});
afterAll(async () => {
  await sink.stop();
  await database.drop();
});

/** From now on a lead named "boom" makes the database complain with all that should not be told. */
async function plantBomb(): Promise<void> {
  const words = `${bob} ${prospect.phone} eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhYmNkZWZnaGlq.${'x'.repeat(43)} lp_live_ab_cd`;
  await query(
    database.connection,
    `create function boom() returns trigger language plpgsql as $$ begin raise exception 'no: ${words}'; end $$;
     create trigger boom before insert on leads for each row when (new.external_id = 'boom') execute function boom()`,
  );
}

/** Everything that could make a process talkative, over the ways in from outside. */
async function walk(url: string): Promise<void> {
  const house = calls(() => url);
  const { reference } = (await house.api('POST', '/leads', lead())).body;
  const offer = await eventually(() => house.newest(alice, 'offer', reference));
  const link = linkTo(offer.links, 'accept');
  expect((await house.press(link, { promise: 'today' })).status).toBe(303);
  const accepted = await eventually(() => house.newest(alice, 'accepted', reference));
  expect((await house.reply(accepted, 'called, meeting on Tuesday')).body.state).toBe('applied');
  expect((await house.reply(accepted, 'won', { from: 'stranger@evil.example' })).body.state).toBe(
    'suspicious',
  );
  expect((await house.send('no mail at all')).status).toBe(202);
  // Tokens that are cut, changed or in the wrong place, and a body that is none.
  for (const bad of [link.slice(0, -3), `${link}x`, link.replace('/a/', '/l/')]) await house.get(bad);
  await house.post(link, { nonce: link.slice(-40), promise: prospect.phone });
  await house.post(link, { nonce: link.slice(-40), 'new-link': '1' });
  await fetch(`${url}${new URL(link).pathname}`, { headers: { cookie: `leadpost=${link.slice(-43)}` } });
  await fetch(`${url}/gmail${new URL(link).pathname}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${link.slice(-200)}` },
  });
  expect((await house.api('POST', '/leads', { ...lead(), summary: 7, phone: prospect.phone })).status).toBe(
    422,
  );
  expect((await house.api('PUT', `/users/${bob}`, { name: bob, role: prospect.email })).status).toBe(422);
  const headers = {
    authorization: 'Bearer lp_live_wrong_0123456789abcdef',
    'content-type': 'application/json',
  };
  const unknown = await fetch(`${url}/api/v1/leads`, { method: 'POST', headers, body: `{"email":"${bob}"` });
  expect(unknown.status).toBe(401);
  expect((await house.api('POST', '/leads', lead({ external_id: 'boom' }))).status).toBe(500);
  await fetch(`${url}/a/%E0%A4%A?to=${alice}`);
}

test('a process that says all it can says no token, address, phone number, key or name of a customer', async () => {
  const port = await freePort();
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: sharedDataDir(),
    SMTP_URL: sink.url,
    LOG_LEVEL: 'debug',
    GMAIL_ACTIONS: 'true',
  };
  const child = startChild(port, { ...env, BASE_URL: `http://localhost:${port}` });
  await child.ready();
  await plantBomb();
  await walk(child.url);
  await child.says('a letter was not taken');
  await child.says('"area":"/a"');
  await child.says('no: [address] [phone] [token] [key]');
  expect(await child.end()).toBe(0);
  const said = child.said();
  for (const { name, company, street, phone } of [prospect])
    for (const secret of [name, company, street, phone.slice(-7)]) expect(said).not.toContain(secret);
  // What cannot be seen in a good run: the process dies of its settings or its database, and says why.
  const lost = startChild(port, { ...env, DATABASE_URL: 'postgres://leadpost:s3cretpass@127.0.0.1:1/leads' });
  await lost.says('ECONNREFUSED');
  await eventually(async () => expect(lost.lives()).toBe(false));
  expect(await lost.end()).toBe(1);
});

test('the search finds what it is for', () => {
  const kinds = secretsIn(
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.x for ines@nordwaerme.example, +49 731 5550 199, lp_live_ab_cd, postgres://u:p@h/db',
  );
  expect(kinds.map((found) => found.split(' (')[0])).toEqual([
    'a token',
    'a mail address',
    'a phone number',
    'an API key',
    'a password',
  ]);
});
