import {
  type ApiKey,
  addApiKey,
  allApiKeys,
  findApiKey,
  type KeyShown,
  revokeApiKey,
} from '../postgres/api-keys.ts';
import type { Deps } from './deps.ts';

/** Everything an API key may be allowed to do; `admin` holds all of it. */
export const scopes = [
  'leads:read',
  'leads:write',
  'partners:read',
  'partners:write',
  'programs:read',
  'programs:write',
  'messages:read',
  'reports:read',
  'reports:write',
  'users:read',
  'users:write',
  'webhooks:read',
  'webhooks:write',
  'admin',
] as const;
export type Scope = (typeof scopes)[number];

export type KnownKey = ApiKey;

const sandboxKey: KnownKey = { id: 'sandbox', name: 'sandbox', scopes: ['admin'] };
const written = /^lp_live_([A-Za-z0-9-]{1,64})_([A-Za-z0-9]{16,128})$/;

/** The key somebody shows: `lp_live_<id>_<secret>`, or the word `sandbox` where that is what this is. */
export async function checkKey(
  deps: Pick<Deps, 'db' | 'house'>,
  shown: string,
): Promise<KnownKey | undefined> {
  if (shown === 'sandbox') return deps.house.sandbox ? sandboxKey : undefined;
  const found = written.exec(shown);
  return found ? findApiKey(deps.db, found[1] as string, found[2] as string) : undefined;
}

/** Makes a key. The secret is in the answer and nowhere else: only its hash is kept. */
export async function createKey(
  deps: Pick<Deps, 'db' | 'ids'>,
  name: string,
  allowed: readonly Scope[],
): Promise<{ readonly id: string; readonly key: string; readonly scopes: readonly Scope[] }> {
  const id = deps.ids.secret(6);
  const secret = deps.ids.secret(32);
  await deps.db.inTransaction((tx) => addApiKey(tx, { id, name, scopes: allowed }, secret));
  return { id, key: `lp_live_${id}_${secret}`, scopes: allowed };
}

export const holds = (key: KnownKey, scope: Scope): boolean =>
  key.scopes.includes(scope) || key.scopes.includes('admin');

/** Every key, oldest first, revoked ones too. */
export const listKeys = (deps: Pick<Deps, 'db'>): Promise<KeyShown[]> => allApiKeys(deps.db);

/** Ends a key for good; revoking it again changes nothing. @returns undefined when there is no such key */
export const revokeKey = (deps: Pick<Deps, 'db'>, id: string): Promise<KeyShown | undefined> =>
  deps.db.inTransaction((tx) => revokeApiKey(tx, id));
