import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, bob, postLead, prospect, setStage, told } from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
import { fingerprint } from '../harness/tables.ts';

/**
 * The families of Project Wycheproof's JSON Web Signature tests (modified, missing and doubled parts, other algorithms,
 * embedded and confused keys, JSON serialisation, sloppy base64), each made from a link of this house with this house's
 * key, so that nothing but its own fault can be the reason why it is refused; and what else can be wrong with a link.
 */
const secret = 'the very secret of this house and nobody else has it';
const key = generateKeyPairSync('rsa', { modulusLength: 2048 });

let house: House;
let reference: string;
let good: string;
beforeAll(async () => {
  house = await startHouse({ timetable: false, env: { SECRET_KEYS: `k1:${secret}` } });
  await setStage(house);
  reference = (await postLead(house)).reference;
  good = new URL(await house.link(alice, 'accept', 'offer', reference)).pathname.slice(3);
});
afterAll(() => house.stop());

const b64 = (text: string | Buffer): string => Buffer.from(text).toString('base64url');
const parts = (): [string, string, string] => good.split('.') as [string, string, string];
const header = (): Record<string, unknown> => JSON.parse(Buffer.from(parts()[0], 'base64url').toString());
const payload = (): Record<string, unknown> => JSON.parse(Buffer.from(parts()[1], 'base64url').toString());
const hmac = (head: string, by: string | Buffer = secret, hash = 'sha256'): string =>
  createHmac(hash, by).update(head).digest('base64url');
/** Signed with the house's own key, whatever it says. */
const signed = (head: string, body: string): string => {
  const both = `${b64(head)}.${b64(body)}`;
  return `${both}.${hmac(both)}`;
};
const says = (head: object, body: object): string => signed(JSON.stringify(head), JSON.stringify(body));
const flip = (part: string, at = 0): string =>
  part.slice(0, at) + (part[at] === 'X' ? 'Y' : 'X') + part.slice(at + 1);

type Made = [string, () => string];

const cut: Made[] = [
  ['a modified signature', () => [parts()[0], parts()[1], flip(parts()[2])].join('.')],
  ['no signature', () => `${parts()[0]}.${parts()[1]}.`],
  ['no signature and no separator', () => `${parts()[0]}.${parts()[1]}`],
  ['a modified payload', () => [parts()[0], flip(parts()[1], 9), parts()[2]].join('.')],
  ['no payload', () => `${parts()[0]}..${parts()[2]}`],
  ['no payload and no separator', () => `${parts()[0]}.${parts()[2]}`],
  ['a modified header', () => [flip(parts()[0], 3), parts()[1], parts()[2]].join('.')],
  ['no header', () => `.${parts()[1]}.${parts()[2]}`],
  ['no header and no separator', () => `${parts()[1]}.${parts()[2]}`],
  ['nothing but a payload', () => `.${parts()[1]}.`],
  ['one part', () => parts()[1]],
  ['an empty part too many', () => `${good}.`],
  ['a part too many', () => `${good}.foo`],
  ['its end cut off, as mail programs do', () => good.slice(0, -7)],
  ['something behind it', () => `${good}abc`],
  ['a full stop behind it', () => `${good}.`],
  ['padding', () => `${good}=`],
  ['padding in the middle', () => parts().join('=.')],
  ['white space inside', () => `${parts()[0]}.%20${parts()[1]}.${parts()[2]}`],
  ['a line break inside', () => `${parts()[0]}.%0D%0A${parts()[1]}.${parts()[2]}`],
  ['another spelling of the same bytes', () => twinOf(good)],
  ['the alphabet of ordinary base64', () => `${parts()[0]}.${parts()[1]}.${'%2B%2F'.repeat(14)}A`],
  [
    'JSON instead',
    () =>
      encodeURIComponent(
        JSON.stringify({ payload: parts()[1], protected: parts()[0], signature: parts()[2] }),
      ),
  ],
  ['ten thousand characters', () => 'a'.repeat(10_000)],
  ['a NUL', () => `${good}%00`],
  ['a broken escape', () => `${good}%E0%A4%A`],
  ['a way up', () => `..%2F..%2F${good}`],
];

/** The last character of 32 bytes has bits to spare. */
function twinOf(token: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + letters[letters.indexOf(token.at(-1) as string) ^ 1];
}

