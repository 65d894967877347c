import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** What every chat of a tenant should show for one call. */
export interface WantedMessage {
  callUuid: string;
  /** The client in E.164; '' when it is no client or not known: then nothing is a reply. */
  phone: string;
  kind: 'live' | 'final' | 'none';
  text: string;
  silent: boolean;
  startedAt: Date;
  /** Null while the call is not over. */
  endedAt: Date | null;
  /** Of its call: not before this long after the call began. */
  waitMs: number;
}

/** A message whose chat has to follow. */
export interface ChangedMessage {
  id: string;
  callUuid: string;
  subscriberId: number;
  delayMs: number;
}

/**
 * Stores what the tenant's enabled subscribers should see, and tells which messages are different from before. A final
 * message never becomes a live one again. A message that is first wanted for a call answers the final one of the same
 * client's call that ended at most 10 minutes before this call began. Somebody who subscribes after a call was over is
 * not told of its corrections.
 *
 * `wanted` must hold each call once; a client's calls see each other only when they come in different calls of this.
 */
export async function wantMessages(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  wanted: readonly WantedMessage[],
): Promise<ChangedMessage[]> {
  const { rows } = await client.query<ChangedMessage>(
    prepared(
      `with wanted as (
       select * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::timestamptz[], $8::float8[],
         $9::timestamptz[]) as w (call_uuid, phone, kind, body, silent, started_at, wait_ms, ended_at)
     ), subscribers as (
       -- One chat may be listed under the tenant's bot by name and by default.
       select min(u.id) as id from telegram_users u join enterprises e on e.number = u.enterprise_number
       where u.enterprise_number = $1 and u.enabled
         and coalesce(nullif(u.bot_token, ''), nullif(e.bot_token, '')) is not null
       group by u.tg_id, coalesce(nullif(u.bot_token, ''), nullif(e.bot_token, ''))
     ), shown as (
       insert into telegram_messages as m (enterprise_number, call_uuid, subscriber_id, phone, wanted_kind, wanted_text,
         wanted_silent, reply_to, call_ended_at)
       select $1, w.call_uuid, s.id, w.phone, w.kind, w.body, w.silent, previous.id, w.ended_at
       from wanted w cross join subscribers s left join lateral (
         select p.id from telegram_messages p
         where p.enterprise_number = $1 and p.subscriber_id = s.id and p.phone = w.phone and p.phone <> ''
           and p.call_uuid <> w.call_uuid and p.wanted_kind = 'final'
           and p.call_ended_at between w.started_at - interval '10 minutes' and w.started_at + interval '5 seconds'
           and not exists (select from telegram_messages o where o.enterprise_number = $1
                           and o.call_uuid = w.call_uuid and o.subscriber_id = s.id)
         order by p.call_ended_at desc limit 1
       ) previous on true
       where w.kind = 'live' or w.kind = 'final' and (
         exists (select from telegram_messages o where o.enterprise_number = $1 and o.call_uuid = w.call_uuid
                 and o.subscriber_id = s.id)
         or not exists (select from telegram_messages o where o.enterprise_number = $1 and o.call_uuid = w.call_uuid
                        and o.wanted_kind = 'final'))
       on conflict (enterprise_number, call_uuid, subscriber_id) do update
       set wanted_kind = excluded.wanted_kind, wanted_text = excluded.wanted_text, phone = excluded.phone,
           call_ended_at = excluded.call_ended_at,
           wanted_silent = excluded.wanted_silent, wanted_version = m.wanted_version + 1, updated_at = now()
       where (m.wanted_kind, m.wanted_text) is distinct from (excluded.wanted_kind, excluded.wanted_text)
         and not (m.wanted_kind = 'final' and excluded.wanted_kind = 'live')
       returning m.id, m.call_uuid, m.subscriber_id
     ), taken_back as (
       update telegram_messages m
       set wanted_kind = 'none', wanted_text = '', wanted_version = m.wanted_version + 1, updated_at = now()
       from wanted w
       where w.kind = 'none' and m.enterprise_number = $1 and m.call_uuid = w.call_uuid and m.wanted_kind <> 'none'
       returning m.id, m.call_uuid, m.subscriber_id
     )
     select c.id, c.call_uuid as "callUuid", c.subscriber_id as "subscriberId",
       -- Counted from now when the call's clock is ahead of ours.
       greatest(0, least(w.wait_ms, (extract(epoch from w.started_at - now()) * 1000)::float8 + w.wait_ms)) as "delayMs"
     from (select * from shown union all select * from taken_back) c join wanted w using (call_uuid)`,
      [
        enterpriseNumber,
        wanted.map((one) => one.callUuid),
        wanted.map((one) => one.phone),
        wanted.map((one) => one.kind),
        wanted.map((one) => one.text),
        wanted.map((one) => one.silent),
        wanted.map((one) => one.startedAt),
        wanted.map((one) => one.waitMs),
        wanted.map((one) => one.endedAt),
      ],
    ),
  );
  return rows;
}
