import type { Queryable } from './pool.js';
import type { TimedQuery } from './timedQuery.js';

/** An event of a token that no active tenant has. */
export interface NewUnassignedEvent {
  token: string;
  eventType: string;
  at: Date;
  /** A JSON object as text, storable as jsonb. */
  body: string;
}

/**
 * Keeps events of unknown tokens, all or none, until somebody replays them.
 *
 * @returns their ids, rising in the order of the events
 */
export async function appendUnassignedEvents(
  db: Queryable,
  events: readonly NewUnassignedEvent[],
  { timeoutMs }: { timeoutMs: number },
): Promise<number[]> {
  const query: TimedQuery = {
    text: `
      with stored as (
        insert into unassigned_events (token, event_type, received_at, raw_data)
        select token, event_type, received_at, raw_data::jsonb
        from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[]) with ordinality
          as event (token, event_type, received_at, raw_data, place)
        order by place
        returning id
      )
      select id from stored order by id`,
    values: [
      events.map((event) => event.token),
      events.map((event) => event.eventType),
      events.map((event) => event.at.toISOString()),
      events.map((event) => event.body),
    ],
    query_timeout: timeoutMs,
  };
  const { rows } = await db.query<{ id: number }>(query);
  return rows.map((row) => row.id);
}

/** Deletes the oldest events beyond `perToken` rows a token and `total` rows in all. @returns how many */
export async function trimUnassignedEvents(
  db: Queryable,
  { perToken, total }: { perToken: number; total: number },
): Promise<number> {
  const { rowCount } = await db.query(
    `delete from unassigned_events where id in (
       select id from (
         select id, row_number() over (partition by token order by id desc) as of_token,
           row_number() over (order by id desc) as of_all
         from unassigned_events) as numbered
       where of_token > $1 or of_all > $2)`,
    [perToken, total],
  );
  return rowCount ?? 0;
}
