import type { Queryable } from './pool.js';

async function rowsOf<Row extends object>(db: Queryable, sql: string): Promise<Row[]> {
  return (await db.query<Row>(sql)).rows;
}

/** Which database it is, and its clock. */
export const databaseFacts = async (
  db: Queryable,
): Promise<{ version: number; bytes: number; now: Date } | undefined> =>
  (
    await rowsOf<{ version: number; bytes: number; now: Date }>(
      db,
      `select current_setting('server_version_num')::int / 10000 as version,
         pg_database_size(current_database()) as bytes, clock_timestamp() as now`,
    )
  )[0];

/** Months, this one and the next, that have no partition for their events. */
export const missingPartitions = async (db: Queryable): Promise<string[]> =>
  (
    await rowsOf<{ name: string }>(
      db,
      `select name from (select 'call_events_' || to_char(now() at time zone 'utc' + ahead * interval '1 month', 'YYYY_MM')
         as name from generate_series(0, 1) as ahead) as months where to_regclass(name) is null order by name`,
    )
  ).map(({ name }) => name);

interface OfEnterprise {
  number: string;
  name: string;
}

/** Active enterprises whose calls nobody is told of. */
export const withoutSubscribers = (db: Queryable): Promise<OfEnterprise[]> =>
  rowsOf(
    db,
    `select number, name from enterprises e where active and not exists (
       select from telegram_users s where s.enterprise_number = e.number and s.enabled) order by number`,
  );

/** Active enterprises with subscribers that have no bot. */
export const withoutBot = (db: Queryable): Promise<OfEnterprise[]> =>
  rowsOf(
    db,
    `select number, name from enterprises e where active and coalesce(bot_token, '') = '' and exists (
       select from telegram_users s where s.enterprise_number = e.number and s.enabled and coalesce(s.bot_token, '') = '')
     order by number`,
  );

export const disabledSubscribers = (
  db: Queryable,
): Promise<(OfEnterprise & { chat: number; reason: string | null })[]> =>
  rowsOf(
    db,
    `select e.number, e.name, s.tg_id as chat, s.disabled_reason as reason
     from telegram_users s join enterprises e on e.number = s.enterprise_number
     where e.active and not s.enabled order by e.number, s.id`,
  );

/** Bots that are asked to write something, each with those who use it. */
export const botsInUse = (db: Queryable): Promise<{ stored: string; enterprises: string[] }[]> =>
  rowsOf(
    db,
    `select stored, array_agg(distinct number order by number) as enterprises from (
       select e.number, coalesce(nullif(s.bot_token, ''), nullif(e.bot_token, '')) as stored
       from enterprises e left join telegram_users s on s.enterprise_number = e.number and s.enabled
       where e.active) as used
     where stored is not null group by stored order by min(number)`,
  );

/** Active enterprises that were silent for a day and were not in the week before. */
export const silentEnterprises = (db: Queryable): Promise<(OfEnterprise & { last: Date })[]> =>
  rowsOf(
    db,
    `select e.number, e.name, v.last from enterprises e cross join lateral (
       select event_timestamp as last from call_events v
       where v.enterprise_number = e.number and v.event_timestamp > now() - interval '8 days'
       order by event_timestamp desc limit 1) as v
     where e.active and v.last < now() - interval '1 day' order by e.number`,
  );

/**
 * By how many seconds the clock of each host is ahead, by the channels that its last events are of; the least of them:
 * an event may come late in a call.
 */
export const hostClocks = (db: Queryable): Promise<(OfEnterprise & { ahead: number })[]> =>
  rowsOf(
    db,
    `select e.number, e.name, v.ahead from enterprises e cross join lateral (
       select ahead from (
         select split_part(unique_id, '.', 1)::float8 - extract(epoch from received_at)::float8 as ahead
         from call_events c
         where c.enterprise_number = e.number and c.event_timestamp > now() - interval '1 day'
           and c.data_source = 'live' and c.unique_id ~ '^\\d{1,10}\\.'
         order by event_timestamp desc limit 30) as last
       order by abs(ahead) limit 1) as v
     where e.active order by e.number`,
  );

/** Events that nobody processes. */
export const unprocessedEvents = async (db: Queryable): Promise<{ count: number; oldest: Date | null }> =>
  (
    await rowsOf<{ count: number; oldest: Date | null }>(
      db,
      `select count(*), min(received_at) as oldest from call_events
       where processed_at is null and received_at < now() - interval '1 minute'`,
    )
  )[0] ?? { count: 0, oldest: null };

/** Events of the last week that could not be processed. */
export const failedEvents = (db: Queryable): Promise<{ number: string; count: number; error: string }[]> =>
  rowsOf(
    db,
    `select enterprise_number as number, count(*), min(process_error) as error from call_events
     where process_error is not null and event_timestamp > now() - interval '7 days'
     group by enterprise_number order by enterprise_number`,
  );

/** Tokens of the last week that no enterprise has. */
export const unassignedTokens = (db: Queryable): Promise<{ token: string; count: number; last: Date }[]> =>
  rowsOf(
    db,
    `select token, count(*), max(received_at) as last from unassigned_events
     where received_at > now() - interval '7 days' group by token order by max(received_at) desc limit 20`,
  );

export interface DeliveryTrouble {
  target: string;
  count: number;
  oldest: Date;
  error: string | null;
  /** Of dead ones: some of them died within 72 hours. */
  isRecent: boolean;
}

export const deadDeliveries = (db: Queryable): Promise<DeliveryTrouble[]> =>
  rowsOf(
    db,
    `select target, count(*), min(finished_at) as oldest, (array_agg(last_error order by finished_at desc))[1] as error,
       coalesce(max(finished_at) > now() - interval '72 hours', false) as "isRecent"
     from deliveries where state = 'dead' group by target order by target`,
  );

/** Deliveries that were due five minutes ago, and whose worker is gone since then. */
export const stuckDeliveries = (db: Queryable): Promise<DeliveryTrouble[]> =>
  rowsOf(
    db,
    `select target, count(*), min(coalesce(lease_until, run_at)) as oldest, max(last_error) as error, true as "isRecent"
     from deliveries
     where state = 'pending' and run_at < now() - interval '5 minutes'
       or state = 'running' and lease_until < now() - interval '5 minutes'
     group by target order by target`,
  );

/** Settings of CRMs of the active enterprises. */
export const activeSettings = (db: Queryable): Promise<(OfEnterprise & { config: unknown })[]> =>
  rowsOf(db, 'select number, name, integrations_config as config from enterprises where active order by number');
