// npm run schema: writes migrations/schema.txt from a freshly migrated database. With --check: compares only.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { migrateToLatest } from '../src/postgres/migrate.ts';
import { schemaDump } from '../src/postgres/schema-dump.ts';
import { startThrowawayServer } from '../test/harness/throwaway-server.ts';

const FILE = new URL('../migrations/schema.txt', import.meta.url);

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const dump = await freshDump();
if (values.check) await compare(dump);
else await writeFile(FILE, dump);

async function freshDump(): Promise<string> {
  const { connection, stop } = await startThrowawayServer();
  const client = new pg.Client(connection);
  try {
    await migrateToLatest(connection);
    await client.connect();
    return await schemaDump(client);
  } finally {
    await client.end();
    await stop();
  }
}

async function compare(current: string): Promise<void> {
  const committed = await readFile(FILE, 'utf8').catch(() => '');
  if (committed === current) return;
  console.error(
    'migrations/schema.txt is not what the migrations make: run npm run schema and look at the difference',
  );
  process.exitCode = 1;
}
