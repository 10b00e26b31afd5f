import pg from 'pg';
import type { Connection } from '../../src/postgres/migrate.ts';

/** The same server, another database. */
export function databaseOn(server: Connection, database: string): Connection {
  if (typeof server !== 'string') return { ...server, database };
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** One statement on a connection of its own. */
export async function query(connection: Connection, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client(
    typeof connection === 'string' ? { connectionString: connection } : connection,
  );
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
