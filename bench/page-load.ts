import http from 'node:http';
import { parentPort } from 'node:worker_threads';

/** Asks for pages as fast as they come over a few connections, and says how many came. */
const connections = 16;
const agent = new http.Agent({ keepAlive: true, maxSockets: connections });

parentPort?.on('message', async ({ addresses, ms }: { addresses: readonly string[]; ms: number }) => {
  const until = performance.now() + ms;
  let answered = 0;
  const visitor = async (first: number): Promise<void> => {
    for (let i = first; performance.now() < until; i += connections) {
      await get(addresses[i % addresses.length] as string);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, i) => visitor(i)));
  parentPort?.postMessage(answered);
});

const get = (url: string): Promise<void> =>
  new Promise((resolve, reject) => {
    http
      .get(url, { agent }, (res) => {
        if (res.statusCode !== 200) reject(new Error(`${res.statusCode} instead of a page`));
        res.on('end', resolve).resume();
      })
      .on('error', reject);
  });
