import type { Knex } from 'knex';

/** Where postal codes lie, as far as an operator has imported them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table postal_codes (
  country text not null check (country ~ '^[A-Z]{2}$'),
  code text not null check (code <> ''),
  lat double precision not null check (lat between -90 and 90),
  lon double precision not null check (lon between -180 and 180),
  primary key (country, code)
);
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
