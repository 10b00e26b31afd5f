import type { ErrorRequestHandler } from 'express';
import type { Deps } from '../dispatch/deps.ts';
import { isUnavailable } from '../dispatch/outage.ts';
import { problem, type Reply } from './problems.ts';
import { bodyLimit } from './request-body.ts';
import { send } from './send.ts';

interface Failure {
  readonly code?: unknown;
  readonly type?: unknown;
  readonly status?: unknown;
}

/** The last resort: a body that cannot be read, a database that is away, a fault of ours. Never a stack. */
export const failures =
  (deps: Deps): ErrorRequestHandler =>
  (error: Failure | undefined, _req, res, next) => {
    if (res.headersSent) return next(error);
    const reply = fromReading(error ?? {}) ?? (isUnavailable(error) ? unavailable : ours);
    if (reply.status >= 500) {
      deps.log.error({ request_id: res.locals.requestId, err: error }, 'an API request failed');
    }
    send(res, reply);
  };

/** Faults of the request itself, found by express while it read address and body. */
function fromReading({ type, status }: Failure): Reply | undefined {
  if (type === 'entity.too.large') {
    return problem(
      413,
      'too-large',
      'The body is too large',
      `A body may have ${bodyLimit} bytes (256 KB) at most; send less, or several requests.`,
    );
  }
  if (type === 'encoding.unsupported') {
    return problem(
      415,
      'unsupported-media-type',
      'Unknown Content-Encoding',
      'Send the body plain, or with Content-Encoding gzip, deflate or br.',
    );
  }
  if (typeof status !== 'number' || status < 400 || status >= 500) return undefined;
  return problem(
    400,
    'unreadable',
    'The request cannot be read',
    'Address or body are damaged: check percent-encoding, Content-Length and Content-Encoding.',
  );
}

const unavailable = problem(
  503,
  'unavailable',
  'Temporarily unavailable',
  'The database cannot be reached. Try again in a few seconds, with the same Idempotency-Key or external_id, so that nothing happens twice.',
  { headers: { 'Retry-After': '5' } },
);
const ours = problem(
  500,
  'internal',
  'A fault of ours',
  'Try again in a minute, with the same Idempotency-Key or external_id; if it happens again, report the request_id.',
);
