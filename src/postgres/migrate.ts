import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import knex, { type Knex } from 'knex';
import type { ServerConnection } from './embedded-server.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** A connection string, or the fields of one. */
export type Connection = string | ServerConnection;

const MIGRATIONS = fileURLToPath(new URL('../../migrations/', import.meta.url));

/**
 * Brings the database up to this version's schema; safe to call from many processes at once, and again.
 * Forward only: a database that a newer version has already migrated is refused.
 *
 * @returns the names of the migrations that ran now
 */
export function migrateToLatest(connection: Connection): Promise<string[]> {
  return oneAtATime(connection, 'migrations', () => migrate(connection));
}

async function migrate(connection: Connection): Promise<string[]> {
  const database = knex({ client: 'pg', connection, pool: { min: 0, max: 1 } });
  try {
    await refuseNewerDatabase(database);
    // Only the advisory lock's holder comes here, so knex's own lock can only be one left by a process that died.
    await database.migrate.forceFreeMigrationsLock(migrationSettings);
    const [, names] = (await database.migrate.latest(migrationSettings)) as [number, string[]];
    return names;
  } finally {
    await database.destroy();
  }
}

/** How knex finds our migrations; shared with knexfile.ts. */
export const migrationSettings: Knex.MigratorConfig = {
  directory: MIGRATIONS,
  loadExtensions: ['.ts'],
  extension: 'ts',
};

async function refuseNewerDatabase(database: Knex): Promise<void> {
  if (!(await database.schema.hasTable('knex_migrations'))) return;
  const known = new Set(readdirSync(MIGRATIONS));
  const recorded: string[] = await database('knex_migrations').orderBy('id').pluck('name');
  const unknown = recorded.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new Error(
    `This database was migrated by a newer version of Leadpost; this version does not know ${unknown.join(', ')}. ` +
      'Start the newer version, or restore a backup made before the upgrade.',
  );
}
