import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ServerConnection, startEmbeddedServer } from '../../src/postgres/embedded-server.ts';

// The data is thrown away, so nothing needs to reach the disk.
const FAST = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
const WIDE = ['-c', 'max_connections=200'];

/** An embedded server on a temporary directory; `stop` leaves nothing behind. */
export async function startThrowawayServer(): Promise<{
  connection: ServerConnection;
  stop: () => Promise<void>;
}> {
  const dir = await mkdtemp(path.join(tmpdir(), 'leadpost-test-'));
  // Started by root, the server runs as another account, which has to get through.
  await chmod(dir, 0o755);
  const server = await startEmbeddedServer({ dir: path.join(dir, 'pg'), flags: [...FAST, ...WIDE] });
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
    await rm(server.connection.host, { recursive: true, force: true });
  };
  return { connection: server.connection, stop };
}
