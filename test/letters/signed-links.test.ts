import { createHmac } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { acts } from '../../src/letters/acts.ts';
import type { LinkClaim } from '../../src/letters/signed-links.ts';
import { createLinks } from '../../src/letters/signed-links.ts';

const secret = 'thirty-two bytes of secret, or more!';
const links = createLinks({ keys: [{ kid: 'k1', secret }], baseUrl: 'https://leads.acme.example/' });
const claim: LinkClaim = {
  sub: '0193a1b2-c3d4-7e5f-8a9b-000000000020',
  act: 'accept',
  obj: '0193a1b2-c3d4-7e5f-8a9b-000000000030',
  ver: 1,
};
const at = new Date('2026-11-16T12:00:00Z');
const later = (ms: number): Date => new Date(at.getTime() + ms);
const day = 24 * 3_600_000;
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const parts = (token: string): [string, string, string] => token.split('.') as [string, string, string];
const payload = (): Record<string, unknown> =>
  JSON.parse(Buffer.from(parts(links.sign(claim, at))[1], 'base64url').toString());
/** A correctly signed token with any header and payload. */
const forge = (header: object, body: object, key = secret): string => {
  const head = `${part(header)}.${part(body)}`;
  return `${head}.${createHmac('sha256', key).update(head).digest('base64url')}`;
};
const good = { alg: 'HS256', kid: 'k1' };

describe('a signed link', () => {
  it('says back what was signed, until 180 days have passed', () => {
    const token = links.sign(claim, at);
    expect(links.verify(token, later(179 * day))).toEqual({ ok: true, claim });
    expect(links.verify(token, later(181 * day))).toEqual({ ok: false, why: 'expired', claim });
  });

  it('has exactly the header and the claims of the contract', () => {
    const [header, body] = parts(links.sign(claim, at))
      .slice(0, 2)
      .map((p) => JSON.parse(Buffer.from(p, 'base64url').toString()));
    expect(header).toEqual(good);
    expect(Object.keys(body).sort()).toEqual(['act', 'aud', 'exp', 'iss', 'obj', 'sub', 'ver']);
    expect(body.sub).toMatch(/^[\w-]{22}$/);
    expect(body.exp).toBe(at.getTime() / 1000 + 180 * 24 * 3600);
  });

  it('fits 264 characters and an URL of 330 for every act', () => {
    const long = createLinks({ keys: [{ kid: 'k001', secret }], baseUrl: 'https://leads.acme.example' });
    for (const act of acts) {
      expect(long.sign({ ...claim, act }, at).length).toBeLessThanOrEqual(264);
      expect(long.url('prefs', { ...claim, act }, at).length).toBeLessThan(330);
    }
    const worn = long.sign({ ...claim, act: 'prospect-unneeded', ver: 99_999 }, at);
    expect(long.verify(worn, at).ok).toBe(true);
  });

  it('is refused when any one character is changed', () => {
    const token = links.sign(claim, at);
    for (let i = 0; i < token.length; i += 3) {
      const other = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
      expect(links.verify(other, at).ok).toBe(false);
    }
  });

  it.each([
    ['alg none', `${part({ alg: 'none', kid: 'k1' })}.${part(payload())}.`],
    ['alg none with a signature', forge({ alg: 'none', kid: 'k1' }, payload())],
    [
      'another algorithm',
      jwt.sign(payload(), secret, { algorithm: 'HS512', header: { alg: 'HS512', kid: 'k1' } }),
    ],
    ['a header member too many', forge({ ...good, typ: 'JWT' }, payload())],
    ['an unknown critical extension', forge({ ...good, crit: ['x'] }, payload())],
    ['a claim too many', forge(good, { ...payload(), iat: 1 })],
    ['no expiry', forge(good, { ...payload(), exp: undefined })],
    ['a list of audiences', forge(good, { ...payload(), aud: ['a', 'b'] })],
    ['another audience', forge(good, { ...payload(), aud: 'b' })],
    ['another issuer', forge(good, { ...payload(), iss: 'xx' })],
    ['an unknown act', forge(good, { ...payload(), act: 'transfer-money' })],
    ['a UUID spelt in full', forge(good, { ...payload(), sub: claim.sub })],
    ['an unknown key', forge({ alg: 'HS256', kid: 'k9' }, payload())],
    ['a key from the prototype', forge({ alg: 'HS256', kid: '__proto__' }, payload())],
    ['another secret', forge(good, payload(), 'x'.repeat(36))],
    ['padding', `${links.sign(claim, at)}=`],
    ['an empty string', ''],
    ['ten thousand characters', 'a'.repeat(10_000)],
  ])('is refused with %s', (_, token) => {
    expect(links.verify(token, at).ok).toBe(false);
  });

  it('is refused in a second spelling of the same bytes', () => {
    const [header, body, mac] = parts(links.sign(claim, at));
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(mac.at(-1) ?? '');
    const twin = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[last ^ 1];
    expect(links.verify(`${header}.${body}.${mac.slice(0, -1)}${twin}`, at)).toEqual({
      ok: false,
      why: 'malformed',
    });
  });

  it('stays valid when a new first key signs', () => {
    const old = links.sign(claim, at);
    const rotated = createLinks({
      keys: [
        { kid: 'k2', secret: 'y'.repeat(32) },
        { kid: 'k1', secret },
      ],
      baseUrl: 'https://x.example',
    });
    expect(rotated.verify(old, at).ok).toBe(true);
    expect(links.verify(rotated.sign(claim, at), at)).toEqual({ ok: false, why: 'retired', claim });
  });

  it('cannot be made from a short secret, and the error names the setting', () => {
    expect(() => createLinks({ keys: [{ kid: 'k1', secret: 'abc' }], baseUrl: 'x' })).toThrow(/SECRET_KEYS/);
    expect(() => createLinks({ keys: [], baseUrl: 'x' })).toThrow(/SECRET_KEYS/);
  });
});

