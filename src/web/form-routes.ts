import express, { type Request, type Response, Router } from 'express';
import type { Deps } from '../dispatch/deps.ts';
import type { Shown } from '../dispatch/open-link.ts';
import { type FormAsk, openForm, submitForm, thankForForm } from '../dispatch/submit-form.ts';
import type { PageRenderer } from '../letters/pages.ts';
import { networkOf } from './network.ts';
import { sendPage } from './send-page.ts';

/** The hosted lead form: one a programme, at its key. GET and HEAD show, POST makes a lead. */
export function formRoutes(deps: Deps, pages: Pick<PageRenderer, 'renderPage' | 'consentWords'>): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: '32kb', parameterLimit: 150 });
  const send = (res: Response, shown: Shown): void => {
    if (shown.status === 429) res.set('Retry-After', '600');
    sendPage(res, shown.status, pages.renderPage(shown.page));
  };
  router.use('/f', (_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
  router.get('/f/:form', async (req, res) => send(res, await openForm(deps, asked(req))));
  router.get('/f/:form/thanks', async (req, res) => send(res, await thankForForm(deps, asked(req))));
  router.post('/f/:form', form, async (req, res) => {
    const ask = asked(req);
    const body = (req.body ?? {}) as Record<string, unknown>;
    const answer = await submitForm(deps, {
      ...ask,
      values: singles(body),
      products: texts(body['products']),
      network: networkOf(req.ip ?? ''),
      consentText: pages.consentWords(`${ask.locale}, ${deps.house.locale}`, deps.house.vendorName),
    });
    if ('location' in answer) res.redirect(answer.status, answer.location);
    else send(res, answer);
  });
  return router;
}

function asked(req: Request): FormAsk {
  const query = singles(req.query as Record<string, unknown>);
  const wanted = [query['lang'], ...(req.get('accept-language') ?? '').split(',')];
  const tags = wanted
    .map((tag) => (tag ?? '').replace(/;.*$/, '').trim())
    .filter((tag) => /^[\w-]{2,20}$/.test(tag));
  return { key: String(req.params['form']), locale: tags.slice(0, 5).join(','), query };
}

const singles = (from: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(from).filter((p): p is [string, string] => typeof p[1] === 'string'));

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((v): v is string => typeof v === 'string' && v !== '');
