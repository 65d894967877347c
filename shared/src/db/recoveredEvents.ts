import type { EnterpriseNumber } from '../contracts/index.js';
import type { NewEvent } from './appendEvents.js';
import { EVENTS_STORED } from './eventsStored.js';
import type { Queryable } from './pool.js';
import type { TimedQuery } from './timedQuery.js';

/** A stored event, to be compared with what a host's log holds. */
export interface KnownEvent {
  id: number;
  unique_id: string;
  bridge_id: string;
  event_type: string;
  event_timestamp: Date;
  raw_data: unknown;
  /** It is of a call so old that what was said of it is forgotten: another event would tell it anew. */
  forgotten: boolean;
}

const TIMEOUT_MS = 20_000;

/** Makes this transaction the only one that recovers events of the tenant; waits for the one that does. */
export async function holdRecovery(client: Queryable, enterpriseNumber: EnterpriseNumber): Promise<void> {
  const query: TimedQuery = {
    text: `select pg_advisory_xact_lock(hashtext('recover events'), hashtext($1))`,
    values: [enterpriseNumber],
    query_timeout: TIMEOUT_MS,
  };
  await client.query(query);
}

/** All events of these channels and bridges. */
export async function knownEvents(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  { uniqueIds, bridgeIds }: { uniqueIds: readonly string[]; bridgeIds: readonly string[] },
): Promise<KnownEvent[]> {
  const columns = `e.id, e.unique_id, e.bridge_id, e.event_type, e.event_timestamp, e.raw_data,
    e.call_uuid is not null and not exists (
      select from tracked_calls t where t.enterprise_number = $1 and t.uuid = e.call_uuid) as forgotten`;
  const query: TimedQuery = {
    name: 'known-events',
    // One select an index: a single one with "or" may be planned as a scan of the whole history.
    text: `
      select ${columns} from call_events e
      where enterprise_number = $1 and unique_id <> '' and unique_id = any ($2::text[])
      union all
      select ${columns} from call_events e
      where enterprise_number = $1 and bridge_id <> '' and bridge_id = any ($3::text[])
        and not unique_id = any ($2::text[])`,
    values: [enterpriseNumber, uniqueIds, bridgeIds],
    query_timeout: TIMEOUT_MS,
  };
  const { rows } = await client.query<KnownEvent>(query);
  return rows;
}

/**
 * Stores events that a host's log told of, in the order given; NOTIFY tells of them like of live ones.
 *
 * @returns their ids, rising in the order of the events
 * @throws when one of the events cannot be stored: then none is
 */
export async function appendRecovered(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  events: readonly Omit<NewEvent, 'enterpriseNumber'>[],
): Promise<number[]> {
  if (events.length === 0) return [];
  const query: TimedQuery = {
    name: 'append-recovered',
    text: `
      with stored as (
        insert into call_events (enterprise_number, unique_id, bridge_id, event_type, event_timestamp, data_source, raw_data)
        select $1, unique_id, bridge_id, event_type, event_timestamp, 'recovery', raw_data::jsonb
        from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[]) with ordinality
          as event (unique_id, bridge_id, event_type, event_timestamp, raw_data, place)
        order by place
        returning id
      ), told as materialized (
        select pg_notify('${EVENTS_STORED}', $1)
      )
      select id from stored cross join told order by id`,
    values: [
      enterpriseNumber,
      events.map((event) => event.uniqueId),
      events.map((event) => event.bridgeId),
      events.map((event) => event.eventType),
      events.map((event) => event.at.toISOString()),
      events.map((event) => event.body),
    ],
    query_timeout: TIMEOUT_MS,
  };
  const { rows } = await client.query<{ id: number }>(query);
  return rows.map((row) => row.id);
}
