import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** A finished call as people report on it. */
export interface FinishedCall {
  enterprise_number: EnterpriseNumber;
  uuid: string;
  unique_id: string;
  /** Client in E.164; of an internal call the calling extension; '' unknown. */
  phone: string;
  extension: string;
  /** 0 incoming, 1 outgoing, 2 internal. */
  call_type: 0 | 1 | 2;
  /** 2 answered, 0 not. */
  call_status: 0 | 2;
  date_received: Date;
  date_end: Date;
  /** Seconds. */
  duration: number;
  talk_seconds: number | null;
  wait_seconds: number;
  line_id: string;
  rang: string[];
  talked: string[];
  record_url: string | null;
  data_source: 'live' | 'recovery';
}

/** Writes finished calls; what is known of one already is corrected. */
export async function saveFinishedCalls(client: Queryable, calls: readonly FinishedCall[]): Promise<void> {
  if (calls.length === 0) return;
  const columns = `uuid, unique_id, phone, extension, call_type, call_status, date_received, date_end, duration,
    talk_seconds, wait_seconds, line_id, rang, talked, record_url, data_source`;
  const updates = columns
    .split(',')
    .map((column) => column.trim())
    .filter((column) => column !== 'uuid')
    .map((column) => `${column} = excluded.${column}`);
  await client.query(
    prepared(
      `insert into calls (enterprise_number, ${columns})
     select enterprise_number, ${columns} from jsonb_to_recordset($1::jsonb) as c (enterprise_number text, uuid uuid, unique_id text, phone text,
       extension text, call_type smallint, call_status smallint, date_received timestamptz, date_end timestamptz,
       duration integer, talk_seconds integer, wait_seconds integer, line_id text, rang text[], talked text[],
       record_url text, data_source text)
     on conflict (enterprise_number, uuid) do update set ${updates.join(', ')}, updated_at = now()`,
      [JSON.stringify(calls)],
    ),
  );
}

/** Takes back calls that turned out to be no calls of their own. */
export async function removeFinishedCalls(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  uuids: string[],
): Promise<void> {
  if (uuids.length === 0) return;
  await client.query(
    prepared('delete from calls where enterprise_number = $1 and uuid = any ($2::uuid[])', [enterpriseNumber, uuids]),
  );
}

/** Where the recording of a call is: the tenant's template and the call's UniqueId. */
export async function findRecording(
  client: Queryable,
  uuid: string,
): Promise<{ unique_id: string; recordings_url: string | null } | null> {
  const { rows } = await client.query<{ unique_id: string; recordings_url: string | null }>(
    prepared(
      `select c.unique_id, e.recordings_url from calls c join enterprises e on e.number = c.enterprise_number
     where c.uuid = $1`,
      [uuid],
    ),
  );
  return rows[0] ?? null;
}
