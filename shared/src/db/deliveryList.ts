import type { Queryable } from './pool.js';

/** A delivery as a person looks at it. */
export interface ListedDelivery {
  id: number;
  enterprise: string;
  target: string;
  /** `dial`, `answer`, `hangup`, `cancel`, `record`; of a message to a chat what it is to show: `live`, `final` or `none`. */
  event: string | null;
  unique_id: string | null;
  phone: string | null;
  /** Of Telegram. */
  chat: number | null;
  state: 'pending' | 'running' | 'dead';
  attempts: number;
  /** Null: it is not tried again. */
  next_try_at: Date | null;
  last_error: string | null;
  created_at: Date;
  /** IANA. */
  timezone: string | null;
}

/** Which deliveries: `pending` are those that run, too. */
export interface DeliveryFilter {
  state: 'dead' | 'pending';
  target?: string | undefined;
  /** Number. */
  enterprise?: string | undefined;
}

const STATES: Readonly<Record<DeliveryFilter['state'], string[]>> = { dead: ['dead'], pending: ['pending', 'running'] };

const WHERE = `d.state = any ($1::text[]) and ($2::text is null or d.target = $2)
  and ($3::text is null or d.enterprise_number = $3)`;

// A delivery that cannot be read is listed as well.
const uuidIn = (field: string): string =>
  `case when d.payload ->> '${field}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (d.payload ->> '${field}')::uuid end`;

const valuesOf = ({ state, target, enterprise }: DeliveryFilter): unknown[] => [
  STATES[state],
  target ?? null,
  enterprise ?? null,
];

/** The oldest `limit` of them. */
export async function listDeliveries(db: Queryable, filter: DeliveryFilter, limit: number): Promise<ListedDelivery[]> {
  const { rows } = await db.query<ListedDelivery>(
    `select d.id, d.enterprise_number as enterprise, d.target,
       coalesce(m.wanted_kind, d.payload ->> 'event_type') as event,
       coalesce(d.payload ->> 'unique_id', t.anchor) as unique_id,
       nullif(coalesce(d.payload -> 'call' ->> 'phone', m.phone, t.phone), '') as phone, s.tg_id as chat, d.state,
       d.attempts, case when d.state = 'pending' then d.run_at end as next_try_at, d.last_error, d.created_at,
       e.timezone
     from (select * from deliveries d where ${WHERE} order by d.id limit $4) d
     left join telegram_messages m on m.enterprise_number = d.enterprise_number and m.id = ${uuidIn('message_id')}
     left join telegram_users s on s.id = m.subscriber_id
     left join tracked_calls t on t.enterprise_number = d.enterprise_number
       and t.uuid = coalesce(m.call_uuid, ${uuidIn('call_uuid')})
     left join enterprises e on e.number = d.enterprise_number
     order by d.id`,
    [...valuesOf(filter), limit],
  );
  return rows;
}

export async function countDeliveries(db: Queryable, filter: DeliveryFilter): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from deliveries d where ${WHERE}`,
    valuesOf(filter),
  );
  return rows[0]?.count ?? 0;
}

// With as much time as a new one.
const ARM = `state = 'pending', revision = revision + 1, attempts = 0, run_at = now(), last_error = null, note = null,
  finished_at = null, created_at = now()`;

/** Arms all of them that do not run. @returns how many */
export async function retryDeliveries(db: Queryable, filter: DeliveryFilter): Promise<number> {
  const { rowCount } = await db.query(
    `update deliveries d set ${ARM} where ${WHERE} and d.state <> 'running'`,
    valuesOf(filter),
  );
  return rowCount ?? 0;
}

/** What a delivery was when it was to be armed; undefined: there is none. Only dead and pending ones are armed. */
export type Retried = 'dead' | 'pending' | 'running' | 'done' | undefined;

/** Arms one delivery, and with the end of a call its recording, which died of the same. */
export async function retryDelivery(db: Queryable, id: number): Promise<Retried> {
  const { rows } = await db.query<{ state: Retried }>(
    `with asked as materialized (
       select enterprise_number, id, ordering_key, last_error, state from deliveries where id = $1 for update
     ), armed as (
       update deliveries d set ${ARM} from asked a
       where d.enterprise_number = a.enterprise_number and a.state in ('dead', 'pending')
         and (d.id = a.id or a.state = 'dead' and d.state = 'dead' and d.ordering_key = a.ordering_key
           and d.payload ->> 'event_type' = 'record' and d.last_error is not distinct from a.last_error)
     )
     select state from asked`,
    [id],
  );
  return rows[0]?.state;
}
