import { CRMS, type CallView, type Crm, type DispatchedEvent } from '@live-calls/shared/contracts';
import {
  acceptCrmEvent,
  acceptedTypesOf,
  dropUnbegun,
  inTransaction,
  oweAnew,
  oweDeliveriesOnce,
  rawDialsOf,
  type Queryable,
} from '@live-calls/shared/db';
import type pg from 'pg';
import { orderingKey } from '../deliver/crmDelivery.js';
import { DROPPED } from '../deliver/mayGo.js';
import type { Enterprise } from '../directory/enterprise.js';
import { callFromRaw } from './callFromRaw.js';
import { keysOf, type EventKeys } from './eventKey.js';
import { owedFor } from './owed.js';

export interface Accepted {
  isNew: boolean;
  /** Who has something to learn now. */
  crms: readonly Crm[];
}

/** What an event leaves nobody to deliver: a card must not be in the way of what closes it. */
const OVERTAKEN: Readonly<Record<DispatchedEvent['event_type'], readonly string[]>> = {
  dial: [],
  answer: [],
  hangup: ['dial', 'answer', 'cancel'],
  cancel: ['dial', 'answer'],
};

interface AcceptParts {
  pool: pg.Pool;
  /** Unix milliseconds. */
  now: () => number;
}

/** Stores an event, once per key, with a delivery for each enabled CRM. @throws when it is not stored */
export function createAccept({ pool, now }: AcceptParts) {
  const callOf = async (
    client: Queryable,
    event: DispatchedEvent,
    { callId }: EventKeys,
    enterprise: Enterprise,
  ): Promise<CallView | undefined> => {
    if (event.call !== undefined) return event.call;
    // Its own row is among them when it is a dial: saying something twice changes nothing.
    const dials = await rawDialsOf(client, enterprise.number, callId);
    return callFromRaw({ event, dials, enterprise, now: now() });
  };

  const viewOf: typeof callOf = async (client, event, keys, enterprise) => {
    const view = await callOf(client, event, keys, enterprise);
    return view && { ...view, record_url: event.record_url ?? view.record_url };
  };

  return (event: DispatchedEvent, enterprise: Enterprise): Promise<Accepted> =>
    inTransaction(pool, async (client) => {
      const keys = keysOf(event);
      const { integrations } = enterprise;
      const { target } = event;
      if (target !== undefined) {
        // Not an event of its own: the call's own end, were it still to come, must reach the other CRMs.
        const call = await viewOf(client, event, keys, enterprise);
        if (call === undefined) return { isNew: true, crms: [] };
        await oweAnew(
          client,
          enterprise.number,
          owedFor({ enterpriseNumber: enterprise.number, event, keys, call, crms: [target], integrations }),
        );
        return { isNew: true, crms: [target] };
      }
      const isNew = await acceptCrmEvent(client, enterprise.number, {
        ...keys,
        uniqueId: event.uniqueId,
        eventType: event.event_type,
        payload: event,
      });
      if (!isNew) return { isNew, crms: [] };
      const types = OVERTAKEN[event.event_type];
      if (types.length > 0) {
        const orderingKeys = CRMS.map((crm) => orderingKey(crm, keys.callId));
        await dropUnbegun(client, enterprise.number, { orderingKeys, types, note: DROPPED });
      }
      if (event.event_type === 'cancel' && !(await isShown(client, enterprise, keys))) return { isNew, crms: [] };
      const call = await viewOf(client, event, keys, enterprise);
      if (call === undefined) return { isNew, crms: [] };
      const crms = integrations.enabled;
      const owed = owedFor({ enterpriseNumber: enterprise.number, event, keys, call, crms, integrations });
      await oweDeliveriesOnce(client, owed);
      return { isNew, crms };
    });
}

/** Whether a CRM may have learned that the call goes on, and nothing yet of its end. */
async function isShown(client: Queryable, { number }: Enterprise, { callId }: EventKeys): Promise<boolean> {
  const types = await acceptedTypesOf(client, number, callId);
  return !types.has('hangup') && (types.has('dial') || types.has('answer'));
}
