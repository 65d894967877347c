import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** What every chat of its tenant should show for one call. */
export interface WantedMessage {
  enterpriseNumber: EnterpriseNumber;
  callUuid: string;
  /** The client in E.164; '' when it is no client or not known: then nothing is a reply. */
  phone: string;
  kind: 'live' | 'final';
  text: string;
  silent: boolean;
  startedAt: Date;
  /** Null while the call is not over. */
  endedAt: Date | null;
  /** Of its call: not before this long after the call began. */
  waitMs: number;
  /** A message that stands in no chat yet: not before this long from now. */
  firstWaitMs: number;
}

/** A message whose chat has to follow. */
export interface ChangedMessage {
  enterpriseNumber: EnterpriseNumber;
  id: string;
  callUuid: string;
  subscriberId: number;
  delayMs: number;
}

/**
 * Stores what the tenants' enabled subscribers should see, and tells which messages are different from before. A final
 * message never becomes a live one again. A message that is first wanted for a call answers the final one of the same
 * client's call that ended at most 10 minutes before this call began. Somebody who subscribes after a call was over is
 * not told of its corrections.
 *
 * What is known of each call is looked up once: `exists` may be planned as a set of all the messages that a tenant has.
 *
 * `wanted` must hold each call once; a client's calls see each other only when they come in different calls of this.
 */
export async function wantMessages(client: Queryable, wanted: readonly WantedMessage[]): Promise<ChangedMessage[]> {
  if (wanted.length === 0) return [];
  const { rows } = await client.query<ChangedMessage>(
    prepared(
      `with wanted as (
       select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::timestamptz[],
         $8::float8[], $9::timestamptz[], $10::float8[])
         as w (enterprise_number, call_uuid, phone, kind, body, silent, started_at, wait_ms, ended_at, first_wait_ms)
     ), subscribers as (
       -- One chat may be listed under its tenant's bot by name and by default.
       select u.enterprise_number, min(u.id) as id
       from telegram_users u join enterprises e on e.number = u.enterprise_number
       where u.enterprise_number = any ($1::text[]) and u.enabled
         and coalesce(nullif(u.bot_token, ''), nullif(e.bot_token, '')) is not null
       group by u.enterprise_number, u.tg_id, coalesce(nullif(u.bot_token, ''), nullif(e.bot_token, ''))
     ), shown as (
       insert into telegram_messages as m (enterprise_number, call_uuid, subscriber_id, phone, wanted_kind, wanted_text,
         wanted_silent, reply_to, call_ended_at)
       select w.enterprise_number, w.call_uuid, s.id, w.phone, w.kind, w.body, w.silent, previous.id, w.ended_at
       from wanted w cross join lateral (
         select array_agg(o.subscriber_id) as told, bool_or(o.wanted_kind = 'final') as is_over from telegram_messages o
         where o.enterprise_number = w.enterprise_number and o.call_uuid = w.call_uuid
       ) known join subscribers s on s.enterprise_number = w.enterprise_number left join lateral (
         select p.id from telegram_messages p
         where p.enterprise_number = w.enterprise_number and p.subscriber_id = s.id and p.phone = w.phone and p.phone <> ''
           and p.call_uuid <> w.call_uuid and p.wanted_kind = 'final'
           and p.call_ended_at between w.started_at - interval '10 minutes' and w.started_at + interval '5 seconds'
           and (s.id = any (known.told)) is not true
         order by p.call_ended_at desc limit 1
       ) previous on true
       where w.kind = 'live' or w.kind = 'final' and (s.id = any (known.told) or known.is_over is not true)
       on conflict (enterprise_number, call_uuid, subscriber_id) do update
       set wanted_kind = excluded.wanted_kind, wanted_text = excluded.wanted_text, phone = excluded.phone,
           call_ended_at = excluded.call_ended_at,
           wanted_silent = excluded.wanted_silent, wanted_version = m.wanted_version + 1, updated_at = now()
       where (m.wanted_kind, m.wanted_text) is distinct from (excluded.wanted_kind, excluded.wanted_text)
         and not (m.wanted_kind = 'final' and excluded.wanted_kind = 'live')
       returning m.enterprise_number, m.id, m.call_uuid, m.subscriber_id,
         m.live_message_id is null and m.final_message_id is null as is_first
     )
     select c.enterprise_number as "enterpriseNumber", c.id, c.call_uuid as "callUuid", c.subscriber_id as "subscriberId",
       -- Counted from now when the call's clock is ahead of ours.
       greatest(case when c.is_first then w.first_wait_ms else 0 end, least(w.wait_ms, (extract(epoch from w.started_at - now()) * 1000)::float8 + w.wait_ms)) as "delayMs"
     from shown c join wanted w using (enterprise_number, call_uuid)`,
      [
        wanted.map((one) => one.enterpriseNumber),
        wanted.map((one) => one.callUuid),
        wanted.map((one) => one.phone),
        wanted.map((one) => one.kind),
        wanted.map((one) => one.text),
        wanted.map((one) => one.silent),
        wanted.map((one) => one.startedAt),
        wanted.map((one) => one.waitMs),
        wanted.map((one) => one.endedAt),
        wanted.map((one) => one.firstWaitMs),
      ],
    ),
  );
  return rows;
}

/** Wants a call to be shown no more. @returns the messages that have to go */
export async function takeBackMessages(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  callUuid: string,
): Promise<ChangedMessage[]> {
  const { rows } = await client.query<ChangedMessage>(
    prepared(
      `update telegram_messages
     set wanted_kind = 'none', wanted_text = '', wanted_version = wanted_version + 1, updated_at = now()
     where enterprise_number = $1 and call_uuid = $2 and wanted_kind <> 'none'
     returning enterprise_number as "enterpriseNumber", id, call_uuid as "callUuid", subscriber_id as "subscriberId",
       0 as "delayMs"`,
      [enterpriseNumber, callUuid],
    ),
  );
  return rows;
}

/**
 * Makes the given calls' messages due that stand in no chat yet and have not been tried; those of a call that has only
 * begun keep waiting for somebody to ring.
 *
 * @returns how many
 */
export async function hurryMessages(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  callUuids: readonly string[],
): Promise<number> {
  const { rowCount } = await client.query(
    prepared(
      `with waiting as (
       select d.id from telegram_messages m
       join tracked_calls c on c.enterprise_number = $1 and c.uuid = m.call_uuid and c.view ->> 'state' <> 'start'
       join deliveries d on d.enterprise_number = $1 and d.dedupe_key = 'telegram:' || m.id
       where m.enterprise_number = $1 and m.call_uuid = any ($2::uuid[])
         and m.live_message_id is null and m.final_message_id is null
         and d.state = 'pending' and d.attempts = 0 and d.run_at > now()
       for update of d skip locked
     )
     update deliveries d set run_at = now() from waiting w where d.enterprise_number = $1 and d.id = w.id`,
      [enterpriseNumber, callUuids],
    ),
  );
  return rowCount ?? 0;
}
