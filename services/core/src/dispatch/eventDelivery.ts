import { CRMS, DispatchedEvent } from '@live-calls/shared/contracts';
import { deliveryAgeMs, findTrackedCall, nameForCrms, type Verdict } from '@live-calls/shared/db';
import type { Delivery, Logger } from '@live-calls/shared/runtime';
import type pg from 'pg';
import { z } from 'zod';
import { withHistory, type StoredHistory, type StoredView } from '../calls/tracked.js';
import { NoGateway, type Gateway } from '../gateway/gateway.js';
import type { Outage } from '../gateway/outage.js';
import type { Tenant } from '../tenants/tenant.js';
import { dispatchedEvent } from './dispatchedEvent.js';
import { externalIdOf } from './externalId.js';
import { isDue } from './handedOn.js';
import { receptionOf, type Reception } from './reception.js';
import { showAnew } from './showAnew.js';

export interface EventDeliveryDependencies {
  pool: pg.Pool;
  tenants: { byNumber(number: string): Tenant | undefined };
  gateway: Gateway;
  outage: Outage;
  logger: Logger;
  /** Base of recording links; undefined: there are none. */
  publicUrl: string | undefined;
  timeoutMs: number;
}

const Payload = z.object({
  call_uuid: z.string(),
  event_type: DispatchedEvent.shape.event_type,
  /** Of a cancel: the call as it was told. */
  view: z.custom<StoredView>().optional(),
  /** Of a replay: the one destination that it is for. */
  target: z.enum(['telegram', ...CRMS]).optional(),
});

/** Another process is at the tenant. */
const BUSY_AGAIN_MS = 250;

/** An enterprise that was added is known to 8020 within a second; one that is not after so long was removed. */
const STRANGER_MS = 24 * 3_600_000;

const DONE: Verdict = { kind: 'done' };

/** One attempt to hand an event on: the call is read now, so the gateway hears of what was taken back only that it was. */
export function createEventDelivery({
  pool,
  tenants,
  gateway,
  outage,
  logger,
  publicUrl,
  timeoutMs,
}: EventDeliveryDependencies): (delivery: Delivery, signal: AbortSignal) => Promise<Verdict> {
  async function post(body: DispatchedEvent, signal: AbortSignal): Promise<Reception> {
    try {
      const path = '/dispatch/call-event';
      return receptionOf(await gateway.request({ method: 'POST', path, body, timeoutMs, signal }));
    } catch (error) {
      if (!(error instanceof NoGateway)) throw error;
      return { kind: 'failed', reason: error.message };
    }
  }

  async function stranger(delivery: Delivery, facts: Record<string, unknown>, detail: string): Promise<Verdict> {
    if ((await deliveryAgeMs(pool, delivery)) < STRANGER_MS) {
      if (delivery.attempts === 1) logger.warn('integration cache does not know the enterprise yet', facts);
      return { kind: 'retry', error: detail };
    }
    logger.error('event not handed on to CRMs: nobody knows its enterprise', {
      ...facts,
      detail,
      advice: `Проверьте, что предприятие есть и активно, а integration-cache работает с той же базой (DATABASE_URL)`,
    });
    return { kind: 'dead', error: detail };
  }

  function settle(reception: Exclude<Reception, { kind: 'stranger' }>, facts: Record<string, unknown>): Verdict {
    if (reception.kind === 'failed') {
      outage.failed(reception.reason);
      return { kind: 'retry', error: reception.reason };
    }
    outage.worked();
    if (reception.kind !== 'refused') {
      logger.info('event handed on', { ...facts, outcome: reception.kind });
      return DONE;
    }
    logger.error('event not handed on to CRMs: the integration cache refuses it', {
      ...facts,
      detail: reception.detail,
      advice: 'Обновите core и integration-cache до одной версии, затем верните доставку в очередь (state = pending)',
    });
    return { kind: 'dead', error: reception.detail };
  }

  return async (delivery, signal) => {
    const { call_uuid: uuid, event_type: type, target, view } = Payload.parse(delivery.payload);
    const { enterpriseNumber, id, attempts } = delivery;
    const facts = { enterprise: enterpriseNumber, call: uuid, event: type, delivery: id, attempt: attempts };
    const found = await findTrackedCall<StoredView, StoredHistory>(pool, enterpriseNumber, uuid);
    const tenant = tenants.byNumber(enterpriseNumber);
    if (target === 'telegram') {
      if (tenant === undefined) return DONE;
      const isShown = await showAnew({ pool, publicUrl }, tenant, uuid);
      return isShown ? DONE : { kind: 'postpone', delayMs: BUSY_AGAIN_MS };
    }
    if (found === null || !isDue(type, found)) return DONE;
    if (target !== undefined && found.state !== 'final') return { kind: 'done', note: 'the call goes on' };
    if (!tenant) return stranger(delivery, facts, 'the enterprise is gone');
    if (target !== undefined) found.external_id ??= await nameForCrms(pool, tenant.number, uuid, externalIdOf(found));
    const told = withHistory({ ...found, view: view ?? found.view });
    const body = await dispatchedEvent(pool, tenant, told, { type, publicUrl, target });
    // What a host tells of later does not happen now: only the call's end is news.
    if (type !== 'hangup' && body.origin === 'recovery') return DONE;
    if (!delivery.isHeld()) return { kind: 'retry', error: 'lease lost before the request' };
    const begun = performance.now();
    const reception = await post(body, signal);
    const timed = { ...facts, uniqueId: body.uniqueId, ms: Math.round(performance.now() - begun) };
    if (reception.kind !== 'stranger') return settle(reception, timed);
    outage.worked();
    return stranger(delivery, timed, reception.detail);
  };
}
