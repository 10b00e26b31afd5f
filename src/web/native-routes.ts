import express, { type Request, type Response, Router } from 'express';
import { actNatively } from '../dispatch/act-natively.ts';
import type { Deps } from '../dispatch/deps.ts';
import type { PageView } from '../letters/page-view.ts';
import type { ProviderVerdict } from '../letters/provider-tokens.ts';

export type Program = 'gmail' | 'outlook';

export interface NativeParts {
  readonly deps: Deps;
  readonly program: Program;
  /** Whether the provider vouches for the request. Throws when its keys cannot be had. */
  readonly vouch: (token: string, now: Date) => Promise<ProviderVerdict>;
  /** What a page says, in one line. */
  readonly titleOf: (page: PageView) => string;
}

/** What a mail program posts when its reader presses the button it shows beside our mail. GET shows nothing here. */
export function nativeRouter(parts: NativeParts): Router {
  const router = Router();
  // Nothing of the body is needed; it is read so that the connection can be used again.
  const body = express.text({ type: () => true, limit: '16kb' });
  router.post('/a/:token', body, async (req, res) => {
    res.set('Cache-Control', 'no-store');
    const verdict = await vouched(parts, bearer(req, parts.program));
    if (verdict === 'unavailable') return answer(res, 503, 'Try again in a moment.');
    if (!verdict.ok) {
      parts.deps.log.warn({ program: parts.program, why: verdict.why }, 'a native action was refused');
      return answer(
        res.set('WWW-Authenticate', 'Bearer'),
        401,
        'This request is not from your mail program.',
      );
    }
    const by = { program: parts.program, user: verdict.user };
    const { status, page } = await actNatively(parts.deps, String(req.params['token']), by);
    answer(res, status, parts.titleOf(page));
  });
  return router;
}

async function vouched(parts: NativeParts, token: string): Promise<ProviderVerdict | 'unavailable'> {
  try {
    return await parts.vouch(token, await parts.deps.db.now());
  } catch (error) {
    parts.deps.log.error({ err: error, program: parts.program }, 'the keys of a mail program cannot be had');
    return 'unavailable';
  }
}

/** Outlook leaves Authorization empty where the card has asked for it, and puts its token beside it. */
function bearer(req: Request, program: Program): string {
  const header = (program === 'outlook' && req.get('action-authorization')) || req.get('authorization') || '';
  return /^Bearer ([\w.-]+)$/.exec(header.trim())?.[1] ?? '';
}

/** Outlook shows the status line; headers hold plain letters only. */
function answer(res: Response, status: number, words: string): void {
  const line = words
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 200);
  res.status(status).set('CARD-ACTION-STATUS', line).type('text').send(`${words}\n`);
}
