import type { Request, RequestHandler } from 'express';
import { checkKey, holds, type KnownKey, type Scope } from '../dispatch/check-key.ts';
import type { Deps } from '../dispatch/deps.ts';
import { problem, type Reply } from './problems.ts';
import { send } from './send.ts';

/** Lets through who shows a key with the scope, and keeps the key for the handler. */
export const authorise =
  (deps: Deps, scope: Scope | null): RequestHandler =>
  async (req, res, next) => {
    if (scope === null) return next();
    const shown = bearer(req);
    const key = shown === undefined ? undefined : await checkKey(deps, shown);
    if (!key) return send(res, shown === undefined ? noKey() : wrongKey());
    if (!holds(key, scope)) return send(res, missingScope(key, scope));
    res.locals.key = key;
    next();
  };

function bearer(req: Request): string | undefined {
  return /^Bearer +(\S{1,300}) *$/i.exec(req.headers.authorization ?? '')?.[1];
}

const unauthorised = (detail: string, challenge: string): Reply =>
  problem(401, 'unauthorized', 'No valid API key', detail, {
    headers: { 'WWW-Authenticate': `Bearer realm="leadpost"${challenge}` },
  });

const noKey = (): Reply =>
  unauthorised(
    'Send an API key: Authorization: Bearer lp_live_…; "leadpost key create --name crm --scopes leads:write" makes one.',
    '',
  );

const wrongKey = (): Reply =>
  unauthorised(
    'This API key is unknown or revoked; "leadpost key list" shows the keys there are.',
    ', error="invalid_token"',
  );

function missingScope(key: KnownKey, scope: Scope): Reply {
  const has = key.scopes.length > 0 ? key.scopes.join(', ') : 'none';
  const detail = `This needs the scope ${scope}; the key "${key.name}" holds ${has}. Make a key with --scopes ${scope}.`;
  const challenge = `Bearer realm="leadpost", error="insufficient_scope", scope="${scope}"`;
  return problem(403, 'missing-scope', 'The key lacks a scope', detail, {
    headers: { 'WWW-Authenticate': challenge },
  });
}
