import type { Knex } from 'knex';

/** What people want to get and when, how much a partner takes by its own wish, and offers that wait for their reader. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table preferences (
  person_id uuid primary key references people(id),
  mails text not null check (mails in ('at-once', 'hours', 'bundles')),
  from_time text not null,
  until_time text not null,
  days integer[] not null,
  bundles text[] not null,
  extent text not null check (extent in ('full', 'short')),
  digest text not null check (digest in ('weekly', 'monthly', 'off')),
  paused_products text[] not null default '{}',
  paused_territories text[] not null default '{}',
  paused_temperatures text[] not null default '{}',
  updated_at timestamptz not null
);
alter table partners
  add column own_open integer check (own_open >= 0),
  add column own_week integer check (own_week >= 0),
  add column open_limit integer generated always as (least(capacity_open, own_open)) stored,
  add column week_limit integer generated always as (least(capacity_week, own_week)) stored;
alter table offers add column opens_at timestamptz;
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
