import type { Queryable } from './pool.js';

export interface EnterpriseName {
  number: string;
  name: string;
  /** IANA. */
  timezone: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  active: boolean;
}

export async function enterpriseNames(db: Queryable): Promise<EnterpriseName[]> {
  const { rows } = await db.query<EnterpriseName>(
    'select number, name, timezone, country, active from enterprises order by number',
  );
  return rows;
}

export interface SeenEvent {
  id: number;
  event_type: string;
  unique_id: string;
  /** Of receipt; of a recovered one by the host's log. */
  at: Date;
  received_at: Date;
  processed_at: Date | null;
  error: string | null;
  data_source: 'live' | 'recovery';
  call_uuid: string | null;
  /** As it was sent, without the token. */
  body: Record<string, unknown>;
}

const COLUMNS = `id, event_type, unique_id, event_timestamp as at, received_at, processed_at, process_error as error,
  data_source, call_uuid, raw_data - 'Token' as body`;

/** The newest events of an enterprise. */
export async function lastEvents(db: Queryable, enterprise: string, limit: number): Promise<SeenEvent[]> {
  const { rows } = await db.query<SeenEvent>(
    `select ${COLUMNS} from call_events where enterprise_number = $1
     order by event_timestamp desc, id desc limit $2`,
    [enterprise, limit],
  );
  return rows;
}

/** The events of a call, the oldest first. */
export async function eventsOfCall(db: Queryable, enterprise: string, call: string, limit: number) {
  const { rows } = await db.query<SeenEvent & { bridge_id: string }>(
    `select ${COLUMNS}, bridge_id from call_events where enterprise_number = $1 and call_uuid = $2
     order by event_timestamp, id limit $3`,
    [enterprise, call, limit],
  );
  return rows;
}
