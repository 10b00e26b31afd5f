import type { Knex } from 'knex';

/** Who is away and who stands in; yeses that are collected before one wins; claims of the week; second chances. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table absences (
  id uuid primary key,
  person_id uuid not null references people,
  from_at timestamptz not null,
  until_at timestamptz not null,
  deputy_id uuid references people,
  source text not null check (source in ('api', 'cli', 'console', 'link', 'reply')),
  inbound_id uuid references inbound,
  confirmed_at timestamptz,
  created_at timestamptz not null,
  check (from_at < until_at),
  check (deputy_id <> person_id)
);
create index absences_person on absences (person_id, until_at desc);
alter table offers
  add column wished_at timestamptz,
  add column wished_promise text check (wished_promise in ('today', 'tomorrow', 'this-week')),
  add column chance_at timestamptz;
create index offers_contact_open on offers (contact_id) where state in ('scheduled', 'sent');
alter table partners
  add column claim_week text,
  add column week_claims integer not null default 0 check (week_claims >= 0);
create index facts_unplaced on facts (at) where what = 'lead.unplaced';
create index assignments_holder on assignments (contact_id) where state = 'active';
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
