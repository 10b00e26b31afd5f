import express, { type Request, type Response, Router } from 'express';
import { type Answered, actOnLink } from '../dispatch/act-on-link.ts';
import type { Deps } from '../dispatch/deps.ts';
import { openActionLink, openLeadLink, type Shown } from '../dispatch/open-link.ts';
import type { PageView } from '../letters/page-view.ts';
import { sendPage } from './send-page.ts';
import { keepStamp, visitorOf } from './visitor.ts';

/** Links of mails: GET and HEAD show, POST acts. The token is in the path only and in no log. */
export function linkRoutes(deps: Deps, renderPage: (view: PageView) => string): Router {
  const router = Router();
  const https = deps.house.baseUrl.startsWith('https:');
  const form = express.urlencoded({ extended: false, limit: '32kb', parameterLimit: 30 });
  const send = (res: Response, { status, page }: Shown): void => {
    if (page.kind === 'action' && page.autoSubmit) allowOwnScripts(res);
    sendPage(res, status, renderPage(page));
  };
  router.use(['/a', '/l'], (_req, res, next) => {
    res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
    next();
  });
  router.get('/a/:token', async (req, res) =>
    send(res, await openActionLink(deps, token(req), visitorOf(req))),
  );
  router.post('/a/:token', form, async (req, res) => {
    const answer: Answered = await actOnLink(deps, token(req), singleValues(req.body), visitorOf(req));
    if (answer.stamp) keepStamp(req, res, answer.stamp, https);
    if ('location' in answer) res.redirect(answer.status, answer.location);
    else send(res, answer);
  });
  router.get('/l/:token', async (req, res) => send(res, await openLeadLink(deps, token(req))));
  return router;
}

const token = (req: Request): string => String(req.params['token']);

/** Only the page that presses its own button in a known browser runs a script, and only one of ours. */
function allowOwnScripts(res: Response): void {
  const policy = String(res.get('Content-Security-Policy') ?? '');
  res.set('Content-Security-Policy', `${policy};script-src 'self'`);
}

/** `reason=a&reason=b` is nobody's form: only single strings count. */
function singleValues(body: unknown): Record<string, string> {
  const pairs = Object.entries((body ?? {}) as Record<string, unknown>);
  return Object.fromEntries(pairs.filter((p): p is [string, string] => typeof p[1] === 'string'));
}
