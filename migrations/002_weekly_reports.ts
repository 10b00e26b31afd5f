import type { Knex } from 'knex';

/** When each reader's next weekly report is due, and what the figures of a week look up. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table people
  add column next_digest_at timestamptz,
  add column digest_zone text;
create index people_digest_due on people (next_digest_at, id)
  where active and ((kind = 'contact' and role in ('owner', 'rep'))
    or (kind = 'user' and role in ('cam', 'program_manager', 'admin')));
create index people_digest_unplanned on people (id)
  where active and ((kind = 'contact' and role in ('owner', 'rep'))
    or (kind = 'user' and role in ('cam', 'program_manager', 'admin')))
    and (next_digest_at is null or digest_zone is distinct from timezone);
create index offers_sent on offers (sent_at) where sent_at is not null;
create index assignments_claimed on assignments (claimed_at);
create index assignments_closed on assignments (((outcome ->> 'at') collate "C")) where state in ('won', 'lost');
create index assignments_due on assignments (deadline) where state = 'active';
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
