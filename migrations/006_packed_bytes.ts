import type { Knex } from 'knex';

/** The bytes of letters come packed; packing them again would only cost time. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table letter_bytes alter column raw set storage external');
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
