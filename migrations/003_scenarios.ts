import type { Knex } from 'knex';

/** What the vendor's own person owes on a claim, beside or instead of the holder; and that step, shown with the lead. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table assignments
  add column vendor_owes text check (vendor_owes in ('contact', 'update')),
  add column vendor_deadline timestamptz,
  add column vendor_chased integer not null default 0,
  drop constraint assignments_check,
  add constraint assignments_check
    check (state <> 'active' or deadline is not null or vendor_deadline is not null),
  add constraint assignments_vendor_check check ((vendor_owes is null) = (vendor_deadline is null));
create index assignments_vendor_due on assignments (vendor_deadline) where state = 'active';
alter table leads add column other_step jsonb;
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
