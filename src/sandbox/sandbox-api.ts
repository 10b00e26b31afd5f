import express, { type RequestHandler, Router } from 'express';
import { clockTarget } from '../dispatch/clock-target.ts';
import type { Deps } from '../dispatch/deps.ts';
import { isUuid } from '../dispatch/open-link.ts';
import { advanceClock } from '../dispatch/run-due.ts';
import { sentBytes, sentMessages } from '../dispatch/sandbox-messages.ts';
import { receiveReply } from '../dispatch/sandbox-reply.ts';

/** The sandbox for machines: the mailbox, replies as raw mail, and the clock. */
export function sandboxApi(deps: Deps): Router {
  const router = Router();
  router.get('/messages', async (req, res) => {
    const limit = Math.min(1000, Math.max(1, Number(text(req.query['limit']) ?? 200) || 200));
    res.json(
      await sentMessages(deps, { to: text(req.query['to']), cursor: text(req.query['cursor']), limit }),
    );
  });
  router.get('/messages/:id/raw', async (req, res) => {
    const id = String(req.params['id']);
    const raw = isUuid(id) ? await sentBytes(deps, id) : undefined;
    if (!raw)
      return void res
        .status(404)
        .json(problem(404, 'There is no such message; GET /sandbox/messages lists them.'));
    res.type('message/rfc822').send(raw);
  });
  router.post('/replies', express.raw({ type: () => true, limit: '10mb' }), async (req, res) => {
    const raw = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    if (raw.length === 0)
      return void res
        .status(400)
        .json(problem(400, 'The body is empty: POST a raw mail (RFC 5322) as it would arrive.'));
    res.status(202).json(await receiveReply(deps, raw));
  });
  router.get('/clock', async (_req, res) => void res.json({ now: await deps.db.now() }));
  router.post('/clock', express.json({ limit: '4kb' }), advance(deps));
  return router;
}

function advance(deps: Deps): RequestHandler {
  return async (req, res) => {
    const target = clockTarget(req.body, await deps.db.now());
    if (!target.ok) return void res.status(400).json(problem(400, target.message));
    const moved = await advanceClock(deps, target.to);
    if (!moved)
      return void res.status(409).json(problem(409, 'The clock goes forward only: "to" lies in the past.'));
    res.json(moved);
  };
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const problem = (status: number, detail: string): object => ({
  type: 'about:blank',
  title: status === 409 ? 'Conflict' : status === 404 ? 'Not found' : 'Bad request',
  status,
  detail,
});
