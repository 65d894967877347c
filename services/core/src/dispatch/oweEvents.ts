import type { EnterpriseNumber } from '@live-calls/shared/contracts';
import { allAnswered, oweDeliveries, oweDeliveriesOnce, type Owed, type Queryable } from '@live-calls/shared/db';
import type { Change } from '../calls/reconcile.js';
import type { Tracked } from '../calls/tracked.js';
import type { Tenant } from '../tenants/tenant.js';
import { eventsOwed, type EventOwed } from './eventsOwed.js';
import { externalIdOf } from './externalId.js';
import { isHandedOn } from './handedOn.js';

interface Changed {
  tenant: Pick<Tenant, 'number' | 'crms'>;
  changes: readonly Change[];
}

/**
 * Owes the gateway what CRMs have to learn of the tenants' changes, and names the calls that they learn of for the first
 * time. To be called in the transaction of the steps, before the changes are written; the dispatch worker is to be woken
 * after its commit.
 *
 * @returns the tenants of which something is owed
 */
export async function oweEvents(client: Queryable, changed: readonly Changed[]): Promise<Set<EnterpriseNumber>> {
  const once: Owed[] = [];
  const again: Owed[] = [];
  const told = changed.filter(({ tenant }) => tenant.crms.length > 0);
  for (const [{ number }, { before, after }] of told.flatMap(({ tenant, changes }) =>
    changes.map((each) => [tenant, each] as const),
  )) {
    const owed = eventsOwed(before, after);
    if (owed.length > 0) after.external_id ??= externalIdOf(after);
    // What was taken back meanwhile may have been dropped instead of sent.
    const list = isHandedOn(after) && (before === null || isHandedOn(before)) ? once : again;
    list.push(...owed.map((event) => deliveryOf(number, after.uuid, event, before)));
  }
  await allAnswered([oweDeliveries(client, again), oweDeliveriesOnce(client, once)]);
  return new Set([...again, ...once].map(({ enterpriseNumber }) => enterpriseNumber));
}

function deliveryOf(
  enterpriseNumber: EnterpriseNumber,
  uuid: string,
  { type, distinction, delayMs }: EventOwed,
  before: Tracked | null,
): Owed {
  const key = `dispatch:${uuid}`;
  return {
    enterpriseNumber,
    target: 'dispatch',
    orderingKey: key,
    dedupeKey: [key, type, distinction].filter(Boolean).join(':'),
    // What is taken back is named as it was told: what is known of it now may be nobody's call.
    payload: { call_uuid: uuid, event_type: type, ...(type === 'cancel' && { view: before?.view }) },
    delayMs,
  };
}
