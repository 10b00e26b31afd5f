import { pino } from 'pino';
import type { Log } from '../dispatch/deps.ts';
import type { Settings } from '../settings.ts';

const token = /[\w-]{20,}\.[\w-]{20,}\.[\w-]{43}/g;
const address = /[^\s"'<>,;:()\\]+@[^\s"'<>,;:()\\]+\.[A-Za-z]{2,}/g;
const key = /\blp_live_[\w-]+|\bBearer\s+[^\s"',\\]+/g;
const login = /:\/\/[^\s/@"'\\]+@/g;
const phone = /\+\d[\d ()/-]{6,}\d/g;

/**
 * What must never stand in a log, cut out of the finished line, whichever field or error message it came in: action
 * tokens, API keys, passwords in addresses of servers, mail addresses, phone numbers.
 */
export const redacted = (line: string): string =>
  line
    .replace(token, '[token]')
    .replace(key, '[key]')
    .replace(login, '://[login]@')
    .replace(address, '[address]')
    .replace(phone, '[phone]');

/** Structured lines on standard output. Quiet in a sandbox unless a level was chosen. */
export function openLog(settings: Settings, chosen: boolean, write: (line: string) => void): Log {
  const level = settings.sandbox && !chosen ? 'warn' : settings.logLevel;
  const shown = settings.logFormat === 'pretty' ? pretty : (line: string) => line;
  return pino({ level, base: null }, { write: (line: string) => write(redacted(shown(line))) });
}

/** `12:00:01 warn a letter was not taken {"letter_id":…}` */
function pretty(line: string): string {
  const { time, level, msg, ...rest } = JSON.parse(line) as { time: number; level: number; msg: string };
  const about = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : '';
  return `${new Date(time).toISOString().slice(11, 19)} ${pino.levels.labels[level]} ${msg}${about}\n`;
}
