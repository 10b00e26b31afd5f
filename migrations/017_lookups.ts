import type { Knex } from 'knex';

/** What is asked for by these columns was found by reading the whole table, which grows with the years. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create index offer_waits_hold on offer_waits (hold_until) where hold_until is not null;
create index threads_person on threads (person_id);
create index notes_lead on notes (lead_id);
create index facts_note on facts (note_id) where note_id is not null;
create index point_entries_lead on point_entries (lead_id);
create index inbound_newest on inbound (received_at desc, id desc);
create index inbound_person on inbound (person_id) where person_id is not null;
create index leads_with_vendor on leads (state, due_at)
  where state in ('captured', 'qualifying', 'qualified', 'unplaced');`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
