import type { Knex } from 'knex';

/**
 * Reminders that stand in the mail about another lead of the same holder, due at the same time. Without a reference to
 * leads: it would be checked under the lock of a lead that is being woken itself, and waits for this very mail.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table bundled_reminders (
  key text primary key,
  letter_key text not null,
  lead_id uuid not null
);
create index bundled_reminders_lead on bundled_reminders (lead_id);
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
