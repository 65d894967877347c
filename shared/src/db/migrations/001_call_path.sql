-- Tenants and who is in them ------------------------------------------------------------------------------------------

create table enterprises (
  number text primary key check (number <> ''),
  name text not null unique,
  name2 text not null unique, -- the token that the tenant's host sends
  bot_token text,
  timezone text not null default 'Europe/Minsk',
  country text not null default 'BY',
  integrations_config jsonb not null default '{}',
  recordings_url text, -- template of the host's recordings, {unique_id} in it
  debug_log boolean not null default false,
  active boolean not null default true,
  is_test boolean not null default false, -- the emulator may post events for it
  created_at timestamptz not null default now()
);

create table telegram_users (
  id bigint generated always as identity primary key,
  enterprise_number text not null references enterprises (number) on update cascade on delete cascade,
  tg_id bigint not null,
  bot_token text, -- null: the enterprise's bot
  enabled boolean not null default true,
  disabled_reason text,
  created_at timestamptz not null default now(),
  unique nulls not distinct (enterprise_number, bot_token, tg_id)
);

create table users (
  id bigint generated always as identity primary key,
  enterprise_number text not null references enterprises (number) on update cascade on delete cascade,
  last_name text not null default '',
  first_name text not null default '',
  middle_name text not null default '',
  personal_phone text,
  follow_me_number text,
  follow_me_enabled boolean not null default false
);
create index users_enterprise on users (enterprise_number);

create table user_internal_phones (
  enterprise_number text not null references enterprises (number) on update cascade on delete cascade,
  internal_phone text not null,
  user_id bigint not null references users (id) on delete cascade,
  primary key (enterprise_number, internal_phone)
);

create table lines (
  enterprise_number text not null references enterprises (number) on update cascade on delete cascade,
  line_id text not null,
  name text,
  operator text,
  phone text,
  incoming_transform text, -- '<prefix>{N}': the last N digits behind the prefix
  primary key (enterprise_number, line_id)
);

-- The log -------------------------------------------------------------------------------------------------------------

create sequence call_event_ids;

create table call_events (
  enterprise_number text not null,
  id bigint not null default nextval('call_event_ids'),
  unique_id text not null,
  bridge_id text not null default '',
  event_type text not null,
  event_timestamp timestamptz not null default now(), -- of receipt; on recovery of the host's own log
  received_at timestamptz not null default now(),
  data_source text not null default 'live' check (data_source in ('live', 'recovery')),
  raw_data jsonb not null,
  telegram_sent boolean not null default false, -- the final message of its call was shown
  processed_at timestamptz,
  process_error text, -- set aside: it could not be processed
  call_uuid uuid, -- the call that it was last folded into (tracked_calls)
  primary key (enterprise_number, event_timestamp, id)
) partition by range (event_timestamp);
create index call_events_unprocessed on call_events (enterprise_number, id) where processed_at is null;
create index call_events_by_channel on call_events (enterprise_number, unique_id) where unique_id <> '';
create index call_events_by_bridge on call_events (enterprise_number, bridge_id) where bridge_id <> '';
create index call_events_by_call on call_events (enterprise_number, call_uuid) where call_uuid is not null;
create index call_events_loose on call_events (enterprise_number, event_timestamp) where call_uuid is null;

-- Catches clocks that are far off (1970 after boot); months are made ahead of time by ensure_event_partitions().
create table call_events_default partition of call_events default;

create function ensure_event_partitions(months_ahead integer default 3) returns void language plpgsql as $$
declare
  first_day date := date_trunc('month', now() at time zone 'utc')::date;
  month date;
begin
  perform pg_advisory_xact_lock(hashtext('ensure_event_partitions'));
  for i in -1..months_ahead loop
    month := first_day + make_interval(months => i);
    if to_regclass(format('call_events_%s', to_char(month, 'YYYY_MM'))) is null then
      begin
        execute format(
          'create table call_events_%s partition of call_events for values from (%L) to (%L)',
          to_char(month, 'YYYY_MM'), month::timestamp at time zone 'utc',
          (month + interval '1 month') at time zone 'utc');
      exception when check_violation then
        -- A host whose clock is ahead has events of that month in the default partition: they all stay there.
        raise warning 'events of % stay in the default partition', month;
      end;
    end if;
  end loop;
end $$;
select ensure_event_partitions();

-- Events of a token that no enterprise has (yet): kept, capped, replayable.
create table unassigned_events (
  id bigint generated always as identity primary key,
  token text not null,
  event_type text not null,
  received_at timestamptz not null default now(),
  raw_data jsonb not null
);
create index unassigned_events_token on unassigned_events (token, id);

-- Calls ---------------------------------------------------------------------------------------------------------------

-- What the fold last said about each call, open or over.
create table tracked_calls (
  enterprise_number text not null,
  uuid uuid not null default gen_random_uuid(),
  anchor text not null, -- the UniqueId that stands for the call
  view jsonb not null, -- the fold's last answer
  phone text not null default '', -- the client, to find the call of a leg that shares nothing else with it
  state text not null check (state in ('open', 'final', 'retracted')),
  started_at timestamptz not null,
  wake_at timestamptz, -- when time alone changes the call
  counted_as text, -- how customers counted it: in:answered, in:missed, out:answered, out:missed
  history jsonb, -- the client's customers row as it was before this call
  updated_at timestamptz not null default now(),
  primary key (enterprise_number, uuid)
);
create index tracked_calls_open on tracked_calls (enterprise_number) where state = 'open';
create index tracked_calls_by_phone on tracked_calls (enterprise_number, phone, started_at) where phone <> '';
create index tracked_calls_by_start on tracked_calls (enterprise_number, started_at);
-- Not unique: a host that boots with a wrong clock gives the same UniqueIds again.
create index tracked_calls_by_anchor on tracked_calls (enterprise_number, anchor, started_at);
create index tracked_calls_wake on tracked_calls (wake_at) where wake_at is not null;
create index tracked_calls_age on tracked_calls (updated_at);

