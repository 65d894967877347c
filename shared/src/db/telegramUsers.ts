import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';

/** Stops messages to one subscription; what it was told stays. */
export async function disableSubscriber(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  subscriberId: number,
  reason: string,
): Promise<void> {
  await client.query(
    `update telegram_users set enabled = false, disabled_reason = $3
     where enterprise_number = $1 and id = $2 and enabled`,
    [enterpriseNumber, subscriberId, reason],
  );
}

/**
 * A group became a supergroup: its chat has a new id. A subscription that is already there under the new id makes this
 * one superfluous: it is disabled.
 */
export async function moveSubscriber(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  subscriberId: number,
  chatId: number,
): Promise<void> {
  const { rowCount } = await client.query(
    `update telegram_users u set tg_id = $3
     where u.enterprise_number = $1 and u.id = $2 and not exists (
       select from telegram_users o where o.enterprise_number = u.enterprise_number and o.tg_id = $3 and o.id <> u.id
       and o.bot_token is not distinct from u.bot_token)`,
    [enterpriseNumber, subscriberId, chatId],
  );
  if (rowCount === 0) {
    await disableSubscriber(client, enterpriseNumber, subscriberId, `moved to ${chatId}, which is subscribed already`);
  }
}
