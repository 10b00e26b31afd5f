import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Deps } from '../dispatch/deps.ts';
import { absenceRoutes } from './absence-routes.ts';
import { authorise } from './authorise.ts';
import { coverageRoutes } from './coverage-routes.ts';
import { failures } from './failures.ts';
import { leadActs } from './lead-acts.ts';
import { leadRoutes } from './lead-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { openApi } from './openapi.ts';
import { json, notFound, problem } from './problems.ts';
import { programmeRoutes } from './programme-routes.ts';
import { registerRoutes } from './register-routes.ts';
import { jsonOnly, readBytes } from './request-body.ts';
import type { Route } from './route.ts';
import { send } from './send.ts';
import { serve } from './serve.ts';
import { standingRoutes } from './standing-routes.ts';

/** Everything machines can ask for, in the order of the contract. */
export const routes: readonly Route[] = [
  ...leadRoutes,
  ...leadActs,
  ...registerRoutes,
  ...programmeRoutes,
  ...absenceRoutes,
  ...coverageRoutes,
  ...standingRoutes,
  ...messageRoutes,
];

/** The REST edge, to be mounted at `/api/v1`. It answers every request below it, and every failure. */
export function apiRouter(deps: Deps): Router {
  const router = Router({ caseSensitive: true });
  router.use(begin(deps));
  const document = json(200, openApi(routes, `${deps.house.baseUrl}/api/v1`));
  router.get('/openapi.json', (_req, res) => send(res, document));
  for (const route of routes) {
    const body = route.body ? [jsonOnly, readBytes] : [];
    router[route.method](route.path, authorise(deps, route.scope), ...body, serve(deps, route));
  }
  for (const path of new Set([...routes.map((r) => r.path), '/openapi.json']))
    router.all(path, otherMethod(path));
  router.use((req, res) => send(res, nothingHere(req)));
  router.use(failures(deps));
  return router;
}

/** Names the request, and keeps answers out of caches. */
const begin =
  (deps: Deps): RequestHandler =>
  (req, res, next) => {
    const told = req.get('X-Request-Id') ?? '';
    const requestId = /^[\w.-]{1,64}$/.test(told) ? told : deps.ids.secret(8);
    res.locals.requestId = requestId;
    res.setHeader('X-Request-Id', requestId);
    res.setHeader('Cache-Control', 'no-store');
    res.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  };

function otherMethod(path: string): (req: Request, res: Response) => void {
  const methods = routes.filter((r) => r.path === path).map((r) => r.method.toUpperCase());
  const allow = (methods.length > 0 ? methods : ['GET']).join(', ');
  return (req, res) => {
    const detail = `${req.method} is not possible here; use ${allow}.`;
    send(res, problem(405, 'method', 'Method not allowed', detail, { headers: { Allow: allow } }));
  };
}

const nothingHere = (req: Request) =>
  notFound(
    'address',
    `There is nothing at ${req.baseUrl}${req.path.slice(0, 100)}; GET /api/v1/openapi.json lists every address.`,
  );
