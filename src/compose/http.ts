import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { apiRouter } from '../api/router.ts';
import type { Deps, Log } from '../dispatch/deps.ts';
import { readHealth } from '../dispatch/read-health.ts';
import { preparePages } from '../letters/pages.ts';
import type { Presence } from '../postgres/presence.ts';
import { sandboxRouter } from '../sandbox/router.ts';
import type { Settings } from '../settings.ts';
import type { FetchKeys } from '../web/provider-keys.ts';
import { webServer } from '../web/server.ts';
import { nativeRouters } from './native.ts';

/** The listening side of a process. */
export interface Http {
  /** Empty when it does not listen. */
  readonly url: string;
  /** Answers requests from now on; until then they are asked to come again. */
  serve(deps: Deps, settings: Settings, fetchKeys?: FetchKeys): void;
  close(): Promise<void>;
}

const assetsDir = path.resolve(import.meta.dirname, '../../assets');

/**
 * Takes the port first, so that a second process fails before it has touched much. A process without the role web only
 * shows its health there: it does without when the port is taken, and leaves it to a web process that comes later, so
 * that processes which share one environment may start in any order.
 */
export async function openHttp(settings: Settings, presence: Presence, log: Log): Promise<Http> {
  let answer: RequestListener = notYet;
  const server = createServer((req, res) => answer(req, res));
  const isWeb = settings.roles.includes('web');
  const url = isWeb
    ? await takePort(server, settings, presence)
    : await borrowPort(server, settings, presence, log);
  return {
    url,
    serve: (deps, chosen, fetchKeys) => {
      answer = pagesFor(deps, chosen, fetchKeys);
    },
    close: () => stopServer(server),
  };
}

const askMs = 100;
const asks = 30;

async function takePort(server: Server, settings: Settings, presence: Presence): Promise<string> {
  for (let asked = 0; ; asked++) {
    const url = await listen(server, settings);
    if (url) return url;
    if (asked >= asks)
      throw new Error(
        `PORT ${settings.port} is in use by another program: stop that one, or set another PORT.`,
      );
    await presence.askForPort(placeOf(settings));
    await pause(askMs);
  }
}

async function borrowPort(server: Server, settings: Settings, presence: Presence, log: Log): Promise<string> {
  const { port } = settings;
  const url = await listen(server, settings);
  if (!url) {
    log.info({ port }, 'PORT is taken by another process: this one runs without a health page');
    return '';
  }
  presence.onPortWanted((place) => {
    if (place !== placeOf(settings) || !server.listening) return;
    log.info({ port }, 'PORT is left to a web process: this one runs on without a health page');
    server.close();
    server.closeAllConnections();
  });
  return url;
}

/** Ports are of a machine; processes on others hear the question as well. */
const placeOf = ({ port }: Settings): string => `${hostname()}:${port}`;

const notYet: RequestListener = (_req, res) => {
  res
    .writeHead(503, { 'Retry-After': '2', 'Content-Type': 'text/plain' })
    .end('Leadpost is starting; try again in a moment.\n');
};

/** Without the web role only the health of the process is served. */
function pagesFor(deps: Deps, settings: Settings, fetchKeys?: FetchKeys): ReturnType<typeof webServer> {
  const pages = preparePages();
  const isWeb = settings.roles.includes('web');
  const routers = isWeb ? [{ path: '/api/v1', router: apiRouter(deps) }] : [];
  if (isWeb) routers.push(...nativeRouters(deps, settings, pages.titleOf, fetchKeys));
  if (isWeb && settings.sandbox)
    routers.push({ path: '/sandbox', router: sandboxRouter(deps, pages.renderPage) });
  return webServer({
    deps,
    renderPage: pages.renderPage,
    renderFile: pages.renderFile,
    consentWords: pages.consentWords,
    assetsDir,
    routers,
    links: isWeb,
    health: () => readHealth(deps, settings.sandbox),
    metricsToken: settings.metricsToken,
    trustProxy: settings.trustProxy,
  });
}

/** @returns where it listens; undefined when the port is taken */
async function listen(server: Server, settings: Settings): Promise<string | undefined> {
  try {
    server.listen(settings.port, settings.host);
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const host = settings.host === '127.0.0.1' || settings.host === '0.0.0.0' ? 'localhost' : settings.host;
  return `http://${host}:${port}`;
}

/** Answers what has begun, takes nothing new. */
async function stopServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  });
}
