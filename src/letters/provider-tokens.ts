import { createPublicKey, type JsonWebKey } from 'node:crypto';
import jwt from 'jsonwebtoken';

/** A public key of a provider, as its key set names it. */
export type ProviderKey = JsonWebKey & { readonly kid?: string; readonly use?: string };

/** Whose tokens, and what they must say. */
export interface Provider {
  readonly name: 'gmail' | 'outlook';
  /** Where its present keys are. */
  readonly keysAt: string;
  readonly audience: string;
  /** Tenants that may send; empty: any. Only Outlook has tenants. */
  readonly tenants: readonly string[];
  /** The address our mails come from. */
  readonly sender: string;
}

export type ProviderVerdict =
  /** `user`: the address of whoever pressed, where the provider tells. */
  { readonly ok: true; readonly user: string | null } | { readonly ok: false; readonly why: string };

type Claims = Readonly<Record<string, unknown>>;

const longest = 8_000;
const shape = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const skewSeconds = 60;

/** The name of the key a token was signed with; undefined for what is no token we could accept. */
export function keyIdOf(token: string): string | undefined {
  if (token.length > longest || !shape.test(token)) return undefined;
  const parts = token.split('.');
  // The library takes sloppy base64; only the canonical spelling of a part is the part.
  if (parts.some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part)) return undefined;
  const header = json(parts[0] ?? '');
  const plain = header && !('crit' in header) && !('b64' in header);
  return plain && header['alg'] === 'RS256' && typeof header['kid'] === 'string' ? header['kid'] : undefined;
}

/** A key for signatures of the one algorithm we take; what a key set does not say speaks against nothing. */
const isFor = ({ kty, use, alg }: ProviderKey): boolean =>
  kty === 'RSA' && (use ?? 'sig') === 'sig' && (alg ?? 'RS256') === 'RS256';

/** Whether a provider says that it was told to act on a mail of ours. @param keys the provider's, fetched and kept by the caller */
export function readProviderToken(
  provider: Provider,
  token: string,
  keys: readonly ProviderKey[],
  now: Date,
): ProviderVerdict {
  const no = (why: string): ProviderVerdict => ({ ok: false, why });
  const kid = keyIdOf(token);
  if (kid === undefined) return no('no token with RS256 and a kid');
  const key = keys.find((k) => k.kid === kid && isFor(k));
  if (!key) return no('unknown kid');
  const claims = verified(provider, token, key, now);
  if (typeof claims === 'string') return no(claims);
  return provider.name === 'gmail' ? fromGmail(claims) : fromOutlook(provider, claims);
}

function verified(provider: Provider, token: string, key: ProviderKey, now: Date): Claims | string {
  try {
    const claims = jwt.verify(token, createPublicKey({ key, format: 'jwk' }), {
      algorithms: ['RS256'],
      audience: provider.audience,
      clockTimestamp: Math.floor(now.getTime() / 1000),
      clockTolerance: skewSeconds,
    });
    if (typeof claims === 'string') return 'no claims';
    if (typeof claims.exp !== 'number') return 'no expiry';
    return typeof claims.aud === 'string' ? claims : 'several audiences';
  } catch (error) {
    return error instanceof jwt.JsonWebTokenError ? error.message : 'unreadable';
  }
}

const googles = ['accounts.google.com', 'https://accounts.google.com'];
const gmailItself = 'gmail@system.gserviceaccount.com';

function fromGmail({ iss, azp, email }: Claims): ProviderVerdict {
  if (!googles.includes(String(iss))) return { ok: false, why: 'wrong issuer' };
  // Anybody with a Google account gets tokens from this issuer; only Gmail itself is this one.
  if ((azp ?? email) !== gmailItself) return { ok: false, why: 'not issued to Gmail' };
  return { ok: true, user: null };
}

/** Outlook's own application, which asks for tokens on its reader's behalf. */
const outlookItself = '48af08dc-f6d2-435f-b2a7-069abd99c086';

function fromOutlook({ tenants, sender }: Provider, c: Claims): ProviderVerdict {
  const tid = /^https:\/\/login\.microsoftonline\.com\/([\da-f-]{36})\/v2\.0$/.exec(String(c['iss']))?.[1];
  if (!tid || (c['tid'] ?? tid) !== tid) return { ok: false, why: 'wrong issuer' };
  if (tenants.length > 0 && !tenants.includes(tid)) return { ok: false, why: 'unknown tenant' };
  if ((c['azp'] ?? c['appid']) !== outlookItself) return { ok: false, why: 'not issued to Outlook' };
  if ((c['sender'] ?? sender) !== sender) return { ok: false, why: 'wrong sender' };
  // Not `email`, which its owner's administrator writes as they like.
  const user = c['preferred_username'] ?? c['upn'];
  return typeof user === 'string' ? { ok: true, user } : { ok: false, why: 'names nobody' };
}

function json(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}
