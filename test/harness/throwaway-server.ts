import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** A server that can be taken away and given back, at the same address and with everything that was committed. */
export interface RestartableServer {
  readonly connection: ServerConnection;
  /** As `pg_ctl stop -m immediate`: every connection is cut, nothing is written any more. */
  cut(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRestartableServer(): Promise<RestartableServer> {
  const dir = await mkdtemp(path.join(tmpdir(), 'leadpost-test-'));
  await chmod(dir, 0o755);
  // The machine stays up, so fsync may be spared; what is committed must be written all the same.
  const options = { dir: path.join(dir, 'pg'), flags: ['-c', 'fsync=off', ...WIDE] };
  let server = await startEmbeddedServer(options);
  return {
    connection: server.connection,
    cut: async () => {
      const pid = Number(
        (await readFile(path.join(server.dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0],
      );
      process.kill(pid, 'SIGQUIT');
      while (await server.isAlive()) await sleep(10);
      await server.stop();
    },
    start: async () => {
      server = await startEmbeddedServer(options);
    },
    stop: async () => {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
      await rm(server.connection.host, { recursive: true, force: true });
      await rm(path.dirname(server.dataDir), { recursive: true, force: true });
    },
  };
}
