import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Connection, migrateToLatest } from '../../src/postgres/migrate.ts';
import { databaseOn, query } from './server.ts';
import { startThrowawayServer } from './throwaway-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testServer: Connection;
    /** Starts the name of every database of this run; two runs may share an external server. */
    databasePrefix: string;
    dataDir: string;
  }
}

/**
 * One server for the whole run, with one migrated database from which every test file's database is copied, and one
 * directory for what all files would otherwise make anew: compiled templates, and the compiled code of child processes.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env.TEST_DATABASE_URL;
  const server = external ? { connection: external, stop: async () => {} } : await startThrowawayServer();
  const prefix = `leadpost_test_${process.pid}_`;
  const dir = await mkdtemp(path.join(tmpdir(), 'leadpost-run-'));
  const tearDown = async () => {
    await dropDatabases(server.connection, prefix).finally(server.stop);
    // The last processes may still be putting their code away.
    await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    await query(server.connection, `create database ${prefix}tpl`);
    await migrateToLatest(databaseOn(server.connection, `${prefix}tpl`));
  } catch (error) {
    await tearDown();
    throw error;
  }
  project.provide('testServer', server.connection);
  project.provide('databasePrefix', prefix);
  project.provide('dataDir', path.join(dir, 'data'));
  process.env.NODE_COMPILE_CACHE = path.join(dir, 'code');
  return tearDown;
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
