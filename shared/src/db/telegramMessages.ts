import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { locking, type Locked } from './locked.js';
import { prepared } from './prepared.js';

/** A message as its chat should show it and does show it. */
export interface MessageState {
  wantedKind: 'live' | 'final' | 'none';
  wantedText: string;
  wantedSilent: boolean;
  wantedVersion: number;
  liveMessageId: number | null;
  finalMessageId: number | null;
  shownText: string | null;
  /** A send of this version was begun and nobody knows what became of it. */
  sendingVersion: number | null;
}

/** The same with whatever sending it takes. */
export interface MessageToShow extends MessageState {
  callUuid: string;
  subscriberId: number;
  /** Telegram's id of the message that this one answers. */
  replyToMessageId: number | null;
  chatId: number;
  /** Null: there is nobody to show it to (any more). */
  botToken: string | null;
}

export type Slot = 'live' | 'final';

export interface MessageKey {
  enterpriseNumber: EnterpriseNumber;
  messageId: string;
}

/** What became of a message in its chat. */
export type MessageRecord = MessageKey &
  (
    | { kind: 'intended'; version: number }
    /** Telegram surely did not take it. */
    | { kind: 'not sent' }
    | { kind: 'sent'; slot: Slot; telegramId: number; text: string; version: number }
    | { kind: 'edited'; text: string; version: number }
    /** It is not in the chat any more. */
    | { kind: 'gone'; slot: Slot; telegramId: number }
  );

const STATE = `m.wanted_kind as "wantedKind", m.wanted_text as "wantedText", m.wanted_silent as "wantedSilent",
  m.wanted_version as "wantedVersion", m.live_message_id as "liveMessageId", m.final_message_id as "finalMessageId",
  m.shown_text as "shownText", m.sending_version as "sendingVersion"`;

/** Messages, in the order of the keys; null when the message or its subscriber is gone. */
export async function messagesToShow(
  client: Queryable,
  keys: readonly MessageKey[],
): Promise<(MessageToShow | null)[]> {
  const { rows } = await client.query<MessageToShow & { place: number }>(
    prepared(
      `select k.place, m.call_uuid as "callUuid", m.subscriber_id as "subscriberId", ${STATE},
       r.final_message_id as "replyToMessageId", u.tg_id as "chatId",
       case when u.enabled then coalesce(nullif(u.bot_token, ''), nullif(e.bot_token, '')) end as "botToken"
     from unnest($1::text[], $2::uuid[]) with ordinality as k (enterprise_number, id, place)
     join telegram_messages m using (enterprise_number, id)
     join telegram_users u on u.enterprise_number = m.enterprise_number and u.id = m.subscriber_id
     join enterprises e on e.number = m.enterprise_number
     left join telegram_messages r on r.enterprise_number = m.enterprise_number and r.id = m.reply_to`,
      [keys.map((key) => key.enterpriseNumber), keys.map((key) => key.messageId)],
    ),
  );
  const found = new Map(rows.map(({ place, ...message }) => [place, message]));
  return keys.map((_, index) => found.get(index + 1) ?? null);
}

/**
 * Stores what became of messages, each of them once; may be repeated when it is unknown whether that was stored. A message
 * that is not in the chat any more stays known when another one has taken its place meanwhile.
 *
 * An intent is written before a send: if nothing is recorded after it, the message may be in the chat nevertheless.
 *
 * @param locked what to do with a message that a step is writing. To wait for one while holding others could end in a
 *   deadlock, so only a single one may wait
 * @returns what is stored of each now, in the order of the records; null when it is gone, was skipped or, of one that was
 *   sent, when another worker's stands there already: this one is one too many
 */
export async function recordMessages(
  client: Queryable,
  records: readonly MessageRecord[],
  locked: Locked,
): Promise<(MessageState | null)[]> {
  const idOf = (slot: Slot): string => `case when t.slot is distinct from '${slot}' then m.${slot}_message_id
    when t.kind = 'sent' then t.telegram_id else nullif(m.${slot}_message_id, t.telegram_id) end`;
  const { rows } = await client.query<MessageState & { id: string }>(
    prepared(
      `with told as (
       select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::int[])
         as t (enterprise_number, id, kind, slot, telegram_id, body, version)
     ), mine as materialized (
       select t.* from told t join telegram_messages m using (enterprise_number, id) for no key update of m ${locking(locked)}
     )
     update telegram_messages m
     set live_message_id = ${idOf('live')}, final_message_id = ${idOf('final')},
         shown_text = case when t.kind in ('sent', 'edited') then t.body else m.shown_text end,
         shown_version = case when t.kind in ('sent', 'edited') then t.version else m.shown_version end,
         sending_version = case t.kind when 'intended' then t.version when 'sent' then null when 'not sent' then null
           else m.sending_version end
     from mine t
     where m.enterprise_number = t.enterprise_number and m.id = t.id
       and (t.kind <> 'sent'
         or coalesce(case t.slot when 'live' then m.live_message_id else m.final_message_id end, t.telegram_id)
           = t.telegram_id)
     returning m.id, ${STATE}`,
      [
        records.map((record) => record.enterpriseNumber),
        records.map((record) => record.messageId),
        records.map((record) => record.kind),
        records.map((record) => ('slot' in record ? record.slot : null)),
        records.map((record) => ('telegramId' in record ? record.telegramId : null)),
        records.map((record) => ('text' in record ? record.text : null)),
        records.map((record) => ('version' in record ? record.version : null)),
      ],
    ),
  );
  const written = new Map(rows.map(({ id, ...state }) => [id, state]));
  return records.map(({ messageId }) => written.get(messageId) ?? null);
}

/**
 * Marks the events of a call whose final message was shown. Rows that somebody else is writing are left out: they are
 * being marked by another chat's delivery, and waiting for several rows at once could end in a deadlock.
 */
export async function markCallShown(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  callUuid: string,
): Promise<void> {
  await client.query(
    prepared(
      `with told as (
       select event_timestamp, id from call_events
       where enterprise_number = $1 and call_uuid = $2 and not telegram_sent
       for update skip locked
     )
     update call_events e set telegram_sent = true
     from told t where e.enterprise_number = $1 and e.event_timestamp = t.event_timestamp and e.id = t.id`,
      [enterpriseNumber, callUuid],
    ),
  );
}
