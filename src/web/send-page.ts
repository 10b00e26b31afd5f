import type { Response } from 'express';

/** Sends a page. Without an ETag: its nonce makes every page another one. */
export function sendPage(res: Response, status: number, html: string): void {
  const body = Buffer.from(html);
  res.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': body.length });
  res.end(body);
}
