import { createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Deps } from '../../src/dispatch/deps.ts';
import { watchMailbox } from '../../src/mail/imap-watcher.ts';

/** What can be seen without a mail server; the rest is in real-servers/imap-watcher.spec.ts. */
const said: string[] = [];
const say = (_about: object, message: string): void => void said.push(message);
const deps = { log: { info: say, warn: say, error: say } } as unknown as Deps;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that does as told with every connection. */
async function serve(how: (socket: Socket) => void): Promise<{ url: string; connections: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {});
    closers.push(() => socket.destroy());
    how(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  const { port } = server.address() as { port: number };
  return { url: `imap://leads:secret@127.0.0.1:${port}`, connections: () => connections };
}

const watch = (url: string) =>
  watchMailbox(deps, { url, mailbox: 'INBOX', authservId: 'mx.test', pauseMs: 20 });
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function stopsWithin(ms: number, watcher: { stop(): Promise<void> }): Promise<void> {
  const began = performance.now();
  await watcher.stop();
  expect(performance.now() - began).toBeLessThan(ms);
}

it('a server that says nothing does not keep the house from stopping', async () => {
  const server = await serve(() => {});
  const watcher = watch(server.url);
  await expect.poll(server.connections).toBe(1);
  await stopsWithin(4_000, watcher);
});

it('a server that stops answering in the middle does not either', async () => {
  const server = await serve((socket) => {
    socket.write('* OK [CAPABILITY IMAP4rev1 IDLE MOVE] ready\r\n');
    socket.on('data', (chunk) => {
      const [tag, word] = chunk.toString().split(' ');
      if (/login|authenticate|id|capability|namespace|enable/i.test(word ?? ''))
        socket.write(`${tag} OK done\r\n`);
    });
  });
  const watcher = watch(server.url);
  await expect.poll(server.connections).toBe(1);
  await after(300);
  await stopsWithin(6_000, watcher);
});

it('a server that hangs up at once is asked less and less often', async () => {
  const server = await serve((socket) => socket.end());
  const watcher = watch(server.url);
  await after(2_000);
  const early = server.connections();
  await stopsWithin(1_000, watcher);
  // 20, 40, 80 … ms, each a quarter more or less: about seven times in two seconds.
  expect(early).toBeGreaterThan(2);
  expect(early).toBeLessThan(12);
  expect(said).toContain('watching the mailbox failed; it is tried again');
});

it('garbage instead of IMAP is a failure like any other', async () => {
  const server = await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const watcher = watch(server.url);
  await expect.poll(server.connections, { timeout: 5_000 }).toBeGreaterThan(1);
  await stopsWithin(4_000, watcher);
});
