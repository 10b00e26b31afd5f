import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ProviderKey } from '../../src/letters/provider-tokens.ts';
import { alice, bob, postLead, prospect, readLead, setStage, timeline, told } from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { type Mail, tokenOf } from '../harness/mail.ts';

const originator = '4f4e2e5c-8d0a-4b61-9a35-5d2f0c1f7a10';
const tenant = '11111111-2222-3333-4444-555555555555';
const audience = `api://auth-am-${originator}/leads`;
const outlookItself = '48af08dc-f6d2-435f-b2a7-069abd99c086';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [ours, strangers] = [pair(), pair()];
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const strangerJwk = strangers.publicKey.export({ format: 'jwk' });
const keySet: ProviderKey[] = [
  { ...ours.publicKey.export({ format: 'jwk' }), kid: 'g1', use: 'sig' } as ProviderKey,
  { ...strangerJwk, kid: 'enc', use: 'enc' } as ProviderKey,
  { ...strangerJwk, kid: 'ps', use: 'sig', alg: 'PS256' } as ProviderKey,
  { ...curve.publicKey.export({ format: 'jwk' }), kid: 'curve', use: 'sig' } as ProviderKey,
];
const asked: string[] = [];
let keysDown = false;

let house: House;
let reference: string;
beforeAll(async () => {
  house = await startHouse({
    env: {
      GMAIL_ACTIONS: 'true',
      OUTLOOK_ORIGINATOR: originator,
      OUTLOOK_AUDIENCE: audience,
      OUTLOOK_TENANTS: tenant,
      MAIL_FROM: 'Acme Lead Desk <desk@acme.example>',
    },
    fetchKeys: async (url) => {
      asked.push(url);
      if (keysDown) throw new Error('no route to the provider');
      return keySet;
    },
  });
  await setStage(house);
  await anotherLead();
});
const anotherLead = async (): Promise<void> => {
  reference = (await postLead(house)).reference;
};
afterAll(() => house.stop());

type How = {
  readonly key?: KeyObject;
  readonly kid?: string | undefined;
  readonly alg?: jwt.Algorithm;
  readonly header?: object;
  readonly claims?: Json;
};

async function tokenBy(claims: Json, { key = ours.privateKey, kid = 'g1', alg = 'RS256', ...how }: How) {
  const now = Math.floor((await house.now()).getTime() / 1000);
  const all = { iat: now, exp: now + 300, ...claims, ...how.claims };
  for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name];
  const header = { alg, kid, ...how.header } as jwt.JwtHeader;
  return jwt.sign(all, key, { algorithm: alg, header, noTimestamp: true });
}

const google = (how: How = {}): Promise<string> =>
  tokenBy(
    {
      iss: 'https://accounts.google.com',
      aud: 'https://acme.example',
      azp: 'gmail@system.gserviceaccount.com',
    },
    how,
  );

const microsoft = (who: string, how: How = {}): Promise<string> =>
  tokenBy(
    {
      iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
      tid: tenant,
      aud: audience,
      azp: outlookItself,
      preferred_username: who,
    },
    how,
  );

interface Posted {
  readonly status: number;
  readonly text: string;
  readonly line: string | null;
}

async function post(url: string, headers: Record<string, string>): Promise<Posted> {
  const address = new URL(new URL(url).pathname, house.url).href;
  const body = 'confirmed=Approved';
  const response = await fetch(address, { method: 'POST', redirect: 'manual', headers, body });
  return {
    status: response.status,
    text: await response.text(),
    line: response.headers.get('card-action-status'),
  };
}

const byGmail = async (url: string, token: string): Promise<Posted> =>
  post(url, { authorization: `Bearer ${token}` });
const byOutlook = async (url: string, token: string): Promise<Posted> =>
  post(url, { 'action-authorization': `Bearer ${token}`, authorization: '' });

/** The markup of a mail as the mail program reads it. */
function markup(mail: Mail, type: string): Json {
  const html = mail.parsed.html || '';
  const head = html.slice(0, html.indexOf('</head>'));
  const found = new RegExp(`<script type="${type.replace('+', '\\+')}">(.*?)</script>`, 's').exec(head)?.[1];
  return found ? JSON.parse(found) : undefined;
}
const gmailOf = (mail: Mail): Json => markup(mail, 'application/ld+json');
const cardOf = (mail: Mail): Json => markup(mail, 'application/adaptivecard+json');

const acceptUrl = async (who = alice): Promise<string> =>
  gmailOf(await house.newest(who, 'offer', reference)).potentialAction.handler.url;
const cardUrl = async (who: string, act: string): Promise<string> =>
  cardOf(await house.newest(who, 'offer', reference)).actions.find((a: Json) => a.body?.includes(`"${act}"`))
    .url;

