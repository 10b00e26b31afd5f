import type { Response } from 'express';
import type { Reply } from './problems.ts';

/** Writes an answer. Problems carry the request's id, so that a caller and a log line find each other. */
export function send(res: Response, reply: Reply): void {
  res.status(reply.status);
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
  if (reply.type === 'mail') {
    res.setHeader('Content-Disposition', 'attachment; filename="message.eml"');
    res.type('message/rfc822').send(reply.body as Buffer);
    return;
  }
  if (reply.type === 'json') {
    res.type('application/json').send(JSON.stringify(reply.body));
    return;
  }
  const request_id: string = res.locals.requestId ?? '';
  res.type('application/problem+json').send(JSON.stringify({ ...(reply.body as object), request_id }));
}
