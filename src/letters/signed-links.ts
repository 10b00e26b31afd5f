import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Act, LinkPath } from './acts.ts';
import { isAct } from './acts.ts';
import { type BounceKeys, createBounceKeys } from './bounce-keys.ts';
import { packUuid, unpackUuid } from './compact-uuid.ts';
import { readStamp, stamped } from './stamps.ts';

export interface LinkKey {
  readonly kid: string;
  readonly secret: string;
}

/** Who (`sub`, a person) may do what (`act`) to which object (`obj`), for one epoch (`ver`) of that person's links. */
export interface LinkClaim {
  readonly sub: string;
  readonly act: Act;
  readonly obj: string;
  readonly ver: number;
}

/** Whom links are for, and the epoch of their links. */
export interface LinkPerson {
  readonly id: string;
  readonly epoch: number;
}

export type Verdict =
  | { readonly ok: true; readonly claim: LinkClaim }
  | { readonly ok: false; readonly why: 'malformed' | 'forged' }
  /** Genuine, but its time is over. */
  | { readonly ok: false; readonly why: 'expired'; readonly claim: LinkClaim }
  /** Signed with a key we no longer have, or never had: what it claims is not proven. */
  | { readonly ok: false; readonly why: 'retired'; readonly claim: LinkClaim };
export type NonceVerdict = { readonly ok: true; readonly ageMs: number } | { readonly ok: false };

export interface Links {
  url(path: LinkPath, claim: LinkClaim, issuedAt: Date): string;
  sign(claim: LinkClaim, issuedAt: Date): string;
  verify(token: string, now: Date): Verdict;
  /** The public address of a path that needs no token. */
  page(path: string): string;
  /** Proof that our own GET rendered the form, and when. The token is its id. */
  mintNonce(token: string, at: Date): string;
  readNonce(nonce: string, token: string, now: Date): NonceVerdict;
  /** Cookie value: "a person acted in this browser for this contact". Raising the epoch revokes it with the links. */
  signHuman(person: LinkPerson, at: Date): string;
  /** Whether the value is of this person, 180 days old at the most, and no older than `since`. */
  verifyHuman(value: string, person: LinkPerson, now: Date, since?: Date | null): boolean;
  /** A network as a word that leads back to no address without our secret. */
  blurNetwork(network: string): string;
  /** Where letters that cannot be delivered come back to. */
  readonly bounces: BounceKeys;
}

interface Ring {
  readonly kid: string;
  /** The header of every token it signs, exactly {alg, kid}. */
  readonly head: string;
  readonly link: KeyObject;
  readonly nonce: KeyObject;
  readonly human: KeyObject;
}

const days180 = 180 * 24 * 3600;
const nonceLife = 12 * 3600_000;
// 264 for every act and a one-digit epoch; the slack keeps the links of an often revoked person valid.
const longest = 272;
const shape = /^[\w-]+\.[\w-]+\.[\w-]{43}$/;

/** Signed links, form nonces and the known-browser cookie; the first key signs, all of them verify. */
export function createLinks(setup: { readonly keys: readonly LinkKey[]; readonly baseUrl: string }): Links {
  const rings = setup.keys.map(ring);
  const first = rings[0];
  if (!first) throw new Error('SECRET_KEYS must name at least one key ("kid:secret")');
  if (new Set(rings.map((r) => r.kid)).size < rings.length)
    throw new Error('SECRET_KEYS names one kid twice');
  const base = setup.baseUrl.replace(/\/+$/, '');
  const sign = (claim: LinkClaim, issuedAt: Date): string => signToken(first, claim, issuedAt);
  return {
    sign,
    url: (path, claim, issuedAt) => {
      // What belongs to a person's page stands behind its token.
      const end = path.indexOf('/');
      const [page, rest] = end < 0 ? [path, ''] : [path.slice(0, end), path.slice(end)];
      return `${base}/${page}/${sign(claim, issuedAt)}${rest}`;
    },
    page: (path) => `${base}/${path.replace(/^\/+/, '')}`,
    verify: remembering((token, now) => verifyToken(rings, token, now)),
    mintNonce: (token, at) => stamped(first.nonce, at, signature(token)),
    readNonce: (nonce, token, now) => readNonce(rings, nonce, signature(token), now),
    signHuman: (person, at) => stamped(first.human, at, humanOf(person)),
    verifyHuman: (value, person, now, since = null) =>
      rings.some((r) => isFresh(readStamp(r.human, value, humanOf(person)), now, since)),
    blurNetwork: (network) =>
      createHmac('sha256', first.human).update(network).digest('base64url').slice(0, 22),
    bounces: createBounceKeys(setup.keys),
  };
}

function ring({ kid, secret }: LinkKey): Ring {
  if (!/^[\w-]{1,4}$/.test(kid)) throw new Error('SECRET_KEYS: a kid has 1 to 4 letters, digits, _ or -');
  const bytes = Buffer.from(secret, 'utf8');
  if (bytes.length < 32) throw new Error(`SECRET_KEYS: the secret of "${kid}" must have at least 32 bytes`);
  // Separate keys per purpose: a nonce or a cookie can never pass for a link, nor the other way round.
  const derived = (use: string): KeyObject =>
    createSecretKey(createHmac('sha256', bytes).update(`leadpost ${use}`).digest());
  return {
    kid,
    head: coded({ alg: 'HS256', kid }),
    link: createSecretKey(bytes),
    nonce: derived('nonce'),
    human: derived('human'),
  };
}

