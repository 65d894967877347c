import type { Crm, EnterpriseNumber } from '../contracts/index.js';
import { oweDeliveries, type Owed } from './oweDeliveries.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';
import { UNSHOWN } from './replayCalls.js';
import type { ChangedMessage } from './wantedMessages.js';

/** Where a call can be delivered again. */
export type ReplayTarget = Crm | 'telegram';

/** How far apart calls are handed over, ms: what is replayed must not keep live calls waiting. */
export const apartMs = (target: ReplayTarget): number => (target === 'telegram' ? 100 : 500);

/** Owes the core's dispatch these calls for one destination; what is owed already is armed again. */
export async function oweReplay(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  { target, uuids, after = 0 }: { target: ReplayTarget; uuids: readonly string[]; after?: number },
): Promise<void> {
  await oweDeliveries(
    client,
    uuids.map((uuid, index) => ({
      enterpriseNumber,
      target: 'dispatch',
      orderingKey: `dispatch:${uuid}`,
      dedupeKey: `dispatch:${uuid}:replay:${target}`,
      payload: { call_uuid: uuid, event_type: 'hangup', target },
      delayMs: (after + index) * apartMs(target),
    })),
  );
}

/** Forgets what was done in a CRM for these calls: it will be done again. @returns how many steps */
export async function forgetSteps(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  crm: Crm,
  uuids: readonly string[],
): Promise<number> {
  const { rowCount } = await client.query(
    `delete from crm_steps s using tracked_calls t
     where t.enterprise_number = $1 and t.uuid = any ($3::uuid[])
       and s.enterprise_number = $1 and s.crm = $2 and s.external_id = t.external_id`,
    [enterpriseNumber, crm, uuids],
  );
  return rowCount ?? 0;
}

/** Gives a call that CRMs never heard of the name by which they are to know it. @returns the one that it has */
export async function nameForCrms(
  db: Queryable,
  enterpriseNumber: EnterpriseNumber,
  uuid: string,
  externalId: string,
): Promise<string> {
  const { rows } = await db.query<{ external_id: string }>(
    prepared(
      `update tracked_calls set external_id = coalesce(external_id, $3) where enterprise_number = $1 and uuid = $2
       returning external_id`,
      [enterpriseNumber, uuid, externalId],
    ),
  );
  return rows[0]?.external_id ?? externalId;
}

/** Owes deliveries as if they had never been owed, with as much time as new ones; what runs is done again after it. */
export async function oweAnew(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  owed: readonly Owed[],
): Promise<void> {
  await client.query(
    prepared(
      `delete from deliveries where enterprise_number = $1 and dedupe_key = any ($2::text[]) and state <> 'running'`,
      [enterpriseNumber, owed.map((one) => one.dedupeKey)],
    ),
  );
  await oweDeliveries(client, owed);
}

/** A call's messages that do not stand in their chats as they should, and that nobody is at. */
export async function unshownMessages(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  callUuid: string,
): Promise<ChangedMessage[]> {
  const { rows } = await client.query<ChangedMessage>(
    prepared(
      `select m.enterprise_number as "enterpriseNumber", m.id, m.call_uuid as "callUuid", m.subscriber_id as "subscriberId", 0 as "delayMs"
       from telegram_messages m
       where m.enterprise_number = $1 and m.call_uuid = $2 and ${UNSHOWN}
         and not exists (select from deliveries d where d.enterprise_number = $1
           and d.dedupe_key = 'telegram:' || m.id and d.state in ('pending', 'running'))`,
      [enterpriseNumber, callUuid],
    ),
  );
  return rows;
}
