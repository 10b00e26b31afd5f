import type { Knex } from 'knex';

/** What came back of our letters, whose address takes none, and the places at the relay while its rate is limited. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table people add column bounced_at timestamptz;

create table bounces (
  id uuid primary key,
  letter_id uuid not null references letters(id),
  person_id uuid references people(id),
  inbound_id uuid references inbound(id),
  kind text not null check (kind in ('hard', 'soft', 'policy', 'complaint')),
  status text,
  at timestamptz not null
);
create index bounces_letter on bounces (letter_id);
create index bounces_person on bounces (person_id, at desc);

create table relay_places (
  n integer primary key check (n >= 0),
  free_at timestamptz not null,
  token uuid
);
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