describe('a mail that asks for something', () => {
  test('carries one action for Gmail and a card for Outlook, both from its own buttons', async () => {
    const mail = await house.newest(alice, 'offer', reference);
    const action = gmailOf(mail).potentialAction;
    expect(action).toMatchObject({ '@type': 'ConfirmAction', name: 'Accept this lead' });
    expect(new URL(action.handler.url).pathname).toMatch(/^\/gmail\/a\//);
    const card = cardOf(mail);
    expect(card).toMatchObject({ type: 'AdaptiveCard', version: '1.0', originator, expectedActors: [alice] });
    expect(card.actions.map((a: Json) => [a.type, a.title])).toEqual([
      ['Action.Http', 'Accept this lead'],
      ['Action.Http', 'Not for me'],
    ]);
    expect(card.actions[0]).toMatchObject({
      method: 'POST',
      headers: [{}, { name: 'Authorization', value: '' }],
    });
    expect(JSON.stringify([gmailOf(mail), card])).not.toContain(prospect.name);
  });

  test('shows no button for what wants an amount or a day, but the way to its page', async () => {
    await house.press(await house.link(alice, 'accept', 'offer', reference), {
      promise: 'today',
    });
    await house.advance('P1D');
    const mail = await house.newest(alice, 'reminder', reference);
    expect(gmailOf(mail).potentialAction['@type']).toBe('ConfirmAction');
    const kinds = Object.fromEntries(
      cardOf(mail).actions.map((a: Json) => [tokenOf(a.url.replace('/oam/', '/'))?.act, a.type]),
    );
    expect(kinds).toMatchObject({ contacted: 'Action.Http', return: 'Action.OpenUrl' });
  });
});

describe('a press in the mail program', () => {
  beforeEach(anotherLead);
  test('of Gmail accepts, as the button of the page would; who the customer is comes by mail', async () => {
    const url = await acceptUrl();
    const done = await byGmail(url, await google());
    expect(done.status).toBe(200);
    expect(done.text).not.toContain(prospect.name);
    expect(await readLead(house, reference)).toMatchObject({ state: 'claimed', claim: { partner: 'a' } });
    const fact = (await timeline(house, reference)).find((f) => f.what === 'offer.accepted');
    expect(fact).toMatchObject({ channel: 'native', who: { kind: 'contact' }, evidence: { rule: 'gmail' } });
    expect((await house.newest(alice, 'accepted', reference)).html).toContain(prospect.name);
    const again = await byGmail(url, await google());
    expect([
      again.status,
      (await told(house, reference)).filter((w) => w === 'offer.accepted').length,
    ]).toEqual([200, 1]);
  });

  test('of Outlook declines, for its addressee only', async () => {
    const url = await cardUrl(bob, 'decline');
    const other = await byOutlook(url, await microsoft(alice));
    expect(other.status).toBe(403);
    expect(await told(house, reference)).not.toContain('offer.declined');
    const done = await byOutlook(url, await microsoft(bob.toUpperCase()));
    expect(done.status).toBe(200);
    expect(done.line).toMatch(/\w/);
    const fact = (await timeline(house, reference)).find((f) => f.what === 'offer.declined');
    expect(fact).toMatchObject({ channel: 'native', evidence: { rule: 'outlook' } });
  });

  test('that comes too late is told so, and changes nothing', async () => {
    const url = await cardUrl(bob, 'accept');
    await house.press(await house.link(alice, 'accept', 'offer', reference));
    const late = await byOutlook(url, await microsoft(bob));
    expect([late.status, late.line]).toEqual([409, expect.stringMatching(/\w/)]);
    expect(await readLead(house, reference)).toMatchObject({ claim: { partner: 'a' } });
  });

  test('can be taken back like any other', async () => {
    await byGmail(await acceptUrl(), await google());
    await house.press(await house.link(alice, 'undo', 'accepted', reference));
    expect(await told(house, reference)).toContain('claim.undone');
  });
});

const coded = (text: string | object): string =>
  Buffer.from(typeof text === 'string' ? text : JSON.stringify(text)).toString('base64url');

/** What has broken readers of signed tokens elsewhere (RFC 8725, the families of Wycheproof), around a token that is good. */
function forgeries(): [string, () => Promise<string>][] {
  const made = (make: (head: string, body: string, mark: string) => string) => async (): Promise<string> => {
    const [head = '', body = '', mark = ''] = (await google()).split('.');
    return make(head, body, mark);
  };
  const marked = (change: (mark: Buffer) => Buffer) =>
    made((head, body, mark) =>
      [head, body, change(Buffer.from(mark, 'base64url')).toString('base64url')].join('.'),
    );
  const headed = (head: string | object) => made((_, body, mark) => `${coded(head)}.${body}.${mark}`);
  const signedWith = (header: object, body: (body: string) => string = (b) => b, by = ours.privateKey) =>
    made((_, told) => {
      const text = `${coded({ alg: 'RS256', kid: 'g1', ...header })}.${body(told)}`;
      return `${text}.${sign('sha256', Buffer.from(text), by).toString('base64url')}`;
    });
  return [
    ...['None', 'NONE', 'nOnE', ''].map((alg): [string, () => Promise<string>] => [
      `alg "${alg}" with a signature`,
      headed({ alg, kid: 'g1' }),
    ]),
    ['two algorithms, one of them none', headed('{"alg":"none","alg":"RS256","kid":"g1"}')],
    ['two algorithms, the last one none', headed('{"alg":"RS256","alg":"none","kid":"g1"}')],
    ['an algorithm in a list', headed({ alg: ['RS256'], kid: 'g1' })],
    ['PS256 with the same key', () => google({ alg: 'PS256' })],
    ['a curve, where an RSA key is on file', () => google({ alg: 'ES256', key: curve.privateKey })],
    ['a curve of the key set', () => google({ alg: 'ES256', key: curve.privateKey, kid: 'curve' })],
    ['a curve that says it is RSA', headed({ alg: 'RS256', kid: 'curve' })],
    ['a key that is kept for another algorithm', () => google({ key: strangers.privateKey, kid: 'ps' })],
    ['a signature without its last byte', marked((mark) => mark.subarray(0, -1))],
    ['a signature without its first byte', marked((mark) => mark.subarray(1))],
    ['a signature with a byte more', marked((mark) => Buffer.concat([mark, Buffer.from([0])]))],
    ['a signature behind a zero', marked((mark) => Buffer.concat([Buffer.from([0]), mark]))],
    ['a signature of zeros', marked((mark) => Buffer.alloc(mark.length))],
    [
      'a signature of one',
      marked((mark) => Buffer.concat([Buffer.alloc(mark.length - 1), Buffer.from([1])])),
    ],
    ['no signature', made((head, body) => `${head}.${body}.`)],
    [
      'a signature in another spelling',
      made((head, body, mark) => `${head}.${body}.${mark.slice(0, -1)}${spelledAnew(mark.slice(-1))}`),
    ],
    ['padding', made((head, body, mark) => `${head}.${body}.${mark}==`)],
    ['a fourth part', made((head, body, mark) => `${head}.${body}.${mark}.${mark}`)],
    ['claims of another token', made((head, _, mark) => `${head}.${coded({ iss: 'x' })}.${mark}`)],
    ['its own key in its header', signedWith({ jwk: strangerJwk }, undefined, strangers.privateKey)],
    [
      'an address of its own key',
      signedWith({ jku: 'https://evil.example' }, undefined, strangers.privateKey),
    ],
    ['claims that are not encoded', signedWith({ b64: false, crit: ['b64'] })],
    ['claims that are not encoded, and not said to be critical', signedWith({ b64: false })],
    ['an empty list of what is critical', signedWith({ crit: [] })],
    ['claims that are a list', signedWith({}, () => coded([1]))],
    ['claims that are a word', signedWith({}, () => coded('"word"'))],
    ['claims that are nothing', signedWith({}, () => '')],
  ];
}

/** The same bits behind other ones that nobody reads: 256 bytes leave four of them in the last letter. */
const spelledAnew = (last: string): string => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return letters[letters.indexOf(last) + 1] as string;
};

