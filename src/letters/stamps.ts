import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/** `<base36 time>.<hmac over about | time>`: short, dated, and worthless for anything else. */
export function stamped(key: KeyObject, at: Date, about: string): string {
  const time = at.getTime().toString(36);
  return `${time}.${createHmac('sha256', key).update(`${about}|${time}`).digest('base64url')}`;
}

/** @returns when the stamp was made, in milliseconds; undefined unless it is ours and about this */
export function readStamp(key: KeyObject, value: unknown, about: string): number | undefined {
  const found = typeof value === 'string' ? /^([0-9a-z]{1,10})\.([\w-]{43})$/.exec(value) : null;
  if (!found) return undefined;
  const at = Number.parseInt(found[1] ?? '', 36);
  const mine = Buffer.from(stamped(key, new Date(at), about));
  const theirs = Buffer.from(value as string);
  return mine.length === theirs.length && timingSafeEqual(mine, theirs) ? at : undefined;
}
