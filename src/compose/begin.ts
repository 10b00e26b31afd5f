import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Log } from '../dispatch/deps.ts';
import { prepareLetters, type Renderer } from '../letters/render.ts';
import { startEmbeddedServer } from '../postgres/embedded-server.ts';
import type { Connection } from '../postgres/migrate.ts';
import type { Settings } from '../settings.ts';

/** A database that can be asked. */
export interface FoundDatabase {
  readonly connection: Connection;
  /** Where the embedded server keeps its data; null with an external database. */
  readonly dataDir: string | null;
  /** Ends an embedded server that was started. */
  stop(): Promise<void>;
}

/** What takes longest and needs little code. */
export interface Begun {
  readonly database: Promise<FoundDatabase>;
  readonly letters: Promise<Renderer>;
}

/**
 * Makes the database and compiles the templates side by side, in processes and threads of their own, while the caller
 * goes on; on a first start with reading the rest of the code. A failure is met where they are needed.
 */
export function begin(settings: Settings, log: Log): Begun {
  const database = findDatabase(settings, log);
  const letters = prepareLetters(templatesIn(settings));
  for (const one of [database, letters]) one.catch(() => {});
  return { database, letters };
}

/** Where compiled templates are kept. */
export const templatesIn = (settings: Settings): string => path.join(settings.dataDir, 'templates');

/** The database of the settings: the given one, or the embedded server, started or attached to. */
export async function findDatabase(settings: Settings, log: Log): Promise<FoundDatabase> {
  if (settings.databaseUrl) return { connection: settings.databaseUrl, dataDir: null, stop: async () => {} };
  mkdirSync(settings.dataDir, { recursive: true });
  const server = await startEmbeddedServer({
    dir: path.join(settings.dataDir, 'pg'),
    flags: ['-c', 'max_connections=60', '-c', 'jit=off'],
    log: (line) => log.info({ from: 'postgres' }, line),
  });
  return { connection: server.connection, dataDir: server.dataDir, stop: () => server.stop() };
}