const other: Made[] = [
  ['alg none and no signature', () => `${b64(JSON.stringify({ alg: 'none', kid: 'k1' }))}.${parts()[1]}.`],
  ['alg none, signed', () => says({ alg: 'none', kid: 'k1' }, payload())],
  ['alg None', () => says({ alg: 'None', kid: 'k1' }, payload())],
  ['alg in small letters', () => says({ alg: 'hs256', kid: 'k1' }, payload())],
  [
    'HS512 with our key',
    () => {
      const head = `${b64(JSON.stringify({ alg: 'HS512', kid: 'k1' }))}.${parts()[1]}`;
      return `${head}.${hmac(head, secret, 'sha512')}`;
    },
  ],
  [
    'HS256 said, HS512 made',
    () => {
      const head = `${parts()[0]}.${parts()[1]}`;
      return `${head}.${hmac(head, secret, 'sha512').slice(0, 43)}`;
    },
  ],
  [
    'RS256 with a key of its own',
    () => {
      const head = `${b64(JSON.stringify({ alg: 'RS256', kid: 'k1' }))}.${parts()[1]}`;
      return `${head}.${createSign('sha256').update(head).sign(key.privateKey).toString('base64url')}`;
    },
  ],
  [
    'a public key in its header',
    () => says({ ...header(), jwk: key.publicKey.export({ format: 'jwk' }) }, payload()),
  ],
  [
    'an address of keys in its header',
    () => says({ ...header(), jku: 'https://evil.example/keys' }, payload()),
  ],
  ['a typ', () => says({ ...header(), typ: 'JWT' }, payload())],
  ['a critical extension', () => says({ ...header(), crit: ['exp'] }, payload())],
  ['no kid', () => says({ alg: 'HS256' }, payload())],
  ['a kid that is a path', () => says({ alg: 'HS256', kid: '../../dev/null' }, payload())],
  ['a kid that is SQL', () => says({ alg: 'HS256', kid: "k1' or '1'='1" }, payload())],
  ['a kid of the prototype', () => says({ alg: 'HS256', kid: '__proto__' }, payload())],
  ['a kid that is a list', () => says({ alg: 'HS256', kid: ['k1'] }, payload())],
  ['a header that is a list', () => says([header()], payload())],
  ['a header that is no JSON', () => signed('alg: HS256', JSON.stringify(payload()))],
  ['the kid twice', () => signed('{"alg":"HS256","kid":"k9","kid":"k1"}', JSON.stringify(payload()))],
  [
    'the act twice',
    () =>
      signed(JSON.stringify(header()), JSON.stringify(payload()).replace('"act":', '"act":"decline","act":')),
  ],
  ['white space in its JSON', () => signed(JSON.stringify(header(), null, 1), JSON.stringify(payload()))],
  ['white space in its payload', () => signed(JSON.stringify(header()), ` ${JSON.stringify(payload())}`)],
  ['a payload that is a list', () => says(header(), [payload()])],
  ['an empty payload', () => signed(JSON.stringify(header()), '')],
  [
    'a payload in another order of bytes',
    () =>
      signed(JSON.stringify(header()), Buffer.from(JSON.stringify(payload()), 'utf16le').toString('latin1')),
  ],
  ['a claim too many', () => says(header(), { ...payload(), iat: 1 })],
  ['no expiry', () => says(header(), { ...payload(), exp: undefined })],
  ['an expiry in words', () => says(header(), { ...payload(), exp: '9999999999' })],
  ['an expiry with a fraction', () => says(header(), { ...payload(), exp: 9999999999.5 })],
  ['another audience', () => says(header(), { ...payload(), aud: 'b' })],
  ['a list of audiences', () => says(header(), { ...payload(), aud: ['a'] })],
  ['another issuer', () => says(header(), { ...payload(), iss: 'https://accounts.google.com' })],
  ['an act nobody knows', () => says(header(), { ...payload(), act: 'transfer-money' })],
  ['an act of the prototype', () => says(header(), { ...payload(), act: 'constructor' })],
  ['an epoch in words', () => says(header(), { ...payload(), ver: '1' })],
  [
    'a person in full letters',
    () => says(header(), { ...payload(), sub: '0193a1b2-c3d4-7e5f-8a9b-000000000020' }),
  ],
  ['the empty key', () => `${parts()[0]}.${parts()[1]}.${hmac(`${parts()[0]}.${parts()[1]}`, '')}`],
  [
    'the name of the key as a key',
    () => `${parts()[0]}.${parts()[1]}.${hmac(`${parts()[0]}.${parts()[1]}`, 'k1')}`,
  ],
];

async function expectExplained(token: string): Promise<void> {
  for (const path of ['a', 'l']) {
    for (const method of ['GET', 'POST'] as const) {
      if (path === 'l' && method === 'POST') continue;
      const body = method === 'POST' ? new URLSearchParams({ nonce: 'a.b', promise: 'today' }) : null;
      const response = await fetch(`${house.url}/${path}/${token}`, { method, body, redirect: 'manual' });
      const html = await response.text();
      expect([400, 404, 410], `${method} /${path}`).toContain(response.status);
      expect(html).not.toMatch(/ at \S+ \(|node_modules|JsonWebToken|SyntaxError|\.ts:\d/);
      expect(html).not.toContain(prospect.name);
      // In words, for people: a page, or one plain sentence where no page was asked for.
      expect(html.length).toBeGreaterThan(20);
    }
  }
}

describe.each([
  ['cut, doubled or changed on its way', cut],
  ['made by somebody who knows a lot', other],
] as [string, Made[]][])('a link %s', (_, cases) => {
  test.each(cases)('%s: an explaining page, and no row changes', async (_, make) => {
    const token = make();
    expect(token).not.toBe(good);
    const before = await fingerprint(house.running.deps.db);
    await expectExplained(token);
    expect(await fingerprint(house.running.deps.db)).toEqual(before);
  });
});

test('the link they were all made from works, whether or not it is opened first', async () => {
  expect((await house.get(`${house.url}/a/${good}`)).status).toBe(200);
  expect((await house.press(`${house.url}/a/${good}`, { promise: 'today' })).status).toBe(303);
  expect(await told(house, reference)).toContain('offer.accepted');
});

test('one that was pressed before shows what is, and acts no second time', async () => {
  const before = await told(house, reference);
  const again = await house.press(`${house.url}/a/${good}`, { promise: 'today' });
  expect([again.status, again.html.includes(prospect.name)]).toEqual([200, false]);
  const replayed = await house.post(`${house.url}/a/${good}`, {
    nonce: house.running.deps.links.mintNonce(good, new Date((await house.now()).getTime() - 2_000)),
  });
  expect([replayed.status, replayed.location]).toEqual([200, null]);
  expect(await told(house, reference)).toEqual(before);
});

test('somebody else’s link is theirs: its person is in the token, and no other can be put there', async () => {
  const { reference: second } = await postLead(house);
  const mine = new URL(await house.link(bob, 'accept', 'offer', second)).pathname.slice(3);
  const [head, , mac] = mine.split('.');
  await expectExplained(`${head}.${parts()[1]}.${mac}`);
  expect(await told(house, second)).not.toContain('offer.accepted');
});
