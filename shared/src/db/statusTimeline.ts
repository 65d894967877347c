import type { Queryable } from './pool.js';

/** A call and what there is to know of it. */
export interface TracedCall {
  enterprise: string;
  name: string | null;
  timezone: string | null;
  country: string | null;
  uuid: string;
  unique_id: string;
  external_id: string | null;
  phone: string;
  state: 'open' | 'final' | 'retracted';
  started_at: Date;
  updated_at: Date;
  view: unknown;
}

export interface TracedMessage {
  chat: number | null;
  wanted_kind: 'live' | 'final' | 'none';
  wanted_version: number;
  shown_version: number;
  shown_text: string | null;
  /** When it last became different, or was last shown. */
  updated_at: Date;
  state: string | null;
  attempts: number | null;
  owed_at: Date | null;
  finished_at: Date | null;
  next_try_at: Date | null;
  last_error: string | null;
}

export interface TracedDelivery {
  id: number;
  target: string;
  event: string | null;
  state: 'pending' | 'running' | 'done' | 'dead';
  attempts: number;
  created_at: Date;
  next_try_at: Date;
  finished_at: Date | null;
  last_error: string | null;
  note: string | null;
}

/** One request to a CRM; secrets were masked when it was written. */
export interface TracedRequest {
  crm: string;
  event: string;
  attempt: number;
  method: string | null;
  url: string | null;
  status: number | null;
  duration_ms: number | null;
  error: string | null;
  response: unknown;
  /** When it was over. */
  at: Date;
}

const MOST = 200;

export async function tracedCall(db: Queryable, enterprise: string, uuid: string): Promise<TracedCall | null> {
  const { rows } = await db.query<TracedCall>(
    `select t.enterprise_number as enterprise, e.name, e.timezone, e.country, t.uuid, t.anchor as unique_id,
       t.external_id, t.phone, t.state, t.started_at, t.updated_at, t.view
     from tracked_calls t left join enterprises e on e.number = t.enterprise_number
     where t.enterprise_number = $1 and t.uuid = $2`,
    [enterprise, uuid],
  );
  return rows[0] ?? null;
}

export async function messagesOfCall(db: Queryable, enterprise: string, uuid: string): Promise<TracedMessage[]> {
  const { rows } = await db.query<TracedMessage>(
    `select s.tg_id as chat, m.wanted_kind, m.wanted_version, m.shown_version, m.shown_text, m.updated_at,
       d.state, d.attempts, d.created_at as owed_at, d.finished_at, d.run_at as next_try_at, d.last_error
     from telegram_messages m
     left join telegram_users s on s.id = m.subscriber_id
     left join deliveries d on d.enterprise_number = m.enterprise_number and d.dedupe_key = 'telegram:' || m.id
     where m.enterprise_number = $1 and m.call_uuid = $2 order by s.tg_id limit ${MOST}`,
    [enterprise, uuid],
  );
  return rows;
}

/** What the gateway accepted of a call. */
export async function acceptedOfCall(db: Queryable, enterprise: string, uuid: string) {
  const { rows } = await db.query<{ key: string; event: string; at: Date }>(
    `select key, event_type as event, received_at as at from crm_events
     where enterprise_number = $1 and call_id = $2 order by received_at limit ${MOST}`,
    [enterprise, uuid],
  );
  return rows;
}

/**
 * What is and was owed of a call: those of these keys, and whatever of these ordering keys is not done. There is no
 * index of those that are done but by their keys.
 */
export async function deliveriesOfCall(
  db: Queryable,
  enterprise: string,
  { keys, orderingKeys }: { keys: string[]; orderingKeys: string[] },
): Promise<TracedDelivery[]> {
  const columns = `id, target, payload ->> 'event_type' as event, state, attempts, created_at, run_at as next_try_at,
    finished_at, last_error, note`;
  const { rows } = await db.query<TracedDelivery>(
    `select ${columns} from deliveries where enterprise_number = $1 and dedupe_key = any ($2::text[])
     union
     select ${columns} from deliveries
     where enterprise_number = $1 and ordering_key = any ($3::text[]) and state in ('pending', 'running')
     union
     select ${columns} from deliveries
     where enterprise_number = $1 and ordering_key = any ($3::text[]) and state = 'dead'
     order by created_at, id limit ${MOST}`,
    [enterprise, keys, orderingKeys],
  );
  return rows;
}

export async function requestsOfCall(db: Queryable, enterprise: string, externalId: string): Promise<TracedRequest[]> {
  const { rows } = await db.query<TracedRequest>(
    `select crm, event_type as event, attempt, request ->> 'method' as method, request ->> 'url' as url, status,
       duration_ms, error, response, created_at as at
     from integration_logs where enterprise_number = $1 and unique_id = $2 order by created_at, id limit ${MOST}`,
    [enterprise, externalId],
  );
  return rows;
}
