import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** How a finished call counts for its client. */
export type CountedAs = 'in:answered' | 'in:missed' | 'out:answered' | 'out:missed';

/** What the fold last said about a call; `View` and `History` are the core's own. */
export interface TrackedCall<View, History> {
  uuid: string;
  anchor: string;
  view: View;
  phone: string;
  state: 'open' | 'final' | 'retracted';
  started_at: Date;
  wake_at: Date | null;
  counted_as: CountedAs | null;
  history: History | null;
  /** By what CRMs know the call; null until it is handed on to them. */
  external_id: string | null;
}

const COLUMNS = 'uuid, anchor, view, phone, state, started_at, wake_at, counted_as, history, external_id';

/**
 * The tenant's open calls, those that time has changed, the latest of the given clients around the given time, and those
 * of the given extensions that were over a moment before it.
 */
export async function callsToFold<View, History>(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  { phones, extensions, from, to }: { phones: string[]; extensions: string[]; from: Date; to: Date },
): Promise<TrackedCall<View, History>[]> {
  const { rows } = await client.query<TrackedCall<View, History>>(
    prepared(
      `select ${COLUMNS} from tracked_calls where enterprise_number = $1 and state = 'open'
       union all
       select ${COLUMNS} from tracked_calls where enterprise_number = $1 and state <> 'open' and wake_at <= now()
       union all
       (select ${COLUMNS} from tracked_calls
        where enterprise_number = $1 and state <> 'open' and phone <> '' and phone = any ($2::text[])
          and started_at between $4 and $5
        order by started_at desc limit 20)
       union all
       (select ${COLUMNS} from tracked_calls
        where enterprise_number = $1 and state = 'final' and started_at between $4 and $5
          and (view -> 'rang' ?| $3::text[] or view -> 'talked' ?| $3::text[])
        order by started_at desc limit 5)`,
      [enterpriseNumber, phones, extensions, from, to],
    ),
  );
  return rows;
}

/** What is remembered of the given calls, and of calls since then that one of the given channels stands for. */
export async function loadTrackedCalls<View, History>(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  { uuids, anchors, since }: { uuids: string[]; anchors: string[]; since: Date },
): Promise<TrackedCall<View, History>[]> {
  const { rows } = await client.query<TrackedCall<View, History>>(
    prepared(
      `select ${COLUMNS} from tracked_calls
     where enterprise_number = $1 and (uuid = any ($2::uuid[]) or anchor = any ($3::text[]) and started_at >= $4)`,
      [enterpriseNumber, uuids, anchors, since],
    ),
  );
  return rows;
}

/** What is remembered of a call; null when it is forgotten. */
export async function findTrackedCall<View, History>(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  uuid: string,
): Promise<TrackedCall<View, History> | null> {
  const { rows } = await client.query<TrackedCall<View, History>>(
    prepared(`select ${COLUMNS} from tracked_calls where enterprise_number = $1 and uuid = $2`, [
      enterpriseNumber,
      uuid,
    ]),
  );
  return rows[0] ?? null;
}

/** Writes what the fold says now; a call that is new gets its row here. An `external_id` stays what it was first. */
export async function trackCalls(
  client: Queryable,
  calls: readonly (TrackedCall<unknown, unknown> & { enterpriseNumber: EnterpriseNumber })[],
): Promise<void> {
  if (calls.length === 0) return;
  await client.query(
    prepared(
      `insert into tracked_calls as t (enterprise_number, ${COLUMNS})
     select c."enterpriseNumber", c.uuid, c.anchor, c.view, coalesce(c.phone, ''), c.state, c.started_at, c.wake_at, c.counted_as, c.history,
       c.external_id
     from jsonb_to_recordset($1::jsonb) as c ("enterpriseNumber" text, uuid uuid, anchor text, view jsonb, phone text, state text,
       started_at timestamptz, wake_at timestamptz, counted_as text, history jsonb,
       external_id text)
     on conflict (enterprise_number, uuid) do update
     set anchor = excluded.anchor, view = excluded.view, phone = excluded.phone, state = excluded.state,
         started_at = excluded.started_at, wake_at = excluded.wake_at, counted_as = excluded.counted_as,
         history = excluded.history,
         external_id = coalesce(t.external_id, excluded.external_id), updated_at = now()`,
      [JSON.stringify(calls)],
    ),
  );
}

/**
 * Forgets up to 1000 calls that nothing changed for so long that nothing will, the oldest first, and what chats show of
 * them; their rows in `calls` stay.
 *
 * @returns how many calls
 */
export async function forgetCalls(client: Queryable, days: number): Promise<number> {
  const { rows } = await client.query<{ calls: number }>(
    prepared(
      `with forgotten as (
         delete from tracked_calls where (enterprise_number, uuid) in (
           select enterprise_number, uuid from tracked_calls
           where updated_at < now() - $1 * interval '1 day' and state <> 'open' order by updated_at limit 1000)
         returning enterprise_number, uuid
       ), unshown as (
         delete from telegram_messages m using forgotten f
         where m.enterprise_number = f.enterprise_number and m.call_uuid = f.uuid
       )
       select count(*)::int as calls from forgotten`,
      [days],
    ),
  );
  return rows[0]?.calls ?? 0;
}
