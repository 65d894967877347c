import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import type { TimedQuery } from './timedQuery.js';

/** An event as a host told it, with the tenant it is of. */
export interface NewEvent {
  enterpriseNumber: EnterpriseNumber;
  /** '' when the event names no channel. */
  uniqueId: string;
  /** '' when the event names no bridge. */
  bridgeId: string;
  eventType: string;
  /** Of receipt. */
  at: Date;
  /** A JSON object as text, storable as jsonb. */
  body: string;
}

interface AppendOptions {
  /** How long PostgreSQL may take; then the connection is given up and it is unknown whether the events are stored. */
  timeoutMs: number;
}

/**
 * Stores events in one statement, which is its own transaction.
 *
 * @returns their ids, rising in the order of the events
 * @throws when one of the events cannot be stored: then none is
 */
export async function appendEvents(
  db: Queryable,
  events: readonly NewEvent[],
  { timeoutMs }: AppendOptions,
): Promise<number[]> {
  const query: TimedQuery = {
    name: 'append-events',
    text: `
      with stored as (
        insert into call_events (enterprise_number, unique_id, bridge_id, event_type, event_timestamp, raw_data)
        select enterprise_number, unique_id, bridge_id, event_type, event_timestamp, raw_data::jsonb
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[]) with ordinality
          as event (enterprise_number, unique_id, bridge_id, event_type, event_timestamp, raw_data, place)
        order by place
        returning id
      )
      select id from stored order by id`,
    values: [
      events.map((event) => event.enterpriseNumber),
      events.map((event) => event.uniqueId),
      events.map((event) => event.bridgeId),
      events.map((event) => event.eventType),
      events.map((event) => event.at.toISOString()),
      events.map((event) => event.body),
    ],
    query_timeout: timeoutMs,
  };
  const { rows } = await db.query<{ id: number }>(query);
  return rows.map((row) => row.id);
}
