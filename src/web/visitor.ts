import type { Request, Response } from 'express';
import type { Stamp, Visitor } from '../dispatch/known-browser.ts';
import { networkOf } from './network.ts';

/** Name of the cookie that tells a browser in which a person has pressed a button before. */
const cookieName = 'leadpost';
/** Several people may read their mail in one browser. */
const mostStamps = 4;
const stampsIn = new RegExp(`(?:^|;\\s*)${cookieName}=([\\w.~-]{1,400})(?:;|$)`);
const days180 = 180 * 24 * 3600;

/** What a request tells of who asks. */
export function visitorOf(req: Request): Visitor {
  const purpose = `${req.get('sec-purpose') ?? ''} ${req.get('purpose') ?? ''} ${req.get('x-moz') ?? ''}`;
  return {
    stamps: stampsOf(req),
    network: networkOf(req.ip ?? ''),
    early: /prefetch|prerender|preview/i.test(purpose),
  };
}

/** Keeps one more stamp in the browser: out of reach of scripts, of other sites and, with https, of eavesdroppers. */
export function keepStamp(req: Request, res: Response, stamp: Stamp, https: boolean): void {
  const others = stampsOf(req).filter((earlier) => !stamp.replaces(earlier));
  const value = [stamp.value, ...others].slice(0, mostStamps).join('~');
  const flags = `Path=/a; Max-Age=${days180}; HttpOnly; SameSite=Lax${https ? '; Secure' : ''}`;
  res.append('Set-Cookie', `${cookieName}=${value}; ${flags}`);
}

function stampsOf(req: Request): string[] {
  const found = stampsIn.exec(req.get('cookie') ?? '');
  return (found?.[1] ?? '').split('~').filter(Boolean).slice(0, mostStamps);
}
