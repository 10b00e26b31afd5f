import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { apiRouter } from '../api/router.ts';
import type { Deps } from '../dispatch/deps.ts';
import { readHealth } from '../dispatch/read-health.ts';
import { preparePages } from '../letters/pages.ts';
import { sandboxRouter } from '../sandbox/router.ts';
import type { Settings } from '../settings.ts';
import { webServer } from '../web/server.ts';

/** The listening side of a process. */
export interface Http {
  readonly url: string;
  /** Answers requests from now on; until then they are asked to come again. */
  serve(deps: Deps, settings: Settings): void;
  close(): Promise<void>;
}

const assetsDir = path.resolve(import.meta.dirname, '../../assets');

/** Takes the port first, so that a second process fails before it has touched anything. */
export async function openHttp(settings: Settings): Promise<Http> {
  let answer: RequestListener = notYet;
  const server = createServer((req, res) => answer(req, res));
  const url = await listen(server, settings);
  return {
    url,
    serve: (deps, chosen) => {
      answer = pagesFor(deps, chosen);
    },
    close: () => stopServer(server),
  };
}

const notYet: RequestListener = (_req, res) => {
  res
    .writeHead(503, { 'Retry-After': '2', 'Content-Type': 'text/plain' })
    .end('Leadpost is starting; try again in a moment.\n');
};

/** Without the web role only the health of the process is served. */
function pagesFor(deps: Deps, settings: Settings): ReturnType<typeof webServer> {
  const pages = preparePages();
  const isWeb = settings.roles.includes('web');
  const routers = isWeb ? [{ path: '/api/v1', router: apiRouter(deps) }] : [];
  if (isWeb && settings.sandbox)
    routers.push({ path: '/sandbox', router: sandboxRouter(deps, pages.renderPage) });
  return webServer({
    deps,
    renderPage: pages.renderPage,
    consentWords: pages.consentWords,
    assetsDir,
    routers,
    links: isWeb,
    health: () => readHealth(deps, settings.sandbox),
    metricsToken: settings.metricsToken,
    trustProxy: settings.trustProxy,
  });
}

async function listen(server: Server, settings: Settings): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, settings.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = settings.host === '127.0.0.1' || settings.host === '0.0.0.0' ? 'localhost' : settings.host;
  return `http://${host}:${port}`;
}

/** Answers what has begun, takes nothing new. */
async function stopServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  });
}
