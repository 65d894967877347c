import type { EnterpriseNumber } from '../contracts/index.js';
import { tellEventsStored } from './eventsStored.js';
import type { Queryable } from './pool.js';

/** An event of the log, as far as replaying it needs. */
export interface LoggedEvent {
  id: number;
  /** event_timestamp to the microsecond: with the id it finds the row again. */
  stamp: string;
  at: Date;
  unique_id: string;
  bridge_id: string;
  call_uuid: string | null;
  /** Why it was set aside; null when it was not. */
  process_error: string | null;
}

const COLUMNS = `id, event_timestamp::text as stamp, event_timestamp as at, unique_id, bridge_id, call_uuid, process_error`;

/** The enterprises that have events of this channel: UniqueIds are unique per host only. */
export async function enterprisesOfChannel(db: Queryable, uniqueId: string): Promise<string[]> {
  const { rows } = await db.query<{ number: string }>(
    `select e.number from enterprises e
     where exists (select from call_events c where c.enterprise_number = e.number and c.unique_id = $1)
     order by e.number`,
    [uniqueId],
  );
  return rows.map((row) => row.number);
}

/** All events of the calls that a channel is part of, oldest first, those that were set aside too. */
export async function eventsOfChannel(
  db: Queryable,
  enterpriseNumber: EnterpriseNumber,
  uniqueId: string,
): Promise<LoggedEvent[]> {
  const { rows } = await db.query<LoggedEvent>(
    `with of_channel as materialized (
       select ${COLUMNS} from call_events where enterprise_number = $1 and unique_id <> '' and unique_id = $2
     ), joined as materialized (
       select * from of_channel
       union
       select ${COLUMNS} from call_events where enterprise_number = $1 and bridge_id <> ''
         and bridge_id in (select bridge_id from of_channel where bridge_id <> '')
     )
     select * from joined
     union
     select ${COLUMNS} from call_events where enterprise_number = $1 and call_uuid is not null
       and call_uuid in (select call_uuid from joined)
     order by id`,
    [enterpriseNumber, uniqueId],
  );
  return rows;
}

/** All events from `from` until before `to`, oldest first, and the others of the calls that they are of. */
export async function eventsBetween(
  db: Queryable,
  enterpriseNumber: EnterpriseNumber,
  { from, to }: { from: Date; to: Date },
): Promise<LoggedEvent[]> {
  const { rows } = await db.query<LoggedEvent>(
    `with inside as materialized (
       select ${COLUMNS} from call_events
       where enterprise_number = $1 and event_timestamp >= $2 and event_timestamp < $3
     )
     select * from inside
     union
     select ${COLUMNS} from call_events where enterprise_number = $1 and call_uuid is not null
       and call_uuid in (select call_uuid from inside)
     order by id`,
    [enterpriseNumber, from, to],
  );
  return rows;
}

/** Keeps the tenant from being folded until the transaction ends; waits for the step that folds it now. */
export async function holdTenant(client: Queryable, enterpriseNumber: EnterpriseNumber): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtext('fold tenant'), hashtext($1))`, [enterpriseNumber]);
}

/** Makes events unprocessed again, set aside or not, and tells the core of them. */
export async function processAgain(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  events: readonly Pick<LoggedEvent, 'id' | 'stamp'>[],
): Promise<void> {
  await client.query(
    `update call_events e set processed_at = null, process_error = null
     from unnest($2::bigint[], $3::timestamptz[]) as r (id, event_timestamp)
     where e.enterprise_number = $1 and e.event_timestamp = r.event_timestamp and e.id = r.id`,
    [enterpriseNumber, events.map(({ id }) => id), events.map(({ stamp }) => stamp)],
  );
  await tellEventsStored(client, enterpriseNumber);
}

/** What became of events. */
export interface Processed {
  /** Not yet processed. */
  waiting: number;
  /** Set aside (again). */
  setAside: { id: number; unique_id: string; reason: string }[];
  /** The calls that they are of now. */
  calls: string[];
}

export async function whatBecameOf(
  db: Queryable,
  enterpriseNumber: EnterpriseNumber,
  events: readonly Pick<LoggedEvent, 'id' | 'stamp'>[],
): Promise<Processed> {
  const { rows } = await db.query<Processed>(
    `select count(*) filter (where e.processed_at is null)::int as waiting,
       coalesce(json_agg(json_build_object('id', e.id, 'unique_id', e.unique_id, 'reason', e.process_error))
         filter (where e.process_error is not null), '[]') as "setAside",
       coalesce(array_agg(distinct e.call_uuid::text) filter (where e.call_uuid is not null), '{}') as calls
     from unnest($2::bigint[], $3::timestamptz[]) as r (id, event_timestamp)
     join call_events e on e.enterprise_number = $1 and e.event_timestamp = r.event_timestamp and e.id = r.id`,
    [enterpriseNumber, events.map(({ id }) => id), events.map(({ stamp }) => stamp)],
  );
  return rows[0] ?? { waiting: 0, setAside: [], calls: [] };
}
