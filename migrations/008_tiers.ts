import type { Knex } from 'knex';

/** A distributor passes a lead on to one of its resellers and stays answerable for it upwards. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table offers add column via_partner_id uuid references partners;
alter table assignments add column via_partner_id uuid references partners;
drop index facts_undone_accepts;
create index facts_undone_accepts on facts (who_id, at) where what in ('claim.undone', 'pass_on.undone');
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
