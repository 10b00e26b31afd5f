import type { Writable } from 'node:stream';
import { writeBackup } from '../postgres/backup.ts';
import type { Connection } from '../postgres/migrate.ts';

export interface BackedUp {
  readonly tables: number;
  readonly rows: number;
  /** The instant all rows are of. */
  readonly at: string;
}

/** Writes everything the installation holds, as it was at one instant, while it goes on working. */
export const backUp = (connection: Connection, to: Writable): Promise<BackedUp> =>
  writeBackup(connection, to);
