import express, { type Request, type Response, Router } from 'express';
import { clockTarget } from '../dispatch/clock-target.ts';
import type { Deps } from '../dispatch/deps.ts';
import { advanceClock } from '../dispatch/run-due.ts';
import { postDemoLead, replyAs, type SandboxChoice, sandboxView } from '../dispatch/sandbox-view.ts';
import type { PageView } from '../letters/page-view.ts';

/** Everybody's inbox as a page: read, press the buttons, reply, move the clock, send in a lead. */
export function sandboxPages(deps: Deps, renderPage: (view: PageView) => string): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: '64kb' });
  router.use(sameOrigin, (_req, res, next) => {
    // Mails carry their own styles, and are shown in a frame without scripts.
    res.set(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    res.set('Cache-Control', 'no-store');
    next();
  });
  router.get('/', async (req, res) => {
    res.type('html').send(renderPage(await sandboxView(deps, choiceOf(req), text(req.query['notice']))));
  });
  router.post('/reply', form, async (req, res) => {
    const { message, text: words } = fields(req);
    const told = await replyAs(deps, message ?? '', words ?? '');
    back(res, { message: message ?? null, box: told.box }, told.notice);
  });
  router.post('/advance', form, async (req, res) => {
    const target = clockTarget({ advance: fields(req)['advance'] }, await deps.db.now());
    const moved = target.ok ? await advanceClock(deps, target.to) : undefined;
    back(
      res,
      {},
      moved ? `The clock moved on; ${moved.ran} things happened.` : 'The clock stays where it is.',
    );
  });
  router.post('/lead', form, async (req, res) => {
    const posted = await postDemoLead(deps, fields(req));
    back(res, {}, posted);
  });
  return router;
}

/** The sandbox has no login, so a page elsewhere must not press its buttons. */
function sameOrigin(req: Request, res: Response, next: () => void): void {
  const site = req.get('sec-fetch-site');
  if (req.method === 'POST' && site && site !== 'same-origin' && site !== 'none') {
    res.status(403).type('text').send('The sandbox takes forms from its own page only.\n');
    return;
  }
  next();
}

const choiceOf = (req: Request): SandboxChoice => ({
  box: text(req.query['box']),
  message: text(req.query['message']),
});

function back(res: Response, choice: Partial<SandboxChoice>, notice: string): void {
  const query = new URLSearchParams({ notice });
  if (choice.box) query.set('box', choice.box);
  if (choice.message) query.set('message', choice.message);
  res.redirect(303, `/sandbox?${query}`);
}

const fields = (req: Request): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries((req.body ?? {}) as object).map(([k, v]) => [k, text(v) ?? undefined]));

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
