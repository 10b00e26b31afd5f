import express, { type Request, type RequestHandler } from 'express';
import { jsonFaultAt } from './json-position.ts';
import { problem, type Reply } from './problems.ts';
import { send } from './send.ts';

/** The largest body a request may have. */
export const bodyLimit = 256 * 1024;

const isJson = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** A body that is not JSON is refused before it is read. */
export const jsonOnly: RequestHandler = (req, res, next) => {
  const says = req.headers['content-type'];
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(says ?? '')?.[1];
  if (!hasBody(req) || (isJson.test(says ?? '') && /^utf-?8$/i.test(charset ?? 'utf-8'))) return next();
  const detail = `This address takes JSON in UTF-8; send it with Content-Type: application/json${says ? `, not ${says.slice(0, 80)}` : ''}.`;
  send(
    res,
    problem(415, 'unsupported-media-type', 'Not JSON', detail, { headers: { Accept: 'application/json' } }),
  );
};

/** The bytes of a body, inflated, up to the limit. */
export const readBytes: RequestHandler = express.raw({ type: () => true, limit: bodyLimit });

export type Read =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reply: Reply };

/** The value of a body; nothing at all counts as an empty object. */
export function parseBody(req: Request): Read {
  const bytes: unknown = req.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return { ok: true, value: {} };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return {
      ok: false,
      reply: problem(400, 'broken-json', 'Not UTF-8', 'The body is not valid UTF-8; encode it as UTF-8.'),
    };
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ok: true, value };
    return {
      ok: false,
      reply: problem(
        400,
        'broken-json',
        'Not an object',
        'The body must be one JSON object, for example {"summary": "…"}.',
      ),
    };
  } catch {
    return { ok: false, reply: brokenAt(text) };
  }
}

function brokenAt(text: string): Reply {
  const position = jsonFaultAt(text);
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  const column = position - before.lastIndexOf('\n');
  const found =
    position < text.length
      ? `there is ${JSON.stringify(text.slice(position, position + 12))}`
      : 'the text ends';
  const detail = `The body is not JSON: at position ${position} (line ${line}, column ${column}) ${found}, which cannot stand there.`;
  return problem(400, 'broken-json', 'Broken JSON', detail);
}

const hasBody = (req: Request): boolean =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
