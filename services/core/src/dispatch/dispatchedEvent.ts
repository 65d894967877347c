import type { Crm, DispatchedEvent } from '@live-calls/shared/contracts';
import { latestEvent, type Queryable } from '@live-calls/shared/db';
import { DEEPEST_WRITTEN, isNestedDeeper } from '@live-calls/shared/runtime';
import type { Call } from '../calls/call.js';
import { recordUrlOf } from '../calls/recordUrl.js';
import { revived, type Tracked } from '../calls/tracked.js';
import type { Tenant } from '../tenants/tenant.js';
import { callViewOf } from './callView.js';
import { externalIdOf } from './externalId.js';
import type { EventType } from './handedOn.js';

/** The host's event that tells most of each. */
const TOLD_BY: Readonly<Record<EventType, string>> = {
  dial: 'dial',
  answer: 'bridge',
  hangup: 'hangup',
  cancel: 'dial',
};

/**
 * The body for `POST /dispatch/call-event`: the call as it is known now.
 *
 * @param target the only CRM that is to learn of it, again: a replay
 */
export async function dispatchedEvent(
  client: Queryable,
  tenant: Tenant,
  row: Tracked,
  { type, publicUrl, target }: { type: EventType; publicUrl: string | undefined; target?: Crm | undefined },
): Promise<DispatchedEvent> {
  const call = revived(row.view);
  const told = await latestEvent(client, tenant.number, row.uuid, TOLD_BY[type]);
  const raw =
    told?.event_type === TOLD_BY[type] && !isNestedDeeper(told.raw_data, DEEPEST_WRITTEN) ? told.raw_data : null;
  const recordUrl = recordUrlOf(row.uuid, call, tenant, publicUrl);
  const origin = originOf(type, call, told?.data_source);
  return {
    token: tenant.token,
    uniqueId: call.anchor,
    event_type: type,
    raw: typeof raw === 'object' && raw !== null ? { ...raw } : {},
    record_url: recordUrl,
    ...(target === undefined ? { origin } : { origin: 'replay' as const, target }),
    call: callViewOf(call, tenant, { uuid: row.uuid, externalId: row.external_id ?? externalIdOf(row), recordUrl }),
  };
}

/** Whether the end was recovered is what the fold says; who rings and answers is as late as the event that tells it. */
function originOf(type: EventType, call: Call, source: Call['dataSource'] = 'live'): Call['dataSource'] {
  // Whatever showed it to be none: a card is closed now.
  if (type === 'cancel') return 'live';
  return type === 'hangup' ? call.dataSource : source;
}
