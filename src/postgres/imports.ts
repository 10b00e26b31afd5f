import type { Asks, Tx } from './database.ts';

/** A file that was taken in, and what it made. */
export interface ImportBatch {
  readonly id: string;
  readonly thing: 'lead' | 'partner';
  readonly file: string;
  readonly rows: number;
  readonly at: Date;
  readonly undone_at: Date | null;
}

export async function addImport(tx: Tx, batch: Pick<ImportBatch, 'id' | 'thing' | 'file'>): Promise<void> {
  await tx.query('insert into imports (id, thing, file, at) values ($1, $2, $3, $4)', [
    batch.id,
    batch.thing,
    batch.file,
    tx.now,
  ]);
}

/** Adds what a part of the file has made. @param items.before what stood there earlier, to be put back by an undo */
export function addImported(
  tx: Tx,
  importId: string,
  items: readonly { readonly id: string; readonly before?: unknown }[],
): void {
  tx.send(
    `insert into import_items (import_id, thing_id, before)
     select $1, i.id, i.before from jsonb_to_recordset($2::jsonb) as i(id uuid, before jsonb)`,
    [importId, JSON.stringify(items)],
  );
  tx.send('update imports set rows = rows + $2 where id = $1', [importId, items.length]);
}

export async function findImport(db: Asks, id: string): Promise<ImportBatch | undefined> {
  const rows = await db.query<ImportBatch>(
    'select i.id, i.thing, i.file, i.rows, i.at, i.undone_at from imports i where i.id = $1',
    [id],
  );
  return rows[0];
}

/** What a batch made, the newest first, a page at a time. @param below the id the page begins below */
export async function importedItems(
  db: Asks,
  importId: string,
  below: string | null,
  most: number,
): Promise<{ readonly id: string; readonly before: unknown }[]> {
  return db.query(
    `select i.thing_id as id, i.before from import_items i
     where i.import_id = $1 and ($2::uuid is null or i.thing_id < $2) order by i.thing_id desc limit $3`,
    [importId, below, most],
  );
}

export async function markUndone(tx: Tx, importId: string): Promise<void> {
  await tx.query('update imports set undone_at = $2 where id = $1', [importId, tx.now]);
}

/** Takes what a lead tells of a person out of it; its facts stay, without their words. */
export function wipeLead(tx: Tx, leadId: string): void {
  const nobody = `name company email phone street postal_code city country language lat lon`.split(' ');
  tx.send(
    `update leads set external_id = null, summary = '', brief = null, consent = null, custom = '{}', prospect = $2
     where id = $1`,
    [leadId, JSON.stringify(Object.fromEntries(nobody.map((field) => [field, null])))],
  );
  tx.send('delete from notes n where n.lead_id = $1', [leadId]);
}
