import { parseDuration } from '../lead/duration.ts';

const dayMs = 24 * 3_600_000;

/**
 * Where the sandbox clock shall go: `{"advance": "PT4H"}` (a day is 24 hours) or `{"to": "…Z"}`.
 *
 * @param body as parsed from JSON
 */
export function clockTarget(
  body: unknown,
  now: Date,
): { readonly ok: true; readonly to: Date } | { readonly ok: false; readonly message: string } {
  const { advance, to } = (typeof body === 'object' && body !== null ? body : {}) as {
    advance?: unknown;
    to?: unknown;
  };
  if (typeof advance === 'string') {
    const duration = parseDuration(advance);
    if (!duration)
      return { ok: false, message: '"advance" must be an ISO 8601 duration, for example PT4H or P1D' };
    return { ok: true, to: new Date(now.getTime() + duration.days * dayMs + duration.ms) };
  }
  if (typeof to === 'string') {
    const at = new Date(to);
    if (!Number.isNaN(at.getTime())) return { ok: true, to: at };
  }
  return { ok: false, message: 'send {"advance": "PT4H"} or {"to": "2026-11-16T09:00:00Z"}' };
}