describe('a press that no mail program vouches for changes nothing', () => {
  beforeAll(anotherLead);
  const bad: [string, () => Promise<string>][] = [
    ['no token', async () => ''],
    ['no token at all, but something like it', async () => 'a.b.c'],
    ['another issuer', () => google({ claims: { iss: 'https://accounts.evil.example' } })],
    ['another audience', () => google({ claims: { aud: 'https://evil.example' } })],
    [
      'several audiences',
      () => google({ claims: { aud: ['https://acme.example', 'https://evil.example'] } }),
    ],
    [
      'somebody with a Google account',
      () => google({ claims: { azp: 'me@project.iam.gserviceaccount.com' } }),
    ],
    ['nobody it was issued to', () => google({ claims: { azp: undefined } })],
    ['its time over', () => google({ claims: { exp: 1_700_000_000 } })],
    ['no expiry', () => google({ claims: { exp: undefined } })],
    ['not yet valid', () => google({ claims: { nbf: 4_000_000_000 } })],
    ['an unknown kid', () => google({ kid: 'g2' })],
    ['no kid', () => google({ header: { kid: undefined } })],
    ['the key of somebody else', () => google({ key: strangers.privateKey })],
    ['a key that is not for signatures', () => google({ key: strangers.privateKey, kid: 'enc' })],
    ['another algorithm of the same key', () => google({ alg: 'RS512' })],
    ['a critical extension', () => google({ header: { crit: ['x'], x: 1 } })],
    [
      'the public key as a secret',
      async () => {
        const pem = ours.publicKey.export({ format: 'pem', type: 'spki' }).toString();
        const part = (v: object) => Buffer.from(JSON.stringify(v)).toString('base64url');
        const [, body] = (await google()).split('.');
        const head = `${part({ alg: 'HS256', kid: 'g1' })}.${body}`;
        const { createHmac } = await import('node:crypto');
        return `${head}.${createHmac('sha256', pem).update(head).digest('base64url')}`;
      },
    ],
    [
      'alg none',
      async () => {
        const [, body] = (await google()).split('.');
        return `${Buffer.from('{"alg":"none","kid":"g1"}').toString('base64url')}.${body}.`;
      },
    ],
    ['Outlook, not Gmail', () => microsoft(alice)],
    ...forgeries(),
  ];
  test.each(bad)('Gmail: %s', async (_, token) => {
    const url = await acceptUrl();
    const before = await told(house, reference);
    const answer = await byGmail(url, await token());
    expect(answer.status).toBe(401);
    expect(answer.text).not.toMatch(/Error|at \w+ \(|jwt/);
    expect(await told(house, reference)).toEqual(before);
  });

  const badCards: [string, () => Promise<string>][] = [
    [
      'another tenant',
      () =>
        microsoft(alice, {
          claims: { iss: `https://login.microsoftonline.com/${originator}/v2.0`, tid: originator },
        }),
    ],
    ['a tenant that contradicts its issuer', () => microsoft(alice, { claims: { tid: originator } })],
    ['another issuer', () => microsoft(alice, { claims: { iss: 'https://sts.evil.example/v2.0' } })],
    ['another audience', () => microsoft(alice, { claims: { aud: 'api://other' } })],
    ['another application', () => microsoft(alice, { claims: { azp: originator } })],
    ['another sender', () => microsoft(alice, { claims: { sender: 'desk@evil.example' } })],
    [
      'an address that is only claimed',
      () => microsoft(alice, { claims: { preferred_username: undefined, email: alice } }),
    ],
    ['nobody named', () => microsoft(alice, { claims: { preferred_username: undefined } })],
    ['its time over', () => microsoft(alice, { claims: { exp: 1_700_000_000 } })],
    ['Gmail, not Outlook', () => google()],
  ];
  test.each(badCards)('Outlook: %s', async (_, token) => {
    const url = await cardUrl(alice, 'accept');
    const before = await told(house, reference);
    expect((await byOutlook(url, await token())).status).toBe(401);
    expect(await told(house, reference)).toEqual(before);
  });

  test('a good token does not open a link that was touched, nor one that is no such button', async () => {
    const url = await acceptUrl();
    for (const bad of [url.slice(0, -2), `${house.url}/gmail/a/x.y.z`])
      expect((await byGmail(bad, await google())).status).toBe(404);
    expect(await told(house, reference)).not.toContain('offer.accepted');
    const { reference: taken } = await postLead(house);
    await house.press(await house.link(alice, 'accept', 'offer', taken), { promise: 'today' });
    const before = await told(house, taken);
    expect(before).toContain('offer.accepted');
    const { pathname } = new URL(await house.link(alice, 'undo', 'accepted', taken));
    expect((await byGmail(`${house.url}/gmail${pathname}`, await google())).status).toBe(403);
    expect(await told(house, taken)).toEqual(before);
  });

  test('GET of those addresses shows nothing and does nothing', async () => {
    expect((await house.get(await acceptUrl())).status).toBe(404);
    expect(await told(house, reference)).not.toContain('offer.accepted');
  });
});

test('keys are fetched once an hour, and while they cannot be had nothing is guessed', async () => {
  const url = await acceptUrl();
  await house.advance('PT2H');
  asked.length = 0;
  keysDown = true;
  expect((await byGmail(url, await google())).status).toBe(503);
  keysDown = false;
  await byGmail(url, await google());
  await byGmail(url, await google());
  expect(asked).toEqual([
    'https://www.googleapis.com/oauth2/v3/certs',
    'https://www.googleapis.com/oauth2/v3/certs',
  ]);
});

test('off unless configured: no markup, no such address', async () => {
  const url = await acceptUrl();
  await house.restart({ GMAIL_ACTIONS: 'false', OUTLOOK_ORIGINATOR: '' });
  reference = (await postLead(house)).reference;
  const mail = await house.newest(alice, 'offer', reference);
  expect(mail.html).not.toContain('<script');
  for (const way of ['gmail', 'oam'])
    expect((await byGmail(url.replace('/gmail/', `/${way}/`), await google())).status).toBe(404);
});
