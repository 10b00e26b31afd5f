import { readdir } from 'node:fs/promises';
import { serverState } from '../postgres/backup.ts';
import { type Connection, migrationSettings } from '../postgres/migrate.ts';

/** What can be said of a database without changing it. */
export interface DatabaseState {
  readonly version: string;
  /** The database's own time, not the sandbox's; null before the first migration. */
  readonly now: Date | null;
  /** Migrations of this version that have not run. */
  readonly pending: readonly string[];
  /** Migrations only a newer version knows. */
  readonly unknown: readonly string[];
  /** True before the first migration. */
  readonly fresh: boolean;
  /** Processes of Leadpost that run on it. */
  readonly processes: number;
}

export async function checkDatabase(connection: Connection): Promise<DatabaseState> {
  const { version, now, schema, processes } = await serverState(connection);
  const files = await readdir(String(migrationSettings.directory));
  const known = files.filter((f) => f.endsWith('.ts')).sort();
  return {
    version,
    now,
    processes,
    fresh: schema.length === 0,
    pending: known.filter((name) => !schema.includes(name)),
    unknown: schema.filter((name) => !known.includes(name)),
  };
}
