-- By what CRMs know the call; chosen when it is first handed on.
alter table tracked_calls add column external_id text;

-- What the primary CRM said of the owner of a phone.
create table client_profiles (
  enterprise_number text not null,
  phone text not null, -- E.164
  crm text not null,
  found boolean not null, -- false: the CRM answered that it knows nobody
  last_name text,
  first_name text,
  middle_name text,
  enterprise_name text, -- the company's name
  extension text, -- of the manager who is responsible
  looked_up_at timestamptz not null default now(),
  primary key (enterprise_number, phone)
);
create index client_profiles_age on client_profiles (looked_up_at);

-- With other settings (another account, other managers) the CRM says something else: it is asked again, and what it said
-- before is only for when it does not answer.
create function outdate_client_profiles() returns trigger language plpgsql as $$
begin
  update client_profiles set looked_up_at = now() - interval '1 hour'
  where enterprise_number = new.number and looked_up_at > now() - interval '1 hour';
  return null;
end $$;
create trigger integrations_changed after update of integrations_config on enterprises
  for each row when (old.integrations_config is distinct from new.integrations_config)
  execute function outdate_client_profiles();

-- Calls' events that the gateway has accepted, once per key.
create table crm_events (
  enterprise_number text not null,
  key text not null, -- <call>:dial:<who rings> | <call>:answer:<who talks> | <call>:hangup
  call_id text not null,
  unique_id text not null,
  event_type text not null check (event_type in ('dial', 'answer', 'hangup')),
  payload jsonb not null, -- as it was posted
  received_at timestamptz not null default now(),
  primary key (enterprise_number, key)
);
create index crm_events_by_call on crm_events (enterprise_number, call_id);
create index crm_events_by_unique_id on crm_events (enterprise_number, unique_id);
create index crm_events_age on crm_events (received_at);

-- The circuit breaker of each enterprise and CRM.
create table crm_destinations (
  enterprise_number text not null,
  crm text not null,
  failures integer not null default 0, -- in a row
  failing_since timestamptz,
  held_until timestamptz, -- nothing goes there before
  last_error text,
  last_ok_at timestamptz,
  alerted_at timestamptz, -- when somebody was last told
  primary key (enterprise_number, crm)
);

-- The adapters' ledger: what was done in a CRM for a call.
create table crm_steps (
  enterprise_number text not null,
  crm text not null,
  external_id text not null,
  step text not null, -- e.g. upload, ring:150
  result jsonb, -- what has to be remembered of the answer
  begun_at timestamptz not null default now(),
  done_at timestamptz, -- null: begun, and nobody knows whether it was done
  primary key (enterprise_number, crm, external_id, step)
);
create index crm_steps_age on crm_steps (begun_at);

alter table integration_logs add column error text;
create index integration_logs_by_call on integration_logs (enterprise_number, unique_id);
create index integration_logs_age on integration_logs (created_at);

alter table deliveries add column note text; -- of a done one: what else there is to know
create index deliveries_dead on deliveries (enterprise_number, target) where state = 'dead';
