import { CRMS, type EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';

/** A call as whoever wants to replay it has to know it. */
export interface ReplayedCall {
  uuid: string;
  unique_id: string;
  phone: string;
  started_at: Date;
  /** `forgotten`: there is its row in `calls` only. */
  state: 'open' | 'final' | 'retracted' | 'forgotten';
  /** By what CRMs know it; null: they never heard of it. */
  external_id: string | null;
  /** Steps of the CRM's ledger that are done. */
  steps: number;
  /** Messages that do not stand in their chats as they should. */
  unshown: number;
}

/** A message does not stand in its chat as it should. */
export const UNSHOWN = `case m.wanted_kind
  when 'final' then m.final_message_id is null or m.live_message_id is not null
    or m.shown_text is distinct from m.wanted_text
  when 'live' then m.live_message_id is null or m.final_message_id is not null
    or m.shown_text is distinct from m.wanted_text
  else m.live_message_id is not null or m.final_message_id is not null end`;

/** @param crm whose ledger is looked at; '' none's */
export async function callsToReplay(
  db: Queryable,
  enterpriseNumber: EnterpriseNumber,
  uuids: readonly string[],
  crm = '',
): Promise<ReplayedCall[]> {
  const { rows } = await db.query<ReplayedCall>(
    `select u.uuid::text as uuid, coalesce(t.anchor, c.unique_id) as unique_id, coalesce(t.phone, c.phone) as phone,
       coalesce(t.started_at, c.date_received) as started_at, coalesce(t.state, 'forgotten') as state, t.external_id,
       (select count(*)::int from crm_steps s where s.enterprise_number = $1 and s.crm = $3
         and s.external_id = t.external_id and s.done_at is not null) as steps,
       (select count(*)::int from telegram_messages m where m.enterprise_number = $1 and m.call_uuid = u.uuid
         and ${UNSHOWN}) as unshown
     from unnest($2::uuid[]) as u (uuid)
     left join tracked_calls t on t.enterprise_number = $1 and t.uuid = u.uuid
     left join calls c on c.enterprise_number = $1 and c.uuid = u.uuid
     where t.uuid is not null or c.uuid is not null
     order by 4, 2`,
    [enterpriseNumber, uuids, crm],
  );
  return rows;
}

/** How many of these calls have a row in `calls` that was written since `since`. */
export async function callsWrittenSince(
  db: Queryable,
  enterpriseNumber: EnterpriseNumber,
  uuids: readonly string[],
  since: Date,
): Promise<string[]> {
  const { rows } = await db.query<{ uuid: string }>(
    `select uuid from calls where enterprise_number = $1 and uuid = any ($2::uuid[]) and updated_at >= $3`,
    [enterpriseNumber, uuids, since],
  );
  return rows.map((row) => row.uuid);
}

/**
 * Remembers calls again that were forgotten, from what `calls` and the log still tell: that they are over, how they were
 * counted, what was known of the client before, and by what CRMs know them. So the next step that meets their events
 * corrects them instead of telling and counting them anew.
 *
 * @returns how many
 */
export async function rememberForgotten(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  uuids: readonly string[],
): Promise<number> {
  const { rowCount } = await client.query(
    `insert into tracked_calls (enterprise_number, uuid, anchor, view, phone, state, started_at, counted_as, history,
       external_id)
     select $1, c.uuid, c.unique_id,
       jsonb_build_object('anchor', c.unique_id, 'direction', (array['incoming', 'outgoing', 'internal'])[c.call_type + 1],
         'party', c.phone, 'line', c.line_id, 'state', 'final', 'ringing', '[]'::jsonb, 'rang', to_jsonb(c.rang),
         'talked', to_jsonb(c.talked), 'partner', coalesce(c.talked[array_upper(c.talked, 1)], ''),
         'answered', c.call_status = 2, 'startedAt', c.date_received, 'answeredAt',
         case when c.call_status = 2 then c.date_received + c.wait_seconds * interval '1 second' end,
         'endedAt', c.date_end, 'talkSeconds', c.talk_seconds, 'waitSeconds', c.wait_seconds,
         'durationSeconds', c.duration, 'dataSource', c.data_source, 'wakeAt', null,
         'channels', to_jsonb(log.channels), 'bridges', to_jsonb(log.bridges)),
       case when client.is_counted then c.phone else '' end, 'final', c.date_received,
       case when client.is_counted then (array['in:', 'out:'])[c.call_type + 1]
         || case c.call_status when 2 then 'answered' else 'missed' end end,
       case when client.is_counted and before.calls_in > 0 then jsonb_build_object('callsIn', before.calls_in,
         'lastAt', last.date_received, 'lastAnswered', last.call_status = 2,
         'lastExtension', coalesce(last.talked[array_upper(last.talked, 1)], '')) end,
       (select s.external_id from crm_steps s where s.enterprise_number = $1 and s.crm = any ($3::text[])
          and (s.external_id = any (log.channels)
            or s.external_id = c.unique_id || '-' || floor(extract(epoch from c.date_received)))
        order by s.begun_at limit 1)
     from calls c
     cross join lateral (select c.call_type <> 2 and c.phone ~ '^\\+\\d' as is_counted) client
     cross join lateral (
       select coalesce(array_agg(distinct e.unique_id) filter (where e.unique_id <> ''), '{}') as channels,
         coalesce(array_agg(distinct e.bridge_id) filter (where e.bridge_id <> ''), '{}') as bridges
       from call_events e where e.enterprise_number = $1 and e.call_uuid = c.uuid) log
     cross join lateral (
       select count(*)::int as calls_in from calls b where b.enterprise_number = $1 and b.phone = c.phone
         and b.call_type = 0 and b.date_received < c.date_received) before
     left join lateral (
       select b.date_received, b.call_status, b.talked from calls b where b.enterprise_number = $1
         and b.phone = c.phone and b.call_type <> 2 and b.date_received < c.date_received
       order by b.date_received desc limit 1) last on true
     where c.enterprise_number = $1 and c.uuid = any ($2::uuid[])
     on conflict do nothing`,
    [enterpriseNumber, uuids, CRMS],
  );
  return rowCount ?? 0;
}
