import { expect } from 'vitest';
import { type Leadpost, type Overrides, startLeadpost } from '../../src/compose.ts';
import { readSettings } from '../../src/settings.ts';
import { freshDatabase, type TestDatabase } from './database.ts';
import { linkTo, type Mail, readMail, replyMail, tokenOf } from './mail.ts';
import { sharedDataDir } from './run-dir.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
export type Json = any;

export interface ApiAnswer {
  readonly status: number;
  readonly body: Json;
}

/** A page as a browser without scripts gets it. */
export interface PageAnswer {
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
  /** Where a 303 leads. */
  readonly location: string | null;
}

export interface Message {
  readonly id: string;
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly sent_at: string;
}

/** A whole Leadpost with a database of its own, reached as the world reaches it: over HTTP and by mail. */
export interface House {
  readonly url: string;
  readonly running: Leadpost;
  readonly database: TestDatabase;
  /** What the house has complained about. */
  readonly complaints: readonly object[];
  api(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Everything that falls due within `duration` (ISO 8601) happens. */
  advance(duration: string): Promise<ApiAnswer>;
  advanceTo(at: Date): Promise<ApiAnswer>;
  now(): Promise<Date>;
  /** Letters sent so far, newest first, after all that is due has been done. */
  messages(to?: string): Promise<Message[]>;
  rawOf(id: string): Promise<Buffer>;
  mailOf(message: Message): Promise<Mail>;
  /** The newest mail of a kind to somebody (about a lead, when its reference is given); fails when there is none. */
  newest(to: string, kind: string, reference?: string): Promise<Mail>;
  /** The link that leads to an act in the newest mail of a kind to somebody. */
  link(to: string, act: string, kind?: string, reference?: string): Promise<string>;
  /** The kinds of all mails to somebody, oldest first (about a lead, when its reference is given). */
  kinds(to: string, reference?: string): Promise<string[]>;
  get(link: string, method?: string): Promise<PageAnswer>;
  /** Opens a link, waits until the form is old enough for a person, and presses its button. */
  press(link: string, fields?: Record<string, string>): Promise<PageAnswer>;
  /** Presses the button of a form on a page that is open already; the form leads to `act`. */
  pressOn(html: string, act: string, fields?: Record<string, string>): Promise<PageAnswer>;
  post(link: string, fields: Record<string, string>): Promise<PageAnswer>;
  /** A reply as a mail program would send it, from the mail's reader unless told otherwise. */
  reply(mail: Mail, words: string, how?: { from?: string; headers?: readonly string[] }): Promise<ApiAnswer>;
  send(raw: string | Buffer): Promise<ApiAnswer>;
  stop(): Promise<void>;
  /** Stops and starts on the same database, with other settings where given; links keep their path, the port is new. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
}

export interface HouseOptions extends Overrides {
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the composed house on a free port. Without `demo: true` it begins empty. */
export async function startHouse(options: HouseOptions = {}): Promise<House> {
  const database = await freshDatabase();
  const complaints: object[] = [];
  const heard = (about: object, message: string): void => void complaints.push({ ...about, message });
  const log = { info: () => {}, warn: heard, error: heard };
  const { env = {}, ...overrides } = options;
  const given = { SANDBOX: 'true', PORT: '0', DATABASE_URL: database.url, DATA_DIR: sharedDataDir(), ...env };
  const start = (more: Readonly<Record<string, string>> = {}): Promise<Leadpost> =>
    startLeadpost(readSettings({ ...given, ...more }), log, { demo: false, ...overrides });
  let running = await start();
  const stop = async (): Promise<void> => {
    await running.close();
    await database.drop();
  };
  return {
    get url() {
      return running.url;
    },
    get running() {
      return running;
    },
    database,
    complaints,
    ...calls(() => running.url),
    stop,
    restart: async (more = {}) => {
      await running.close();
      running = await start(more);
    },
  };
}

/** For a house nobody listens to. */
export const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** A second Leadpost over the database of a house, as on another machine; whoever starts it closes it first. */
export function startBeside(house: House, { env = {}, ...overrides }: HouseOptions = {}): Promise<Leadpost> {
  const given = { SANDBOX: 'true', PORT: '0', DATABASE_URL: house.database.url, DATA_DIR: sharedDataDir() };
  return startLeadpost(readSettings({ ...given, ...env }), silent, { demo: false, ...overrides });
}

type Calls = Omit<House, 'url' | 'running' | 'database' | 'complaints' | 'stop' | 'restart'>;

/** What can be done with a house whose address is known, whoever runs it. */
export function calls(url: () => string): Calls {
  const api = (method: string, where: string, body?: unknown): Promise<ApiAnswer> =>
    askJson(`${url()}/api/v1${where}`, method, body);
  const clock = (body: object): Promise<ApiAnswer> => askJson(`${url()}/sandbox/clock`, 'POST', body);
  const advance = (duration: string): Promise<ApiAnswer> => clock({ advance: duration });
  const page = (link: string, init?: RequestInit): Promise<PageAnswer> =>
    askPage(new URL(new URL(link, url()).pathname, url()).href, init);
  const messages = async (to?: string): Promise<Message[]> => {
    await advance('PT1S');
    const query = new URLSearchParams({ limit: '1000', ...(to ? { to } : {}) });
    return (await askJson(`${url()}/sandbox/messages?${query}`, 'GET')).body.items;
  };
  const rawOf = async (id: string): Promise<Buffer> => {
    const response = await fetch(`${url()}/sandbox/messages/${id}/raw`);
    expect(response.status).toBe(200);
    return Buffer.from(await response.arrayBuffer());
  };
  const mailOf = async (message: Message): Promise<Mail> => readMail(await rawOf(message.id), message.id);
  const newest = async (to: string, kind: string, reference = ''): Promise<Mail> => {
    const all = await messages(to);
    const found = all.find((m) => m.kind === kind && m.subject.includes(reference));
    if (found) return mailOf(found);
    throw new Error(`${to} has no mail of kind ${kind} among ${all.map((m) => m.kind).join(', ')}`);
  };
  const send = (raw: string | Buffer): Promise<ApiAnswer> => sendRaw(`${url()}/sandbox/replies`, raw);
  const post = (link: string, fields: Record<string, string>): Promise<PageAnswer> =>
    page(link, { method: 'POST', body: new URLSearchParams(fields) });
  const now = async (): Promise<Date> => new Date((await askJson(`${url()}/sandbox/clock`, 'GET')).body.now);
  const pressForm = async (form: Form, fields: Record<string, string>): Promise<PageAnswer> => {
    await advance('PT2S');
    return post(form.action, { nonce: form.nonce, ...fields });
  };
  return {
    api,
    advance,
    advanceTo: (at) => clock({ to: at.toISOString() }),
    now,
    messages,
    rawOf,
    mailOf,
    newest,
    link: async (to, act, kind = 'offer', reference = '') =>
      linkTo((await newest(to, kind, reference)).links, act),
    kinds: async (to, reference = '') =>
      (await messages(to))
        .filter((m) => m.subject.includes(reference))
        .map((m) => m.kind)
        .reverse(),
    get: (link, method = 'GET') => page(link, { method }),
    press: async (link, fields = {}) => {
      const shown = await page(link);
      const form = formsOn(shown.html).find((f) => f.act === tokenOf(link)?.act);
      return form ? pressForm(form, fields) : shown;
    },
    pressOn: (html, act, fields = {}) => pressForm(formTo(html, act), fields),
    post,
    reply: async (mail, words, how = {}) => send(replyMail(mail, words, { at: await now(), ...how })),
    send,
  };
}

export interface Form {
  readonly action: string;
  readonly nonce: string;
  readonly act: string | undefined;
}

/** The forms of a page: where they lead and the nonce they carry. */
export function formsOn(html: string): Form[] {
  return [...html.matchAll(/<form [^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g)].flatMap(
    ([, to = '', inner = '']) => {
      const nonce = /name="nonce" value="([^"]+)"/.exec(inner)?.[1];
      const action = new URL(to, 'http://localhost').href;
      return nonce ? [{ action, nonce, act: tokenOf(action)?.act }] : [];
    },
  );
}

export function formTo(html: string, act: string): Form {
  const found = formsOn(html).find((form) => form.act === act);
  if (!found) throw new Error(`no form leads to "${act}" on this page:\n${html}`);
  return found;
}

/** The link on a page that leads to an act. */
export const linkOnPage = (html: string, act: string): string => linkTo(linksOnPage(html), act);

/** Every address a page leads to, by link or form. */
export const linksOnPage = (html: string): string[] =>
  [...html.matchAll(/(?:href|action)="((?:http|\/)[^"]+)"/g)].map(
    (m) => new URL(m[1] as string, 'http://localhost').href,
  );

async function askJson(url: string, method: string, body?: unknown): Promise<ApiAnswer> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: 'Bearer sandbox',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answerOf(response);
}

async function sendRaw(url: string, raw: string | Buffer): Promise<ApiAnswer> {
  const headers = { 'content-type': 'message/rfc822' };
  return answerOf(await fetch(url, { method: 'POST', headers, body: new Uint8Array(Buffer.from(raw)) }));
}

async function answerOf(response: Response): Promise<ApiAnswer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, body: isJson && text ? JSON.parse(text) : text };
}

async function askPage(url: string, init: RequestInit = {}): Promise<PageAnswer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  return {
    status: response.status,
    html: await response.text(),
    headers: response.headers,
    location: response.headers.get('location'),
  };
}

/** Asks again until the assertion holds; fails with its last complaint after the cap. */
export async function eventually<T>(assertion: () => Promise<T>, capMs = 10_000): Promise<T> {
  const until = performance.now() + capMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
