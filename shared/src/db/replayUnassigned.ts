import type { EnterpriseNumber } from '../contracts/index.js';
import { tellEventsStored } from './eventsStored.js';
import type { Queryable } from './pool.js';

/** Events that were kept for a token. */
export interface KeptEvents {
  /** Null: no active enterprise has the token. */
  enterprise: { number: EnterpriseNumber; name: string; timezone: string } | null;
  events: number;
  first_at: Date;
  last_at: Date;
}

/** What is kept, by token; the token itself is not told. */
export async function keptEvents(db: Queryable): Promise<KeptEvents[]> {
  const { rows } = await db.query<KeptEvents>(
    `select case when e.number is not null then
         json_build_object('number', e.number, 'name', e.name, 'timezone', e.timezone) end as enterprise,
       count(*)::int as events, min(u.received_at) as first_at, max(u.received_at) as last_at
     from unassigned_events u left join enterprises e on e.name2 = u.token and e.active
     group by u.token, e.number order by e.number nulls last, min(u.id)`,
  );
  return rows;
}

/** A kept event, as far as sorting it needs. */
export interface KeptEvent {
  id: number;
  unique_id: string;
  bridge_id: string;
  call_uuid: null;
}

// As the door reads them: text or a number as it was written.
const idIn = (field: string): string =>
  `case when jsonb_typeof(u.raw_data -> '${field}') in ('string', 'number')
     then left(btrim(u.raw_data ->> '${field}'), 200) else '' end`;

const OF_ENTERPRISE = `exists (select from enterprises e where e.number = $1 and e.active and e.name2 = u.token)`;

/** What is kept for an enterprise, oldest first. */
export async function keptFor(db: Queryable, enterpriseNumber: EnterpriseNumber): Promise<KeptEvent[]> {
  const { rows } = await db.query<KeptEvent>(
    `select u.id, ${idIn('UniqueId')} as unique_id, ${idIn('BridgeUniqueid')} as bridge_id, null as call_uuid
     from unassigned_events u where ${OF_ENTERPRISE} order by u.id`,
    [enterpriseNumber],
  );
  return rows;
}

/**
 * Gives kept events to their enterprise: appended to the log in their order and with their times, and kept no more, in one
 * statement. As recovered ones: whoever reads of them learns of them late, and nobody's card is to pop up now.
 *
 * @returns where they stand in the log
 */
export async function assignKept(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  ids: readonly number[],
): Promise<{ id: number; stamp: string }[]> {
  const { rows } = await client.query<{ id: number; stamp: string }>(
    `with taken as (
       delete from unassigned_events u where u.id = any ($2::bigint[]) and ${OF_ENTERPRISE} returning u.*
     ), stored as (
       insert into call_events (enterprise_number, unique_id, bridge_id, event_type, event_timestamp, received_at,
         data_source, raw_data)
       select $1, ${idIn('UniqueId')}, ${idIn('BridgeUniqueid')}, u.event_type, u.received_at, u.received_at, 'recovery',
         u.raw_data
       from taken u order by u.id
       returning id, event_timestamp::text as stamp
     )
     select id, stamp from stored order by id`,
    [enterpriseNumber, ids],
  );
  await tellEventsStored(client, enterpriseNumber);
  return rows;
}
