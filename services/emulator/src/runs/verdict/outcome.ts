import type { Queryable } from '@live-calls/shared/db';
import type { CallRow } from '../run.js';

/** By what a run's traces in the database are found. */
export interface Traces {
  enterprise: string;
  /** Ids under which events were acknowledged. */
  ids: readonly number[];
  uniqueIds: readonly string[];
  bridgeIds: readonly string[];
  /** When the run began. */
  since: Date;
}

export interface StoredEvent {
  id: number;
  event_type: string;
  process_error: string | null;
}

/** What one subscriber should see of a call and does see. */
export interface ShownMessage {
  subscriber_id: number;
  call_uuid: string;
  wanted_kind: 'live' | 'final' | 'none';
  shown_text: string | null;
  live_message_id: number | null;
  final_message_id: number | null;
}

export interface OwedDelivery {
  target: string;
  state: 'pending' | 'running' | 'done' | 'dead';
  last_error: string | null;
}

/** What became of a run in one enterprise, as the database tells it. */
export interface Outcome {
  enterprise: string;
  events: StoredEvent[];
  calls: CallRow[];
  messages: ShownMessage[];
  deliveries: OwedDelivery[];
  /** Every message that is known in the enterprise's chats since then, by subscriber. */
  known: { subscriber_id: number; message_id: number }[];
  unprocessed: number;
  /** Calls that time will change within a minute and a half. */
  waking: number;
}

/** A minute is for clocks that differ. */
const SQL = `
  with own as materialized (
    select id, event_type, process_error, processed_at, call_uuid from call_events
    where enterprise_number = $1 and event_timestamp >= $5::timestamptz - interval '1 minute' and (
      id = any ($2::bigint[]) or id >= (select min(given) from unnest($2::bigint[]) as given) and (
        unique_id <> '' and unique_id = any ($3::text[]) or bridge_id <> '' and bridge_id = any ($4::text[])))
  ), tracked as materialized (
    select uuid, wake_at from tracked_calls
    where enterprise_number = $1 and (uuid in (select call_uuid from own)
      or anchor = any ($3::text[]) and updated_at >= $5::timestamptz - interval '1 minute')
  ), messages as materialized (
    select * from telegram_messages where enterprise_number = $1 and call_uuid in (select uuid from tracked)
  ), finished as (
    select $1::text as enterprise, uuid, unique_id,
      (array['incoming', 'outgoing', 'internal'])[call_type + 1] as direction, phone as party,
      call_status = 2 as answered, talked, rang, date_received, date_end,
      talk_seconds
    from calls where enterprise_number = $1 and uuid in (select uuid from tracked)
    order by date_received, unique_id
  ), owed as (
    select target, state, last_error from deliveries d
    where enterprise_number = $1 and created_at >= $5::timestamptz - interval '1 minute' and (
      dedupe_key in (select 'telegram:' || id from messages)
      or target <> 'telegram' and exists (
        select from tracked where position(uuid::text in d.ordering_key || d.dedupe_key || d.payload::text) > 0))
  ), known as (
    select subscriber_id, message_id from telegram_messages,
      unnest(array[live_message_id, final_message_id]) as message_id
    where enterprise_number = $1 and message_id is not null and updated_at >= $5::timestamptz - interval '1 minute'
  )
  select
    coalesce((select json_agg(json_build_object('id', id, 'event_type', event_type, 'process_error', process_error)
      order by id) from own), '[]') as events,
    coalesce((select json_agg(finished) from finished), '[]') as calls,
    coalesce((select json_agg(json_build_object('subscriber_id', subscriber_id, 'call_uuid', call_uuid,
      'wanted_kind', wanted_kind, 'shown_text', shown_text, 'live_message_id', live_message_id,
      'final_message_id', final_message_id)) from messages), '[]') as messages,
    coalesce((select json_agg(owed) from owed), '[]') as deliveries,
    coalesce((select json_agg(known) from known), '[]') as known,
    (select count(*)::int from own where processed_at is null) as unprocessed,
    (select count(*)::int from tracked where wake_at < now() + interval '90 seconds') as waking`;

/** Reads what became of a run so far. Rejects as the database does. */
export async function readOutcome(db: Queryable, traces: Traces): Promise<Outcome> {
  const { enterprise, ids, uniqueIds, bridgeIds, since } = traces;
  const { rows } = await db.query<Omit<Outcome, 'enterprise'>>(SQL, [enterprise, ids, uniqueIds, bridgeIds, since]);
  const [row] = rows;
  if (row === undefined) throw new Error('the database answered without a row');
  return { enterprise, ...row };
}

/** Whether nothing is owed any more: what there is now, stays. */
export function isSettled({ unprocessed, waking, deliveries }: Outcome): boolean {
  return unprocessed === 0 && waking === 0 && deliveries.every(({ state }) => state === 'done' || state === 'dead');
}
