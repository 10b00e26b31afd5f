import type { Knex } from 'knex';

/** Who waits for a lead, who is suspended, and what a partner has earned. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table offer_waits (
  offer_id uuid primary key references offers(id),
  lead_id uuid not null references leads(id),
  hold_until timestamptz,
  queued_at timestamptz,
  promise text check (promise in ('today', 'tomorrow', 'this-week'))
);
create index offer_waits_lead on offer_waits (lead_id);

create table suspensions (
  id uuid primary key,
  partner_id uuid not null references partners(id),
  lead_id uuid not null references leads(id),
  assignment_id uuid not null references assignments(id),
  reason text not null check (reason in ('recalls', 'ladder')),
  at timestamptz not null,
  lifted_at timestamptz
);
create unique index suspensions_open on suspensions (partner_id) where lifted_at is null;
create index suspensions_partner on suspensions (partner_id, at desc);

create table point_entries (
  id uuid primary key,
  partner_id uuid not null references partners(id),
  lead_id uuid not null references leads(id),
  assignment_id uuid not null references assignments(id),
  event text not null check (event in ('contacted_in_time', 'updated_in_time', 'won')),
  occurrence integer not null,
  points integer not null,
  fact_seq integer not null,
  booked_at timestamptz not null,
  reversed_at timestamptz,
  reversed_why text check (reversed_why in ('undo', 'return', 'contradiction')),
  unique (assignment_id, event, occurrence),
  check ((reversed_at is null) = (reversed_why is null))
);
create index point_entries_partner on point_entries (partner_id, booked_at desc);

create table redemptions (
  id uuid primary key,
  partner_id uuid not null references partners(id),
  reward text not null,
  name text not null,
  points integer not null check (points >= 0),
  state text not null check (state in ('requested', 'approved', 'rejected')),
  requested_at timestamptz not null,
  requested_by uuid not null references people(id),
  decided_at timestamptz,
  decided_by uuid references people(id),
  check ((state = 'requested') = (decided_at is null))
);
create index redemptions_partner on redemptions (partner_id, requested_at desc);
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