describe('a form nonce', () => {
  const token = links.sign(claim, at);
  it('tells its age for its own token, for twelve hours', () => {
    const nonce = links.mintNonce(token, at);
    expect(links.readNonce(nonce, token, later(1500))).toEqual({ ok: true, ageMs: 1500 });
    expect(links.readNonce(nonce, token, later(13 * 3_600_000)).ok).toBe(false);
    expect(links.readNonce(nonce, token, later(-1)).ok).toBe(false);
  });

  it('is worth nothing for another token, changed, or as a cookie', () => {
    const nonce = links.mintNonce(token, at);
    const other = links.sign({ ...claim, act: 'decline' }, at);
    expect(links.readNonce(nonce, other, at).ok).toBe(false);
    expect(links.readNonce(`${nonce.slice(0, -1)}~`, token, at).ok).toBe(false);
    expect(links.readNonce('', token, at).ok).toBe(false);
    expect(links.verifyHuman(nonce, { id: claim.sub, epoch: 1 }, at)).toBe(false);
  });
});

describe('the known-browser cookie', () => {
  const person = { id: claim.sub, epoch: 1 };
  const value = links.signHuman(person, at);
  it('is good for its person only, and for one epoch of their links', () => {
    expect(links.verifyHuman(value, person, at)).toBe(true);
    expect(links.verifyHuman(value, { ...person, id: claim.obj }, at)).toBe(false);
    expect(links.verifyHuman(value, { ...person, epoch: 2 }, at)).toBe(false);
    expect(links.verifyHuman('', person, at)).toBe(false);
  });

  it('ends after 180 days, and at once when a machine was suspected since', () => {
    expect(links.verifyHuman(value, person, later(179 * day))).toBe(true);
    expect(links.verifyHuman(value, person, later(181 * day))).toBe(false);
    expect(links.verifyHuman(value, person, later(-1))).toBe(false);
    expect(links.verifyHuman(value, person, later(2), later(1))).toBe(false);
    expect(links.verifyHuman(value, person, later(2), later(-1))).toBe(true);
  });
});
