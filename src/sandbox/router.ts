import { Router } from 'express';
import type { Deps } from '../dispatch/deps.ts';
import type { PageView } from '../letters/page-view.ts';
import { sandboxApi } from './sandbox-api.ts';
import { sandboxPages } from './sandbox-pages.ts';

/** Everything below `/sandbox`; mounted in the sandbox only, 404 otherwise. */
export function sandboxRouter(deps: Deps, renderPage: (view: PageView) => string): Router {
  const router = Router();
  router.use(sandboxApi(deps));
  router.use(sandboxPages(deps, renderPage));
  return router;
}
