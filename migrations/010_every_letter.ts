import type { Knex } from 'knex';

/** Managers of partners read weekly reports too, and whoever runs the installation is told once of what went wrong. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
drop index people_digest_due;
drop index people_digest_unplanned;
create index people_digest_due on people (next_digest_at, id)
  where active and (kind = 'contact' or (kind = 'user' and role in ('cam', 'program_manager', 'admin')));
create index people_digest_unplanned on people (id)
  where active and (kind = 'contact' or (kind = 'user' and role in ('cam', 'program_manager', 'admin')))
    and (next_digest_at is null or digest_zone is distinct from timezone);

alter table installation add column operator_at timestamptz;
alter table letters add column told_at timestamptz;
alter table inbound add column told_at timestamptz;
create index letters_trouble on letters (state, id)
  where state in ('dead', 'parked') and told_at is null and kind <> 'operator';
create index inbound_trouble on inbound (id) where state = 'quarantined' and told_at is null;
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
