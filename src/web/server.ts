import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import type { Deps } from '../dispatch/deps.ts';
import { isUnavailable } from '../dispatch/outage.ts';
import type { PageView } from '../letters/page-view.ts';
import type { PageRenderer } from '../letters/pages.ts';
import { formRoutes } from './form-routes.ts';
import { linkRoutes } from './link-routes.ts';
import { metrics } from './metrics.ts';
import { personRoutes } from './person-routes.ts';

export interface WebParts {
  readonly deps: Deps;
  readonly renderPage: (view: PageView) => string;
  /** The customer's card and the calendar entry of a lead page. */
  readonly renderFile: PageRenderer['renderFile'];
  /** What the box of the lead form says. */
  readonly consentWords: PageRenderer['consentWords'];
  readonly assetsDir: string;
  /** Further routers, mounted at their paths before the pages. */
  readonly routers: readonly { readonly path: string; readonly router: Router }[];
  /** Whether the links of mails are answered here. */
  readonly links: boolean;
  /** Whether the installation can do its work now. */
  readonly health: () => Promise<boolean>;
  readonly metricsToken: string | null;
  readonly trustProxy: number | string | false;
}

/** The HTTP face: pages for people, health for machines, and the routers that compose mounts. */
export function webServer(parts: WebParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', parts.trustProxy);
  app.use(headers(parts.deps.house.baseUrl.startsWith('https:')));
  app.get('/livez', (_req, res) => void res.type('text').send('ok\n'));
  app.get('/readyz', async (_req, res) => {
    const ready = await parts.health().catch(() => false);
    res
      .status(ready ? 200 : 503)
      .type('text')
      .send(ready ? 'ready\n' : 'not ready\n');
  });
  app.get('/metrics', metrics(parts.deps, parts.metricsToken));
  app.use('/assets', express.static(parts.assetsDir, { index: false, maxAge: '1h' }));
  app.use(onceReady(parts.health));
  app.use(accessLog(parts.deps));
  for (const { path, router } of parts.routers) app.use(path, router);
  if (parts.links) {
    app.use(linkRoutes(parts.deps, parts.renderPage), personRoutes(parts.deps, parts));
    app.use(formRoutes(parts.deps, parts));
  }
  app.use(nothingHere);
  app.use(failure(parts.deps));
  return app;
}

/** Strict by default: no scripts, no third party, nothing cached or indexed; referrer kept for Origin checks. */
function headers(https: boolean): RequestHandler {
  const wanted = new Map<string, string>();
  // The same for every request, so they are asked for once.
  const told = {
    setHeader: (name: string, value: string) => void wanted.set(name, value),
    removeHeader: () => {},
  };
  const helm = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: https,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
  });
  helm({} as never, told as never, () => {});
  return (_req, res, next) => {
    res.setHeaders(wanted);
    next();
  };
}

/** While the sandbox makes its history the clock stands in the past: nobody acts before it is complete. */
function onceReady(health: () => Promise<boolean>): RequestHandler {
  let ready = false;
  return async (_req, res, next) => {
    if (ready) return next();
    ready = await health().catch(() => true);
    if (ready) return next();
    res
      .status(503)
      .set('Retry-After', '2')
      .type('text')
      .send('Leadpost is starting; try again in a moment.\n');
  };
}

/** One line a request: the first part of its path says what it was, the rest may be a token and stays out. */
function accessLog(deps: Deps): RequestHandler {
  return (req, res, next) => {
    const area = `/${req.path.split('/')[1] ?? ''}`;
    res.on('finish', () => deps.log.info({ method: req.method, area, status: res.statusCode }, 'request'));
    next();
  };
}

const nothingHere: RequestHandler = (_req, res) => {
  res.status(404).type('text').send('There is nothing at this address.\n');
};

const wrong = 'That went wrong on our side. Nothing has changed; please try again in a minute.\n';

/** What is not a page's own business: a body that cannot be read, or a failure of ours. Never a stack. */
function failure(deps: Deps): ErrorRequestHandler {
  return (error: { status?: number; code?: string }, _req, res, next) => {
    if (res.headersSent) return next(error);
    const status = error.status ?? (isUnavailable(error) ? 503 : 500);
    if (status >= 500) deps.log.error({ err: error }, 'a request failed');
    if (status === 503) res.set('Retry-After', '5');
    res
      .status(status)
      .type('text')
      .send(status >= 500 ? wrong : 'This request cannot be read.\n');
  };
}