create table calls (
  enterprise_number text not null,
  uuid uuid not null,
  unique_id text not null,
  phone text not null, -- the client in E.164; of an internal call the calling extension; '' when unknown
  extension text not null default '', -- who talked last, else the only one who rang, else ''
  call_type smallint not null check (call_type in (0, 1, 2)), -- 0 incoming, 1 outgoing, 2 internal
  call_status smallint not null check (call_status in (0, 2)), -- 2 answered
  date_received timestamptz not null,
  date_end timestamptz not null,
  duration integer not null, -- seconds from the call's begin to its end
  talk_seconds integer, -- null: answered, but no bridge was seen
  wait_seconds integer not null,
  line_id text not null default '',
  rang text[] not null default '{}',
  talked text[] not null default '{}', -- extensions and mobiles (+…), in order; more than one: transfers
  record_url text,
  data_source text not null default 'live' check (data_source in ('live', 'recovery')),
  updated_at timestamptz not null default now(),
  primary key (enterprise_number, uuid)
);
create index calls_by_unique_id on calls (enterprise_number, unique_id);
create index calls_by_time on calls (enterprise_number, date_received);
create index calls_by_phone on calls (enterprise_number, phone, date_received);
create index calls_by_uuid on calls (uuid);

create table customers (
  enterprise_number text not null,
  phone_e164 text not null,
  last_name text,
  first_name text,
  middle_name text,
  enterprise_name text, -- the company's name
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  total_in integer not null default 0,
  total_out integer not null default 0,
  total_answered integer not null default 0,
  total_missed integer not null default 0,
  last_call_at timestamptz,
  last_call_answered boolean,
  last_call_extension text,
  primary key (enterprise_number, phone_e164)
);

-- Deliveries ----------------------------------------------------------------------------------------------------------

-- What each subscriber's chat should show for a call, and what it does show.
create table telegram_messages (
  enterprise_number text not null,
  id uuid not null default gen_random_uuid(),
  call_uuid uuid not null,
  subscriber_id bigint not null, -- telegram_users.id
  phone text not null default '', -- the client, to find what a next call replies to
  call_ended_at timestamptz, -- of a final message
  wanted_kind text not null check (wanted_kind in ('live', 'final', 'none')),
  wanted_text text not null,
  wanted_silent boolean not null,
  wanted_version integer not null default 1,
  reply_to uuid, -- the telegram_messages row of the client's call before
  live_message_id bigint,
  final_message_id bigint,
  shown_version integer not null default 0,
  shown_text text,
  sending_version integer, -- intent: a send that has begun; without an id beside it the outcome is unknown
  updated_at timestamptz not null default now(),
  primary key (enterprise_number, id),
  unique (enterprise_number, call_uuid, subscriber_id)
);
create index telegram_messages_by_phone on telegram_messages (enterprise_number, subscriber_id, phone, call_ended_at)
  where phone <> '' and wanted_kind = 'final';

-- The outbox: everything owed to somebody outside, and what became of it.
create table deliveries (
  enterprise_number text not null,
  id bigint generated always as identity,
  target text not null, -- telegram, …
  ordering_key text not null, -- rows with one key run one after the other
  dedupe_key text not null,
  payload jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'running', 'done', 'dead')),
  revision integer not null default 1, -- grows when the same delivery is owed again
  attempts integer not null default 0,
  run_at timestamptz not null default now(),
  lease_owner uuid,
  lease_until timestamptz,
  last_error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (enterprise_number, id),
  unique (enterprise_number, dedupe_key)
);
create index deliveries_due on deliveries (target, run_at) where state = 'pending';
create index deliveries_running on deliveries (lease_until) where state = 'running';
create index deliveries_unfinished on deliveries (enterprise_number, ordering_key, id) where state in ('pending', 'running');
create index deliveries_finished on deliveries (finished_at) where state = 'done';

-- One row an attempt to reach a CRM.
create table integration_logs (
  enterprise_number text not null,
  id bigint generated always as identity,
  crm text not null,
  event_type text not null,
  unique_id text not null,
  attempt integer not null,
  request jsonb,
  response jsonb,
  status integer,
  duration_ms integer,
  created_at timestamptz not null default now(),
  primary key (enterprise_number, id)
);

-- For people used to the old name.
create view asterisk_logs as
  select id, enterprise_number, unique_id, event_type, event_timestamp, raw_data, data_source, telegram_sent
  from call_events;

-- Hints ---------------------------------------------------------------------------------------------------------------

create function notify_config_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('config_changed', tg_table_name);
  return null;
end $$;
create trigger enterprises_changed after insert or update or delete or truncate on enterprises
  for each statement execute function notify_config_changed();
create trigger telegram_users_changed after insert or update or delete or truncate on telegram_users
  for each statement execute function notify_config_changed();
create trigger users_changed after insert or update or delete or truncate on users
  for each statement execute function notify_config_changed();
create trigger user_internal_phones_changed after insert or update or delete or truncate on user_internal_phones
  for each statement execute function notify_config_changed();
create trigger lines_changed after insert or update or delete or truncate on lines
  for each statement execute function notify_config_changed();
