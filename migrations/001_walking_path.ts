import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table installation (
  one boolean primary key default true check (one),
  instance uuid not null,
  sandbox boolean not null default false,
  demo_ready boolean not null default false,
  clock_offset_ms bigint not null default 0,
  partners_version bigint not null default 0,
  programs_version bigint not null default 0,
  secret_keys text
);

create table programs (
  key text not null,
  version integer not null check (version > 0),
  name text not null,
  is_default boolean not null,
  document jsonb not null,
  author text not null,
  note text,
  created_at timestamptz not null,
  primary key (key, version)
);

create table partners (
  id uuid primary key,
  external_id text not null unique,
  name text not null,
  kind text not null check (kind in ('distributor', 'reseller', 'agency')),
  level text,
  parent_id uuid references partners,
  territories text[] not null default '{}',
  location jsonb,
  products text[] not null default '{}',
  certifications text[] not null default '{}',
  industries text[] not null default '{}',
  languages text[] not null default '{}',
  capacity_open integer check (capacity_open >= 0),
  capacity_week integer check (capacity_week >= 0),
  calendar jsonb not null,
  timezone text not null,
  cam text,
  suspended boolean not null default false,
  custom jsonb not null default '{}',
  open_claims integer not null default 0 check (open_claims >= 0),
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table people (
  id uuid primary key,
  kind text not null check (kind in ('contact', 'user', 'prospect')),
  partner_id uuid references partners,
  external_id text,
  email text not null,
  name text not null,
  phone text,
  role text not null,
  territory text,
  language text not null,
  timezone text not null,
  epoch integer not null default 1,
  active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (kind <> 'contact' or (partner_id is not null and external_id is not null)),
  unique (partner_id, external_id)
);
create unique index people_user_email on people (lower(email)) where kind = 'user';
create index people_email on people (lower(email));

create table leads (
  id uuid primary key,
  reference text not null unique,
  external_id text,
  source text,
  campaign text,
  cost_minor bigint,
  cost_currency text,
  program_key text not null,
  program_version integer not null,
  state text not null check (state in (
    'captured', 'qualifying', 'qualified', 'distributing', 'unplaced', 'claimed', 'won', 'lost', 'nurture',
    'disqualified', 'duplicate', 'erased'
  )),
  temperature text not null check (temperature in ('hot', 'warm', 'cold')),
  quality text not null check (quality in ('inquiry', 'pre_qualified', 'pre_sold')),
  summary text not null,
  brief text,
  products text[] not null,
  industries text[] not null,
  languages text[] not null,
  value_minor bigint,
  value_currency text,
  expected_close text,
  prospect jsonb not null,
  consent jsonb,
  custom jsonb not null,
  wave integer not null default 0,
  due_at timestamptz,
  chased integer not null default 0,
  wake_at timestamptz,
  next_step jsonb,
  wake_errors integer not null default 0,
  fact_seq integer not null default 0,
  fact_hash bytea,
  created_at timestamptz not null,
  foreign key (program_key, program_version) references programs (key, version)
);
create unique index leads_source_external_id on leads (coalesce(source, ''), external_id) where external_id is not null;
create index leads_wake_at on leads (wake_at) where wake_at is not null;
create index leads_created on leads (created_at desc, id desc);

create table offers (
  id uuid primary key,
  lead_id uuid not null references leads,
  partner_id uuid not null references partners,
  contact_id uuid not null references people,
  wave integer not null check (wave > 0),
  round integer not null check (round > 0),
  state text not null check (state in (
    'scheduled', 'sent', 'accepted', 'declined', 'expired', 'lost_race', 'withdrawn', 'void'
  )),
  score double precision not null check (score >= 0 and score <= 1),
  sent_at timestamptz,
  expires_at timestamptz,
  answered_at timestamptz,
  late boolean not null default false,
  reason text,
  created_at timestamptz not null,
  check (state <> 'sent' or (sent_at is not null and expires_at is not null))
);
create index offers_lead on offers (lead_id, created_at, id);
create index offers_partner on offers (partner_id, created_at desc);

create table assignments (
  id uuid primary key,
  lead_id uuid not null references leads,
  offer_id uuid references offers,
  partner_id uuid not null references partners,
  contact_id uuid not null references people,
  state text not null check (state in ('active', 'won', 'lost', 'returned', 'recalled')),
  stage text not null,
  phase text not null check (phase in ('claimed', 'contacted', 'qualified', 'proposal', 'won', 'lost')),
  claimed_at timestamptz not null,
  promise_at timestamptz,
  owes text check (owes in ('contact', 'update')),
  deadline timestamptz,
  rung integer not null default 0,
  quiet_until timestamptz,
  attempts integer not null default 0,
  unchanged integer not null default 0,
  escalated boolean not null default false,
  outcome jsonb,
  check (state <> 'active' or deadline is not null),
  check ((state in ('won', 'lost')) = (outcome is not null))
);
create unique index assignments_one_active on assignments (lead_id) where state = 'active';
create index assignments_lead on assignments (lead_id, claimed_at, id);
create index assignments_partner on assignments (partner_id, claimed_at desc);

create table notes (
  id uuid primary key,
  lead_id uuid not null references leads,
  body text not null,
  salt bytea not null,
  created_at timestamptz not null
);

create table facts (
  lead_id uuid not null references leads,
  seq integer not null check (seq > 0),
  at timestamptz not null,
  what text not null,
  thing text not null check (thing in ('lead', 'offer', 'assignment', 'letter', 'inbound')),
  thing_id uuid not null,
  from_state text,
  to_state text,
  who_kind text not null check (who_kind in ('contact', 'user', 'prospect', 'key', 'system')),
  who_id text,
  channel text not null,
  evidence jsonb not null,
  data jsonb not null,
  note_id uuid references notes on delete set null,
  note_hash bytea,
  hash bytea not null,
  primary key (lead_id, seq)
);
create index facts_undone_accepts on facts (who_id, at) where what = 'claim.undone';

create table explanations (
  lead_id uuid not null references leads,
  at timestamptz not null,
  program_key text not null,
  program_version integer not null,
  partners jsonb not null,
  primary key (lead_id, at)
);

create table threads (
  id uuid primary key,
  lead_id uuid references leads,
  person_id uuid not null references people,
  offer_id uuid references offers,
  reply_key text not null unique,
  created_at timestamptz not null,
  unique nulls not distinct (lead_id, person_id, offer_id)
);

create table letters (
  id uuid primary key,
  key text not null unique,
  kind text not null,
  lead_id uuid references leads,
  offer_id uuid references offers,
  thread_id uuid references threads,
  person_id uuid references people,
  to_address text not null,
  to_name text,
  view jsonb not null,
  state text not null check (state in ('due', 'sending', 'sent', 'parked', 'dead', 'dropped')),
  priority smallint not null default 5,
  due_at timestamptz not null,
  attempts integer not null default 0,
  lease_until timestamptz,
  lease_token uuid,
  lease_owner integer,
  message_id text not null unique,
  subject text,
  template_hash text,
  headers jsonb,
  last_error text,
  response text,
  created_at timestamptz not null,
  sent_at timestamptz,
  check (state <> 'sent' or sent_at is not null)
);
create index letters_due on letters (priority, due_at, id) where state = 'due';
create index letters_leased on letters (lease_until) where state = 'sending';
create index letters_lead on letters (lead_id, created_at, id);
create index letters_thread on letters (thread_id, created_at, id);
create index letters_newest on letters (coalesce(sent_at, created_at) desc, id desc);
create index letters_to on letters (lower(to_address), coalesce(sent_at, created_at) desc, id desc);

create table letter_bytes (
  letter_id uuid primary key references letters,
  raw bytea not null
);

create table inbound (
  id uuid primary key,
  message_id text not null,
  sha256 bytea not null,
  raw bytea not null,
  via text not null,
  authenticated boolean,
  state text not null check (state in (
    'received', 'applied', 'proposed', 'noted', 'ignored', 'unmatched', 'suspicious', 'quarantined'
  )),
  received_at timestamptz not null,
  due_at timestamptz,
  attempts integer not null default 0,
  lease_until timestamptz,
  lease_token uuid,
  lease_owner integer,
  class text,
  from_address text,
  subject text,
  lead_id uuid references leads,
  person_id uuid references people,
  thread_id uuid references threads,
  reading jsonb,
  error text,
  settled_at timestamptz,
  unique (message_id, sha256)
);
create index inbound_due on inbound (due_at, id) where state = 'received';
create index inbound_state on inbound (state, received_at desc, id desc);

create table api_keys (
  id text primary key,
  name text not null,
  secret_hash bytea not null,
  scopes text[] not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);

create table answers (
  api_key text not null,
  idempotency_key text not null,
  request_hash bytea not null,
  status integer not null,
  body jsonb not null,
  created_at timestamptz not null,
  primary key (api_key, idempotency_key)
);
`);
}

/** Migrations go forward only; a backup is the way back. */
export async function down(): Promise<void> {
  throw new Error('Migrations go forward only: restore a backup to go back.');
}
