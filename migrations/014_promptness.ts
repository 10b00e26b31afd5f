import type { Knex } from 'knex';

/** How much of their own business time partners took to answer, for rules that ask how prompt somebody is. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table offers add column answer_ms bigint check (answer_ms >= 0);
create index offers_answered on offers (answered_at) include (partner_id, answer_ms) where answer_ms is not null;
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('there is no way back; restore a backup');
}
