import type { Knex } from 'knex';

/**
 * What composing a letter made stands with its bytes: one row is written for it, and the letter's own, which every index
 * of the queue points at, is left alone.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table letter_bytes add column subject text, add column template_hash text, add column headers jsonb;
update letter_bytes b set subject = l.subject, template_hash = l.template_hash, headers = l.headers
  from letters l where l.id = b.letter_id;
alter table letters drop column subject, drop column template_hash, drop column headers;`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
