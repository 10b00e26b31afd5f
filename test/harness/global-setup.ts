import type { TestProject } from 'vitest/node';
import { type Connection, migrateToLatest } from '../../src/postgres/migrate.ts';
import { databaseOn, query } from './server.ts';
import { startThrowawayServer } from './throwaway-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testServer: Connection;
    /** Starts the name of every database of this run; two runs may share an external server. */
    databasePrefix: string;
  }
}

/** One server for the whole run, with one migrated database from which every test file's database is copied. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env.TEST_DATABASE_URL;
  const server = external ? { connection: external, stop: async () => {} } : await startThrowawayServer();
  const prefix = `leadpost_test_${process.pid}_`;
  const dropAll = () => dropDatabases(server.connection, prefix);
  try {
    await query(server.connection, `create database ${prefix}tpl`);
    await migrateToLatest(databaseOn(server.connection, `${prefix}tpl`));
  } catch (error) {
    await dropAll().finally(server.stop);
    throw error;
  }
  project.provide('testServer', server.connection);
  project.provide('databasePrefix', prefix);
  return () => dropAll().finally(server.stop);
}

async function dropDatabases(server: Connection, prefix: string): Promise<void> {
  const found = await query(
    server,
    `select datname from pg_database where starts_with(datname, '${prefix}')`,
  );
  for (const { datname } of found.rows as { datname: string }[]) {
    await query(server, `drop database if exists ${datname} with (force)`);
  }
}
