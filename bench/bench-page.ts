import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import express from 'express';
import type { Deps } from '../src/dispatch/deps.ts';
import { abba, type Figure, rounded } from './figure.ts';
import { benchHouse, enrol, someLead } from './house.ts';

const leads = 40;
const pairs = Number(process.env['BENCH_PAIRS'] ?? 6);
const sliceMs = 1_500;

/**
 * GET of action pages over HTTP: token verified, person and lead read, what would happen decided, the page rendered.
 * Beside it express sending a text of the same size. The load comes from a thread of its own.
 */
export async function run(): Promise<Figure[]> {
  const { house, close } = await benchHouse();
  await enrol(house.deps);
  for (let made = 0; made < leads; made++) await someLead(house.deps);
  const urls = await pagesOf(house.deps, house.url);
  const page = await (await fetch(urls[0] as string)).text();
  const hello = await helloServer('x'.repeat(Buffer.byteLength(page)));
  const load = new Worker(new URL('./page-load.ts', import.meta.url));
  const rate = async (addresses: readonly string[]): Promise<number> => {
    load.postMessage({ addresses, ms: sliceMs });
    const [answered] = (await once(load, 'message')) as [number];
    return answered / (sliceMs / 1000);
  };
  // The first slice warms up both.
  await rate(urls);
  await rate([hello.url]);
  const done = await abba(
    () => rate(urls),
    () => rate([hello.url]),
    pairs,
  );
  await load.terminate();
  hello.close();
  await close();
  return [
    {
      name: 'page',
      value: rounded(done.ours),
      unit: 'pages/s',
      peer: `express sending ${Buffer.byteLength(page)} bytes`,
      peer_value: rounded(done.peer),
      ratio: rounded(done.ratio, 2),
      goal: 0.25,
    },
  ];
}

/** The accept link of every offer there is. */
async function pagesOf({ db, links }: Deps, base: string): Promise<string[]> {
  const now = await db.now();
  const offers = await db.query<{ id: string; contact_id: string }>(
    'select o.id, o.contact_id from offers o',
  );
  return offers.map(({ id: obj, contact_id: sub }) => {
    const token = links.sign({ sub, act: 'accept', obj, ver: 1 }, now);
    return `${base}/a/${token}`;
  });
}

async function helloServer(text: string): Promise<{ url: string; close(): void }> {
  const app = express();
  app.get('/', (_req, res) => void res.type('html').send(text));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}/`, close: () => void server.close() };
}
