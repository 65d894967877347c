import { allAnswered, oweDeliveries, oweDeliveriesOnce, type Owed, type Queryable } from '@live-calls/shared/db';
import type { Change } from '../calls/reconcile.js';
import type { Tracked } from '../calls/tracked.js';
import type { Tenant } from '../tenants/tenant.js';
import { eventsOwed, type EventOwed } from './eventsOwed.js';
import { externalIdOf } from './externalId.js';
import { isHandedOn } from './handedOn.js';

/**
 * Owes the gateway what CRMs have to learn of the changes, and names the calls that they learn of for the first time.
 * To be called in the transaction of the step, before the changes are written; the dispatch worker is to be woken after
 * its commit.
 *
 * @returns how many deliveries were owed
 */
export async function oweEvents(
  client: Queryable,
  tenant: Pick<Tenant, 'number' | 'crms'>,
  changes: readonly Change[],
): Promise<number> {
  if (tenant.crms.length === 0) return 0;
  const once: Owed[] = [];
  const again: Owed[] = [];
  for (const { before, after } of changes) {
    const owed = eventsOwed(before, after);
    if (owed.length > 0) after.external_id ??= externalIdOf(after);
    // What was taken back meanwhile may have been dropped instead of sent.
    const list = isHandedOn(after) && (before === null || isHandedOn(before)) ? once : again;
    list.push(...owed.map((event) => deliveryOf(after.uuid, event, before)));
  }
  await allAnswered([
    oweDeliveries(client, tenant.number, 'dispatch', again),
    oweDeliveriesOnce(
      client,
      tenant.number,
      once.map((owed) => ({ ...owed, target: 'dispatch' })),
    ),
  ]);
  return once.length + again.length;
}

function deliveryOf(uuid: string, { type, distinction, delayMs }: EventOwed, before: Tracked | null): Owed {
  const key = `dispatch:${uuid}`;
  return {
    orderingKey: key,
    dedupeKey: [key, type, distinction].filter(Boolean).join(':'),
    // What is taken back is named as it was told: what is known of it now may be nobody's call.
    payload: { call_uuid: uuid, event_type: type, ...(type === 'cancel' && { view: before?.view }) },
    delayMs,
  };
}