const coded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

function signToken(key: Ring, claim: LinkClaim, issuedAt: Date): string {
  const [sub, obj] = [packUuid(claim.sub), packUuid(claim.obj)];
  const exp = Math.floor(issuedAt.getTime() / 1000) + days180;
  // Written by hand: a report signs a hundred of these, and the library checks each as if strangers had made it.
  const payload = `{"sub":"${sub}","act":"${claim.act}","obj":"${obj}","ver":${claim.ver},"aud":"a","iss":"lp","exp":${exp}}`;
  const signed = `${key.head}.${Buffer.from(payload, 'latin1').toString('base64url')}`;
  return `${signed}.${createHmac('sha256', key.link).update(signed).digest('base64url')}`;
}

function verifyToken(rings: readonly Ring[], token: unknown, now: Date): Verdict {
  const malformed = { ok: false, why: 'malformed' } as const;
  if (typeof token !== 'string' || token.length > longest || !shape.test(token)) return malformed;
  const parts = token.split('.');
  // jsonwebtoken takes sloppy base64; only the canonical spelling of a part is the part.
  if (parts.some((p) => Buffer.from(p, 'base64url').toString('base64url') !== p)) return malformed;
  const header = json(parts[0] ?? '');
  const payload = json(parts[1] ?? '');
  if (!header || !payload || !hasExactly(header, ['alg', 'kid']) || header.alg !== 'HS256') return malformed;
  const claim = readClaim(payload);
  if (!claim) return malformed;
  const key = rings.find((r) => r.kid === header.kid);
  if (!key) return { ok: false, why: 'retired', claim };
  try {
    jwt.verify(token, key.link, {
      algorithms: ['HS256'],
      audience: 'a',
      issuer: 'lp',
      clockTimestamp: Math.floor(now.getTime() / 1000),
    });
    return { ok: true, claim };
  } catch (error) {
    return error instanceof jwt.TokenExpiredError
      ? { ok: false, why: 'expired', claim }
      : { ok: false, why: 'forged' };
  }
}

/** One visit verifies its token several times, at several instants: a good one is remembered for a while. */
function remembering(verify: (token: string, now: Date) => Verdict): Links['verify'] {
  const good = new Map<string, { verdict: Verdict; exp: number }>();
  return (token, now) => {
    const known = good.get(token);
    const seconds = Math.floor(now.getTime() / 1000);
    if (known && seconds < known.exp) return known.verdict;
    const verdict = verify(token, now);
    if (!verdict.ok) return verdict;
    if (good.size >= mostRemembered) good.clear();
    good.set(token, { verdict, exp: Number(json(token.split('.')[1] ?? '')?.['exp']) });
    return verdict;
  };
}

const mostRemembered = 500;

function readClaim(payload: Record<string, unknown>): LinkClaim | undefined {
  if (!hasExactly(payload, ['sub', 'act', 'obj', 'ver', 'aud', 'iss', 'exp'])) return undefined;
  const { act, ver, exp } = payload;
  const sub = unpackUuid(payload.sub);
  const obj = unpackUuid(payload.obj);
  if (!sub || !obj || typeof act !== 'string' || !isAct(act) || payload.aud !== 'a' || payload.iss !== 'lp')
    return undefined;
  if (typeof ver !== 'number' || !Number.isSafeInteger(ver) || !Number.isSafeInteger(exp)) return undefined;
  return { sub, act, obj, ver };
}

function readNonce(rings: readonly Ring[], nonce: string, about: string, now: Date): NonceVerdict {
  const at = rings.map((r) => readStamp(r.nonce, nonce, about)).find((t) => t !== undefined);
  const ageMs = now.getTime() - (at ?? Number.NaN);
  return ageMs >= 0 && ageMs <= nonceLife ? { ok: true, ageMs } : { ok: false };
}

const humanOf = ({ id, epoch }: LinkPerson): string => `${id}|${epoch}`;

const isFresh = (at: number | undefined, now: Date, since: Date | null): boolean =>
  at !== undefined &&
  at <= now.getTime() &&
  now.getTime() - at <= days180 * 1000 &&
  at > (since?.getTime() ?? 0);

const signature = (token: string): string => token.slice(token.lastIndexOf('.') + 1);

function json(part: string): Record<string, unknown> | undefined {
  try {
    const text = Buffer.from(part, 'base64url').toString('utf8');
    const value: unknown = JSON.parse(text);
    // As we write it and no other way: no member twice, no white space, nothing that two readers read differently.
    if (JSON.stringify(value) !== text) return undefined;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const hasExactly = (value: Record<string, unknown>, members: readonly string[]): boolean =>
  Object.keys(value).length === members.length && members.every((m) => Object.hasOwn(value, m));
