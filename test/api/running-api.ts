import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { apiRouter } from '../../src/api/router.ts';
import { createKey, type Scope } from '../../src/dispatch/check-key.ts';
import type { Deps } from '../../src/dispatch/deps.ts';
import { createIds } from '../../src/dispatch/ids.ts';
import { applyProgramme } from '../../src/dispatch/register.ts';
import { defaultProgramme } from '../../src/lead/programme.ts';
import { createLinks } from '../../src/letters/signed-links.ts';
import { composeMessage } from '../../src/mail/compose-message.ts';
import { sandboxSend } from '../../src/mail/sandbox-sender.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { createInstallation } from '../../src/postgres/installation.ts';
import { freshDatabase } from '../harness/database.ts';
import { sharedLetters } from '../harness/run-dir.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly text: string;
  readonly headers: Headers;
}

export interface Ask {
  readonly key?: string | null;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RunningApi {
  readonly deps: Deps;
  readonly base: string;
  readonly logged: object[];
  ask(method: string, path: string, how?: Ask): Promise<Answer>;
  keyWith(...scopes: Scope[]): Promise<string>;
  stop(): Promise<void>;
}

/** A real server on a free port, over a database of its own that holds the default programme. */
export async function startApi(
  sandbox = true,
  change: (deps: Deps) => Deps = (deps) => deps,
): Promise<RunningApi> {
  const database = await freshDatabase();
  const logged: object[] = [];
  const deps = change(await depsOver(openDatabase(database.connection), sandbox, logged));
  await createInstallation(deps.db, {
    instance: deps.ids.uuid(await deps.db.now()),
    sandbox,
    secretKeys: null,
  });
  await applyProgramme(deps, defaultProgramme, 'test', null);
  const app = express();
  app.use('/api/v1', apiRouter(deps));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
  return {
    deps,
    base,
    logged,
    ask: (method, where, how = {}) => ask(`${base}${where}`, method, how),
    keyWith: async (...scopes) => (await createKey(deps, scopes.join(' ') || 'bare', scopes)).key,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await deps.db.close().catch(() => {});
      await database.drop();
    },
  };
}

async function depsOver(db: Deps['db'], sandbox: boolean, logged: object[]): Promise<Deps> {
  const baseUrl = 'https://leads.acme.example';
  const keys = [{ kid: 'k1', secret: 'a-secret-of-thirty-two-characters-and-more' }];
  return {
    db,
    ids: createIds(),
    letters: await sharedLetters(),
    links: createLinks({ keys, baseUrl }),
    mail: {
      compose: composeMessage,
      send: sandboxSend,
      parse: async () => ({ ok: false, error: 'not read here' }),
    },
    house: {
      sandbox,
      baseUrl,
      vendorName: 'Acme',
      from: { name: 'Acme', address: 'leads@acme.example' },
      desk: null,
      replyAddress: 'reply+{key}@acme.example',
      bounceAddress: null,
      adminEmail: null,
      zone: 'Europe/Berlin',
      locale: 'de',
    },
    log: { info: () => {}, warn: () => {}, error: (about) => void logged.push(about) },
    owner: 0,
  };
}

async function ask(
  url: string,
  method: string,
  { key = 'sandbox', body, raw, headers = {} }: Ask,
): Promise<Answer> {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent as string }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    body: isJson && text ? JSON.parse(text) : null,
    text,
    headers: response.headers,
  };
}

/** A partner who sells solar everywhere, with one owner. */
export const partner = (name: string, more: object = {}): object => ({
  name: `Partner ${name}`,
  kind: 'reseller',
  level: 'gold',
  products: ['solar'],
  contacts: [
    { external_id: `${name}-1`, name: 'Alice Adams', email: `alice@${name}.example`, role: 'owner' },
  ],
  ...more,
});

/** A lead that qualifies by itself under the default programme. */
export const lead = (more: object = {}): object => ({
  summary: 'Solar roof for a bakery',
  products: ['solar'],
  prospect: {
    name: 'Charlie Carter',
    company: 'Carter Bakery',
    email: 'charlie@carter.example',
    postal_code: '89073',
    country: 'DE',
  },
  consent: { given: true, at: '2026-01-05T10:00:00Z', text: 'Please pass my inquiry on.' },
  ...more,
});

/** The message about one field of a problem. */
export const faultAt = (answer: Answer, pointer: string): string | undefined =>
  answer.body?.errors?.find((e: { pointer: string }) => e.pointer === pointer)?.message;
