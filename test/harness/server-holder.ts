// A process that uses the embedded server, for tests that kill such processes: node server-holder.ts DIR [FLAG…]
// It prints {"attached", …} once the server is up, then answers each line of SQL with a line of JSON.
// It ends when its input ends, without calling stop(), and ignores SIGINT as a program that drains does.
import { createInterface } from 'node:readline';
import pg from 'pg';
import { startEmbeddedServer } from '../../src/postgres/embedded-server.ts';

const [dir = '', ...flags] = process.argv.slice(2);
process.on('SIGINT', () => {});

const server = await startEmbeddedServer({ dir, flags });
const { attached, dataDir, connection } = server;
print({ attached, dataDir, connection });

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'stop') {
    await server.stop();
    print({ stopped: true });
  } else {
    print(await run(line));
  }
}
process.exit(0);

async function run(sql: string): Promise<unknown> {
  const client = new pg.Client(connection);
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } catch (error) {
    return { error: String(error) };
  } finally {
    await client.end().catch(() => {});
  }
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
