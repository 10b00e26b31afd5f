import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '../harness/database.ts';

const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const database of databases) await database.drop();
});

test('two fresh databases do not see each other', async () => {
  const [alice, bob] = await Promise.all([freshDatabase(), freshDatabase()]);
  databases.push(alice, bob);
  await run(alice.connection, 'create table only_for_alice (id int)');
  await expect(run(bob.connection, 'select * from only_for_alice')).rejects.toThrow('does not exist');
});

test('a database is reached by its url as well as by its fields', async () => {
  const database = await freshDatabase();
  databases.push(database);
  const { rows } = await run({ connectionString: database.url }, 'select current_database() as name');
  expect(rows).toEqual([{ name: database.connection.database }]);
});

async function run(config: pg.ClientConfig, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
