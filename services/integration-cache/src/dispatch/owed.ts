import {
  recordAfterMs,
  type CallView,
  type Crm,
  type DispatchedEvent,
  type EnterpriseNumber,
  type Integrations,
} from '@live-calls/shared/contracts';
import type { Owed } from '@live-calls/shared/db';
import { orderingKey, type CrmDelivery } from '../deliver/crmDelivery.js';
import type { EventKeys } from './eventKey.js';

interface OwedParts {
  enterpriseNumber: EnterpriseNumber;
  event: DispatchedEvent;
  keys: EventKeys;
  call: CallView;
  /** Who is to learn of it. */
  crms: readonly Crm[];
  integrations: Integrations;
}

/** The deliveries that an event gives rise to: one per CRM, and one more where the recording follows by itself. */
export function owedFor({ enterpriseNumber, event, keys, call, crms, integrations }: OwedParts): Owed[] {
  const one = (crm: Crm, key: string, type: CrmDelivery['event_type'], delayMs: number): Owed => {
    const payload: CrmDelivery = {
      event_type: type,
      origin: event.origin,
      unique_id: event.uniqueId,
      event_key: keys.key,
      call_id: keys.callId,
      delay_ms: delayMs,
      call,
    };
    const [ordering, dedupeKey] = [orderingKey(crm, keys.callId), `${crm}:${key}`];
    return { enterpriseNumber, target: crm, orderingKey: ordering, dedupeKey, payload, delayMs };
  };
  return crms.flatMap((crm) => {
    const delayMs = recordAfterMs(integrations, crm);
    const hasRecord = event.event_type === 'hangup' && call.answered && call.record_url !== null;
    const record = delayMs !== undefined && hasRecord ? [one(crm, `${keys.callId}:record`, 'record', delayMs)] : [];
    return [one(crm, keys.key, event.event_type, 0), ...record];
  });
}
