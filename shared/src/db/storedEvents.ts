import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** A row of call_events as the fold needs it. */
export interface StoredEvent {
  id: number;
  /** event_timestamp to the microsecond: with the id it finds the row again. */
  stamp: string;
  unique_id: string;
  bridge_id: string;
  event_type: string;
  event_timestamp: Date;
  data_source: 'live' | 'recovery';
  /** Of a large event only what is read of it. */
  raw_data: unknown;
  /** The call that it was folded into before. */
  call_uuid: string | null;
}

/** What to look for: everything that shares one of these. */
export interface Relation {
  calls: string[];
  uniqueIds: string[];
  bridgeIds: string[];
  /** Also events of no call between these times. */
  loose?: { from: Date; to: Date };
  /** Nothing older: keeps the search within the youngest partitions. */
  since: Date;
}

/** What the fold reads of an event (fold/event.ts). */
const READ_FIELDS = [
  ...['BridgeUniqueid', 'Phone', 'Extensions', 'CallType', 'CallStatus', 'Trunk', 'Channel', 'Exten', 'CallerIDNum'],
  ...['ConnectedLineNum', 'StartTime', 'DateReceived', 'EndTime'],
];

/**
 * The event; of one beyond 2 kB, which no host sends, only what is read of it, if that is not long itself: 64 kB of JSON
 * are a megabyte of objects, and a step reads up to 20,000 events, on the thread that serves everybody. PostgreSQL
 * compresses what is large, so neither size nor compression alone tells it; the text is not made for every row.
 */
const RAW_DATA = `case
  when pg_column_compression(raw_data) is null and pg_column_size(raw_data) <= 2000
    or jsonb_typeof(raw_data) <> 'object' then raw_data
  else (
    select coalesce(jsonb_object_agg(name, value), '{}') from jsonb_each(raw_data) as field (name, value)
    where name in ('${READ_FIELDS.join("', '")}')
      and octet_length(value::text) <= case name when 'Extensions' then 4000 else 400 end
  ) end as raw_data`;

const COLUMNS = 'id, unique_id, bridge_id, event_type, event_timestamp, data_source, raw_data, call_uuid';

/**
 * What is read of the events that `found` selects (COLUMNS of a bounded number of rows). Outside of it, because inside there
 * would be a plan of RAW_DATA for each index and month, and making them ready takes longer than finding the events.
 */
const eventsIn = (found: string): string =>
  `select id, event_timestamp::text as stamp, unique_id, bridge_id, event_type, event_timestamp, data_source,
     ${RAW_DATA}, call_uuid
   from (${found}) as found`;

/**
 * Makes this transaction the only one that folds the tenant, until it ends, however it ends.
 *
 * @returns false when another one does
 */
export async function takeTenant(client: Queryable, enterpriseNumber: string): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    prepared(`select pg_try_advisory_xact_lock(hashtext('fold tenant'), hashtext($1)) as taken`, [enterpriseNumber]),
  );
  return rows[0]?.taken ?? false;
}

/** Tenants with events that are not processed, or with a call that time has changed. */
export async function tenantsWithWork(client: Queryable): Promise<EnterpriseNumber[]> {
  const { rows } = await client.query<{ enterprise_number: EnterpriseNumber }>(
    `select distinct enterprise_number from call_events where processed_at is null
     union
     select enterprise_number from tracked_calls where wake_at <= now()`,
  );
  return rows.map((row) => row.enterprise_number);
}

/** The oldest events of a tenant that are not processed yet, in the order in which they were stored. */
export async function unprocessedEvents(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  limit: number,
): Promise<StoredEvent[]> {
  const { rows } = await client.query<StoredEvent>(
    prepared(
      `${eventsIn(
        `select ${COLUMNS} from call_events where enterprise_number = $1 and processed_at is null order by id limit $2`,
      )} order by id`,
      [enterpriseNumber, limit],
    ),
  );
  return rows;
}

/** A tenant's open calls have a few thousand events when hundreds of people talk. */
export const MOST_RELATED_EVENTS = 20_000;

/**
 * Processed events that are related in one of the given ways; the same event may come several times.
 *
 * @returns at most MOST_RELATED_EVENTS: as many are not all
 */
export async function relatedEvents(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  { calls, uniqueIds, bridgeIds, loose, since }: Relation,
): Promise<StoredEvent[]> {
  const where =
    'enterprise_number = $1 and event_timestamp >= $2 and processed_at is not null and process_error is null';
  // One select an index: a single one with "or" may be planned as a scan of the whole history.
  const { rows } = await client.query<StoredEvent>(
    prepared(
      eventsIn(`select ${COLUMNS} from call_events
     where ${where} and call_uuid is not null and call_uuid = any ($3::uuid[])
     union all
     select ${COLUMNS} from call_events where ${where} and unique_id <> '' and unique_id = any ($4::text[])
     union all
     select ${COLUMNS} from call_events where ${where} and bridge_id <> '' and bridge_id = any ($5::text[])
     union all
     select ${COLUMNS} from call_events
     where ${where} and call_uuid is null and event_timestamp between $6::timestamptz and $7::timestamptz
     limit ${MOST_RELATED_EVENTS}`),
      [enterpriseNumber, since, calls, uniqueIds, bridgeIds, loose?.from ?? null, loose?.to ?? null],
    ),
  );
  return rows;
}

/** The latest event of a call of the given type, else its latest one of any type; null when it has none. */
export async function latestEvent(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  callUuid: string,
  eventType: string,
): Promise<Pick<StoredEvent, 'event_type' | 'data_source' | 'raw_data'> | null> {
  const { rows } = await client.query<Pick<StoredEvent, 'event_type' | 'data_source' | 'raw_data'>>(
    prepared(
      `select event_type, data_source, raw_data from call_events where enterprise_number = $1 and call_uuid = $2
     order by event_type = $3 desc, event_timestamp desc, id desc limit 1`,
      [enterpriseNumber, callUuid, eventType],
    ),
  );
  return rows[0] ?? null;
}

/** Marks events as processed and notes the call each of them is part of; an event of no call keeps what it had. */
export async function markProcessed(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  events: readonly { id: number; stamp: string; callUuid: string | null }[],
): Promise<void> {
  if (events.length === 0) return;
  await client.query(
    prepared(
      `update call_events e
     set processed_at = coalesce(e.processed_at, now()), call_uuid = coalesce(p.call_uuid, e.call_uuid)
     from unnest($2::bigint[], $3::timestamptz[], $4::uuid[]) as p (id, event_timestamp, call_uuid)
     where e.enterprise_number = $1 and e.event_timestamp = p.event_timestamp and e.id = p.id`,
      [
        enterpriseNumber,
        events.map((event) => event.id),
        events.map((event) => event.stamp),
        events.map((event) => event.callUuid),
      ],
    ),
  );
}

/** Sets events aside that cannot be processed, so that their tenant goes on without them. */
export async function setAside(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  events: readonly { id: number; stamp: string }[],
  reason: string,
): Promise<void> {
  await client.query(
    prepared(
      `update call_events e set processed_at = now(), process_error = $4
     from unnest($2::bigint[], $3::timestamptz[]) as one (id, stamp)
     where e.enterprise_number = $1 and e.event_timestamp = one.stamp and e.id = one.id and e.processed_at is null`,
      [enterpriseNumber, events.map(({ id }) => id), events.map(({ stamp }) => stamp), reason.slice(0, 500)],
    ),
  );
}
