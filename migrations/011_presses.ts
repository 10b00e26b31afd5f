import type { Knex } from 'knex';

/** Who has just pressed what, for as long as a machine would take to press the other button too. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table presses (
  offer_id uuid not null references offers(id),
  person_id uuid not null references people(id),
  act text not null check (act in ('accept', 'decline')),
  network text not null,
  at timestamptz not null
);
create index presses_offer on presses (offer_id);
create index presses_at on presses (at);
alter table people add column suspected_at timestamptz;
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
