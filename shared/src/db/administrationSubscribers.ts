import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';

export interface ListedSubscriber {
  id: number;
  chat: number;
  enabled: boolean;
  disabled_reason: string | null;
  /** As it is stored; null: the enterprise's bot. */
  bot_token: string | null;
}

/**
 * Subscribes a chat, or enables it again.
 *
 * @param botToken as it is to be stored; null: the enterprise's bot
 */
export async function addSubscriber(
  db: Queryable,
  enterpriseNumber: EnterpriseNumber,
  chat: number,
  botToken: string | null,
): Promise<void> {
  await db.query(
    `insert into telegram_users (enterprise_number, tg_id, bot_token) values ($1, $2, $3)
     on conflict (enterprise_number, bot_token, tg_id) do update set enabled = true, disabled_reason = null`,
    [enterpriseNumber, chat, botToken],
  );
}

export async function listSubscribers(db: Queryable, enterpriseNumber: EnterpriseNumber): Promise<ListedSubscriber[]> {
  const { rows } = await db.query<ListedSubscriber>(
    `select id, tg_id as chat, enabled, disabled_reason, nullif(bot_token, '') as bot_token
     from telegram_users where enterprise_number = $1 order by id`,
    [enterpriseNumber],
  );
  return rows;
}

/** @returns how many subscriptions of the chat there were */
export async function removeSubscriber(
  db: Queryable,
  enterpriseNumber: EnterpriseNumber,
  chat: number,
): Promise<number> {
  const { rowCount } = await db.query('delete from telegram_users where enterprise_number = $1 and tg_id = $2', [
    enterpriseNumber,
    chat,
  ]);
  return rowCount ?? 0;
}
