import path from 'node:path';
import { type Import, importsOf, type Source } from './source.ts';

type Room = {
  /** Rooms it may use. */
  rooms: readonly string[];
  /** Rooms of which it may know the types, while what runs is handed in by compose. */
  types?: readonly string[];
  packages: readonly string[];
  /** No packages, and nothing of Node's own either. */
  pure?: true;
};

const LETTERS_HANDED_IN = { rooms: ['dispatch', 'lead'], types: ['letters', 'replies'] } as const;
const READS_MAIL = { rooms: ['dispatch', 'replies', 'lead'], types: ['letters'] } as const;

/** main → compose → edges → dispatch → { postgres, letters, replies } → lead → nothing */
const ROOMS: Record<string, Room> = {
  lead: { pure: true, rooms: [], packages: [] },
  replies: { pure: true, rooms: ['lead'], packages: [] },
  letters: { rooms: ['lead'], packages: ['mjml', 'handlebars', 'jsonwebtoken'] },
  postgres: { rooms: ['lead'], types: ['letters', 'replies'], packages: ['knex', 'pg', 'pg-boss'] },
  // Every way in passes dispatch, so phone numbers are made uniform and files of rows are read here; public holidays
  // are data a calendar is loaded with.
  dispatch: {
    rooms: ['postgres', 'letters', 'replies', 'lead'],
    packages: ['libphonenumber-js', 'csv-parse', 'csv-stringify', 'date-holidays'],
  },
  mail: {
    ...READS_MAIL,
    packages: ['nodemailer', 'imapflow', 'mailparser', 'smtp-server', 'mailauth', 'html-to-text'],
  },
  web: { ...LETTERS_HANDED_IN, packages: ['express', 'helmet', 'zod', 'prom-client'] },
  api: { ...LETTERS_HANDED_IN, packages: ['express', 'helmet', 'zod'] },
  console: { ...LETTERS_HANDED_IN, packages: ['express', 'helmet', 'zod'] },
  timetable: { ...LETTERS_HANDED_IN, packages: [] },
  webhooks: { ...LETTERS_HANDED_IN, packages: [] },
  sandbox: { ...LETTERS_HANDED_IN, packages: ['express'] },
  // The command line shows letters and reads replies without a database.
  cli: { rooms: ['dispatch', 'letters', 'replies', 'lead', 'settings'], packages: ['cli-progress'] },
  settings: { rooms: [], packages: ['zod'] },
  main: { rooms: ['compose', 'settings'], packages: [] },
};

/** The one file that knows every room. */
const KNOWS_ALL = 'compose';

/** Every import in src that the table of rooms does not allow, as a sentence. */
export function importFaults(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const room = roomOf(source.path);
    if (room === KNOWS_ALL) return importsOf(source).flatMap((found) => composeFault(source, found));
    const rules = ROOMS[room];
    if (rules === undefined) return [`there is no room "${room}", but ${source.path} lies in it`];
    return importsOf(source).flatMap((found) => fault(source, room, rules, found));
  });
}

function fault(source: Source, room: string, rules: Room, { from, typeOnly }: Import): string[] {
  const target = targetRoom(source.path, from);
  if (target === room) return [];
  if (target !== undefined) {
    const known = rules.rooms.includes(target) || (typeOnly && rules.types?.includes(target));
    if (known) return [];
    const typesOnly = rules.types?.includes(target) ? ' more than types of' : '';
    return [`${room} may not know${typesOnly} ${target}, but ${source.path} imports ${from}`];
  }
  if (rules.pure) return [`${room} is pure but ${source.path} imports ${from}`];
  if (from.startsWith('node:') || rules.packages.includes(packageName(from))) return [];
  return [`${room} may not use the package ${packageName(from)}, but ${source.path} imports it`];
}

function composeFault(source: Source, { from }: Import): string[] {
  const target = targetRoom(source.path, from);
  if (target !== 'main') return [];
  return [`compose may not know main, but ${source.path} imports ${from}`];
}

/** src/lead/claim.ts → lead, src/main.ts → main. */
function roomOf(file: string): string {
  return (file.split('/')[1] ?? '').replace(/\.ts$/, '');
}

function targetRoom(file: string, from: string): string | undefined {
  if (!from.startsWith('.')) return undefined;
  const target = path.posix.join(path.posix.dirname(file), from);
  return target.startsWith('src/') ? roomOf(target) : `${target} (outside src)`;
}

function packageName(from: string): string {
  const parts = from.split('/');
  return parts.slice(0, from.startsWith('@') ? 2 : 1).join('/');
}
