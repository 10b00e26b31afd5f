import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { migrateToLatest } from '../../src/postgres/migrate.ts';
import { schemaDump } from '../../src/postgres/schema-dump.ts';
import { emptyDatabase, freshDatabase } from '../harness/database.ts';

test('the committed schema is what the migrations make (npm run schema writes it)', async () => {
  const { connection, drop } = await freshDatabase();
  expect(await dumpOf(connection)).toBe(await committed());
  await drop();
});

test('any change to the database shows in the dump', async () => {
  const { connection, drop } = await emptyDatabase();
  const dumps = [await dumpOf(connection)];
  for (const change of [
    'create table alice (id int not null, age int)',
    'alter table alice alter column age set default 3, add constraint adult check (age > 17)',
    'alter table alice add primary key (id)',
    'create unique index once on alice (age) where id > 2',
    'create table bob (alice int references alice on delete cascade)',
    "create function wake() returns trigger language plpgsql as 'begin return new; end'",
    'create trigger wakes after insert on bob for each row execute function wake()',
    "create type mood as enum ('calm', 'busy')",
    'create view old as select id from alice where age > 60',
  ]) {
    await run(connection, change);
    dumps.push(await dumpOf(connection));
  }
  expect(new Set(dumps).size).toBe(dumps.length);
  await drop();
});

test('processes that migrate the same database at once do it once', async () => {
  const { connection, drop } = await emptyDatabase();
  const ran = await Promise.all([1, 2, 3].map(() => migrateToLatest(connection)));
  expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
  await drop();
});

test('a migration lock left by a process that was killed does not block the next start', async () => {
  const { connection, drop } = await freshDatabase();
  await run(connection, 'update knex_migrations_lock set is_locked = 1');
  expect(await migrateToLatest(connection)).toEqual([]);
  await drop();
});

test('a database that a newer version has migrated is refused with the name of what is unknown', async () => {
  const { connection, drop } = await freshDatabase();
  await run(
    connection,
    "insert into knex_migrations (name, batch, migration_time) values ('999_from_the_future.ts', 99, '2026-01-01')",
  );
  await expect(migrateToLatest(connection)).rejects.toThrow(/newer version of Leadpost.*999_from_the_future/);
  await drop();
});

function committed(): Promise<string> {
  return readFile(new URL('../../migrations/schema.txt', import.meta.url), 'utf8');
}

async function dumpOf(connection: pg.ClientConfig): Promise<string> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return await schemaDump(client);
  } finally {
    await client.end();
  }
}

async function run(connection: pg.ClientConfig, sql: string): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
