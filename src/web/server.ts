import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import type { Deps } from '../dispatch/deps.ts';
import type { PageView } from '../letters/page-view.ts';
import { linkRoutes } from './link-routes.ts';

export interface WebParts {
  readonly deps: Deps;
  readonly renderPage: (view: PageView) => string;
  readonly assetsDir: string;
  /** True once this process can answer; false while it starts or stops. */
  readonly isReady: () => Promise<boolean>;
  /** Further routers, mounted at their paths before the pages. */
  readonly routers: readonly { readonly path: string; readonly router: Router }[];
}

/** The HTTP face: pages for people, health for machines, and the routers that compose mounts. */
export function webServer(parts: WebParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(headers(parts.deps.house.baseUrl.startsWith('https:')));
  app.get('/livez', (_req, res) => void res.type('text').send('ok\n'));
  app.get('/readyz', async (_req, res) => {
    const ready = await parts.isReady().catch(() => false);
    res.status(ready ? 200 : 503).type('text').send(ready ? 'ready\n' : 'not ready\n');
  });
  app.use('/assets', express.static(parts.assetsDir, { index: false, maxAge: '1h' }));
  for (const { path, router } of parts.routers) app.use(path, router);
  app.use(linkRoutes(parts.deps, parts.renderPage));
  app.use(nothingHere);
  app.use(failure(parts.deps));
  return app;
}

/** Strict by default: no scripts, no third party, nothing cached or indexed; referrer kept for Origin checks. */
function headers(https: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: https,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
  });
}

const nothingHere: RequestHandler = (_req, res) => {
  res.status(404).type('text').send('There is nothing at this address.\n');
};

/** What is not a page's own business: a body that cannot be read, or a failure of ours. Never a stack. */
function failure(deps: Deps): ErrorRequestHandler {
  return (error: { status?: number; message?: string }, _req, res, next) => {
    if (res.headersSent) return next(error);
    const status = error.status ?? 500;
    if (status >= 500) deps.log.error({ err: error }, 'a request failed');
    res.status(status).type('text');
    res.send(status >= 500 ? 'That went wrong on our side. Nothing has changed; please try again in a minute.\n' : 'This request cannot be read.\n');
  };
}
