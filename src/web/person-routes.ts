import express, { type Request, type Response, Router } from 'express';
import type { Deps } from '../dispatch/deps.ts';
import { homeScreenApp, openMyPage } from '../dispatch/my-page.ts';
import { openLeadLink, type Shown } from '../dispatch/open-link.ts';
import { openUpdates, saveUpdates } from '../dispatch/report-updates.ts';
import { openPreferences, savePreferences } from '../dispatch/save-preferences.ts';
import { openStop, stopDigests } from '../dispatch/stop-digests.ts';
import type { PageRenderer } from '../letters/pages.ts';
import { sendPage } from './send-page.ts';

/** A person's own pages: what waits for them, all updates at once, what they get, an end to reports. */
export function personRoutes(
  deps: Deps,
  { renderPage, renderFile }: Pick<PageRenderer, 'renderPage' | 'renderFile'>,
): Router {
  const router = Router();
  // Fifteen updates with a note each, or sixty product lines: more than an action's form.
  const form = express.urlencoded({ extended: false, limit: '256kb', parameterLimit: 400 });
  const send = (res: Response, shown: Shown): void => {
    sendPage(res, shown.status, renderPage(shown.page));
  };
  router.use(['/l', '/my', '/prefs', '/stop'], (_req, res, next) => {
    res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
    next();
  });
  router.get('/my/:token', async (req, res) => send(res, await openMyPage(deps, token(req), from(req))));
  router.get('/my/:token/app.webmanifest', async (req, res) => {
    const app = await homeScreenApp(deps, token(req));
    if (app) res.type('application/manifest+json').send(JSON.stringify(app));
    else send(res, await openMyPage(deps, token(req), 0));
  });
  router.get('/my/:token/updates', async (req, res) => send(res, await openUpdates(deps, token(req))));
  router.post('/my/:token/updates', form, async (req, res) =>
    send(res, await saveUpdates(deps, token(req), singles(req.body))),
  );
  // To whoever may see the lead's page, and to nobody else.
  for (const [file, kind] of [
    ['contact.vcf', 'contact'],
    ['next-step.ics', 'calendar'],
  ] as const)
    router.get(`/l/:token/${file}`, async (req, res) => {
      const shown = await openLeadLink(deps, token(req));
      const made = shown.page.kind === 'lead' ? renderFile(shown.page, kind) : null;
      if (!made) return send(res, shown);
      res.attachment(made.name).set('Content-Type', made.type).send(made.body);
    });
  router.get('/prefs/:token', async (req, res) => send(res, await openPreferences(deps, token(req))));
  router.post('/prefs/:token', form, async (req, res) =>
    send(res, await savePreferences(deps, token(req), { values: singles(req.body), boxes: lists(req.body) })),
  );
  router.get('/stop/:token', async (req, res) => send(res, await openStop(deps, token(req))));
  router.post('/stop/:token', form, oneClickForm, async (req, res) =>
    send(res, await stopDigests(deps, token(req), stopFields(req.body))),
  );
  return router;
}

/** Mail programs post their one field as multipart/form-data (RFC 8058 3.2); whatever else it may hold is not read. */
const oneClickForm = express.text({ type: 'multipart/form-data', limit: '4kb' });

const stopFields = (body: unknown): Record<string, string> => {
  if (typeof body !== 'string') return singles(body);
  const field = /name="?List-Unsubscribe"?\r?\n(?:[^\r\n]+\r?\n)*\r?\n(One-Click)\r?\n--/i.exec(body);
  return field ? { 'List-Unsubscribe': 'One-Click' } : {};
};

const token = (req: Request): string => String(req.params['token']);

/** How many rows of the lists have been seen; anything odd begins anew. */
const from = (req: Request): number =>
  /^\d{1,4}$/.test(String(req.query['from'])) ? Number(req.query['from']) : 0;

/** `note=a&note=b` is nobody's form: only single strings count. */
const singles = (body: unknown): Record<string, string> =>
  Object.fromEntries(pairs(body).filter((p): p is [string, string] => typeof p[1] === 'string'));

/** Boxes of one name: each that was ticked, and an empty one that says they were on the page. */
const lists = (body: unknown): Record<string, readonly string[]> =>
  Object.fromEntries(
    pairs(body).map(([name, value]) => [
      name,
      [value].flat().filter((one): one is string => typeof one === 'string' && one !== ''),
    ]),
  );

const pairs = (body: unknown): [string, unknown][] => Object.entries((body ?? {}) as Record<string, unknown>);
