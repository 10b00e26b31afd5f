import { BadBackup, type Refill, refill } from '../postgres/backup.ts';
import type { Connection } from '../postgres/migrate.ts';

export type Restored =
  | {
      readonly ok: true;
      readonly tables: number;
      readonly rows: number;
      readonly at: string;
      readonly parked: number;
    }
  | { readonly ok: false; readonly why: string };

/**
 * Reads a backup into an empty, migrated database, whole or not at all. What waited to be sent when the backup was made
 * has very likely been sent since, so it is parked for a person to decide, unless `resend` says to send it.
 */
export async function restore(
  connection: Connection,
  from: AsyncIterable<Buffer>,
  how: { readonly sandbox: boolean; readonly resend: boolean },
): Promise<Restored> {
  let end: Restored = { ok: false, why: '' };
  try {
    await refill(connection, from, async (r) => {
      const why = objection(r, how.sandbox);
      end = why ? { ok: false, why } : await fill(r, how.resend);
      return end.ok;
    });
  } catch (error) {
    if (!(error instanceof BadBackup) && !isBadGzip(error)) throw error;
    return {
      ok: false,
      why: isBadGzip(error)
        ? 'This backup is damaged: its compression does not check out.'
        : (error as Error).message,
    };
  }
  return end;
}

async function fill(r: Refill, resend: boolean): Promise<Restored> {
  const rows = await r.load();
  const { at, tables } = r.header;
  const reason = `restored from the backup of ${at}: it may have been sent since; restore --resend sends such letters`;
  const parked = resend ? 0 : await r.park(reason);
  return { ok: true, tables: tables.length, rows, at, parked };
}

/** Why this backup does not belong into this database, or undefined. */
function objection({ header, target }: Refill, sandbox: boolean): string | undefined {
  if (target.processes > 0) return 'Leadpost runs on this database: stop it first.';
  if (target.schema.length === 0) return 'This database was never migrated: run leadpost migrate first.';
  if (target.used.length > 0) {
    return `This database is not empty (${target.used.join(', ')}): restore into an empty one that leadpost migrate has prepared.`;
  }
  if (header.schema.join() !== target.schema.join()) {
    return `The backup has the schema ${header.schema.at(-1)}, this database ${target.schema.at(-1) ?? 'none'}: restore with the version of Leadpost that made the backup, then upgrade.`;
  }
  if (header.sandbox === sandbox) return undefined;
  return header.sandbox
    ? 'This is the backup of a sandbox; it never becomes a real installation.'
    : 'This is the backup of a real installation; the sandbox refuses it.';
}

const isBadGzip = (error: unknown): boolean =>
  ['Z_DATA_ERROR', 'Z_BUF_ERROR'].includes((error as { code?: string } | null)?.code ?? '');
