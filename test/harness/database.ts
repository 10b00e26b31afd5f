import { inject } from 'vitest';
import type { ServerConnection } from '../../src/postgres/embedded-server.ts';
import { databaseOn, query } from './server.ts';

export type TestDatabase = {
  /** The fields `pg` and knex take. */
  connection: ServerConnection & { password?: string };
  /** The same as a connection string, for what reads DATABASE_URL. */
  url: string;
  drop(): Promise<void>;
};

let made = 0;

/** A migrated, empty database of its own, in about 30 ms; call `drop` when done, or let the run's end do it. */
export async function freshDatabase(): Promise<TestDatabase> {
  const prefix = inject('databasePrefix');
  made += 1;
  return create(`${prefix}${process.pid}_t${made}`, `template ${prefix}tpl`);
}

/** A database in which no migration has run. */
export async function emptyDatabase(): Promise<TestDatabase> {
  made += 1;
  return create(`${inject('databasePrefix')}${process.pid}_e${made}`, 'template template0');
}

async function create(name: string, source: string): Promise<TestDatabase> {
  const server = inject('testServer');
  await query(server, `create database ${name} ${source}`);
  const target = databaseOn(server, name);
  return {
    connection: typeof target === 'string' ? fields(target) : target,
    url: typeof target === 'string' ? target : socketUrl(target),
    drop: async () => {
      await query(server, `drop database if exists ${name} with (force)`);
    },
  };
}

function fields(url: string): TestDatabase['connection'] {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  return {
    host: searchParams.get('host') ?? decodeURIComponent(hostname),
    port: Number(port || '5432'),
    user: decodeURIComponent(username),
    database: decodeURIComponent(pathname.slice(1)),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  };
}

/** A connection over a socket as one string. */
export function socketUrl({ host, port, user, database }: ServerConnection): string {
  return `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}
