// For people who want the knex command line: npx knex migrate:list
// Leadpost itself migrates at start and needs this file for nothing.
import type { Knex } from 'knex';
import { migrationSettings } from './src/postgres/migrate.ts';

const config: Knex.Config = {
  client: 'pg',
  connection: process.env.DATABASE_URL ?? '',
  migrations: migrationSettings,
};

export default config;
