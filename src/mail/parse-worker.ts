import { parentPort } from 'node:worker_threads';
import { readMessage } from './read-message.ts';

/** The worker's side of `parse-mail.ts`: bytes in, a parsed mail or an error text out. */
parentPort?.on('message', async ({ id, raw }: { id: number; raw: Uint8Array }) => {
  try {
    parentPort?.postMessage({ id, mail: await readMessage(raw) });
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
