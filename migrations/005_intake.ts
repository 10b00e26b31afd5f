import type { Knex } from 'knex';

/** What leads are compared by, what came in from files and can be taken out again, and who posts forms how often. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table lead_keys (
  lead_id uuid not null references leads,
  kind text not null check (kind in ('email', 'phone', 'company', 'place')),
  value text not null,
  at timestamptz not null,
  primary key (lead_id, kind)
);
create index lead_keys_value on lead_keys (kind, value, at desc);
create index facts_duplicates on facts (lead_id) where what = 'duplicate.suspected';

create table imports (
  id text primary key,
  thing text not null check (thing in ('lead', 'partner')),
  file text not null,
  rows integer not null default 0,
  at timestamptz not null,
  undone_at timestamptz
);
create table import_items (
  import_id text not null references imports,
  thing_id uuid not null,
  before jsonb,
  primary key (import_id, thing_id)
);

create table form_posts (
  network text not null,
  at timestamptz not null
);
create index form_posts_network on form_posts (network, at);
create index form_posts_at on form_posts (at);
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
