import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** A message as its chat should show it and does show it, with whatever sending it takes. */
export interface MessageToShow {
  callUuid: string;
  subscriberId: number;
  wantedKind: 'live' | 'final' | 'none';
  wantedText: string;
  wantedSilent: boolean;
  wantedVersion: number;
  liveMessageId: number | null;
  finalMessageId: number | null;
  shownText: string | null;
  /** A send of this version was begun and nobody knows what became of it. */
  sendingVersion: number | null;
  /** Telegram's id of the message that this one answers. */
  replyToMessageId: number | null;
  chatId: number;
  /** Null: there is nobody to show it to (any more). */
  botToken: string | null;
}

export type Slot = 'live' | 'final';

const SLOT_COLUMN: Readonly<Record<Slot, string>> = { live: 'live_message_id', final: 'final_message_id' };

/** Null when the message or its subscriber is gone. */
export async function messageToShow(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  messageId: string,
): Promise<MessageToShow | null> {
  const { rows } = await client.query<MessageToShow>(
    prepared(
      `select m.call_uuid as "callUuid", m.subscriber_id as "subscriberId", m.wanted_kind as "wantedKind",
       m.wanted_text as "wantedText", m.wanted_silent as "wantedSilent", m.wanted_version as "wantedVersion",
       m.live_message_id as "liveMessageId", m.final_message_id as "finalMessageId", m.shown_text as "shownText",
       m.sending_version as "sendingVersion", r.final_message_id as "replyToMessageId", u.tg_id as "chatId",
       case when u.enabled then coalesce(nullif(u.bot_token, ''), nullif(e.bot_token, '')) end as "botToken"
     from telegram_messages m
     join telegram_users u on u.enterprise_number = m.enterprise_number and u.id = m.subscriber_id
     join enterprises e on e.number = m.enterprise_number
     left join telegram_messages r on r.enterprise_number = m.enterprise_number and r.id = m.reply_to
     where m.enterprise_number = $1 and m.id = $2`,
      [enterpriseNumber, messageId],
    ),
  );
  return rows[0] ?? null;
}

/** Written before a send: if nothing is recorded after it, the message may be in the chat nevertheless. */
export async function intendToSend(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  messageId: string,
  version: number,
): Promise<void> {
  await client.query(
    prepared('update telegram_messages set sending_version = $3 where enterprise_number = $1 and id = $2', [
      enterpriseNumber,
      messageId,
      version,
    ]),
  );
}

/** Telegram surely did not take it. */
export async function forgetIntent(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  messageId: string,
): Promise<void> {
  await client.query(
    prepared('update telegram_messages set sending_version = null where enterprise_number = $1 and id = $2', [
      enterpriseNumber,
      messageId,
    ]),
  );
}

/**
 * Records a message that was sent; may be repeated when it is unknown whether that was stored.
 *
 * @returns false when another worker's stands there already: this one is one too many
 */
export async function recordSent(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  messageId: string,
  slot: Slot,
  sent: { telegramId: number; text: string; version: number },
): Promise<boolean> {
  const column = SLOT_COLUMN[slot];
  const { rowCount } = await client.query(
    prepared(
      `update telegram_messages set ${column} = $3, shown_text = $4, shown_version = $5, sending_version = null
     where enterprise_number = $1 and id = $2 and (${column} is null or ${column} = $3)`,
      [enterpriseNumber, messageId, sent.telegramId, sent.text, sent.version],
    ),
  );
  return rowCount === 1;
}

/** Records what a message was edited to. */
export async function recordEdited(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  messageId: string,
  shown: { text: string; version: number },
): Promise<void> {
  await client.query(
    prepared(
      'update telegram_messages set shown_text = $3, shown_version = $4 where enterprise_number = $1 and id = $2',
      [enterpriseNumber, messageId, shown.text, shown.version],
    ),
  );
}

/** Records that a message is not in the chat any more, unless another one has taken its place meanwhile. */
export async function recordGone(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  messageId: string,
  slot: Slot,
  telegramId: number,
): Promise<void> {
  const column = SLOT_COLUMN[slot];
  await client.query(
    prepared(
      `update telegram_messages set ${column} = null where enterprise_number = $1 and id = $2 and ${column} = $3`,
      [enterpriseNumber, messageId, telegramId],
    ),
  );
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
