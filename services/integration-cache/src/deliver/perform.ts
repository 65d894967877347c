import { holdBack, standingOf, takeProbe, type Standing, type Verdict } from '@live-calls/shared/db';
import type { Delivery, DeliveryWorkerOptions } from '@live-calls/shared/runtime';
import type { Enterprise } from '../directory/enterprise.js';
import { createAttempt, factsOf, type AttemptParts } from './attempt.js';
import { cancelKey, CrmDelivery, hangupKey } from './crmDelivery.js';
import { DISABLED, DROPPED, GIVE_UP, isOutdated, mayGo, PROBE_MS, type Permit } from './mayGo.js';
import { UNREADABLE } from './wording.js';

/** Spread of what waits for the same moment. */
const SPREAD_MS = 3_000;

/** Brings a delivery one step further: to the adapter, to a later time, or to its end. */
export function createPerform(parts: AttemptParts): DeliveryWorkerOptions['perform'] {
  const { pool, directory, crm, alert, logger } = parts;
  const attempt = createAttempt(parts);

  const standingNow = ({ enterpriseNumber, id }: Delivery, payload: CrmDelivery): Promise<Standing | undefined> =>
    standingOf(pool, {
      enterpriseNumber,
      id,
      crm,
      eventKey: payload.event_key,
      hangupKey: hangupKey(payload.call_id),
      cancelKey: cancelKey(payload.call_id),
    });

  const enterpriseOf = async ({ enterpriseNumber }: Delivery): Promise<Enterprise | undefined> => {
    const found = await directory.find(enterpriseNumber);
    return found?.number === enterpriseNumber ? found : undefined;
  };

  const permitFor = async ({ enterpriseNumber }: Delivery, permit: Permit): Promise<Permit> => {
    if (permit.kind !== 'probe' || (await takeProbe(pool, enterpriseNumber, crm, PROBE_MS))) return permit;
    return { kind: 'wait', heldMs: 1_000 };
  };

  /** A card that was not shown in time must not hold back the end of its call. */
  const unlessOutdated = async (delivery: Delivery, payload: CrmDelivery, verdict: Verdict): Promise<Verdict> => {
    const standing = verdict.kind === 'retry' ? await standingNow(delivery, payload) : undefined;
    return standing !== undefined && isOutdated(payload, standing) ? { kind: 'done', note: DROPPED } : verdict;
  };

  return async (delivery, signal) => {
    const parsed = CrmDelivery.safeParse(delivery.payload);
    if (!parsed.success) return { kind: 'dead', error: UNREADABLE };
    const payload = parsed.data;
    const [enterprise, standing] = await Promise.all([enterpriseOf(delivery), standingNow(delivery, payload)]);
    if (standing === undefined || !delivery.isHeld()) return { kind: 'postpone', delayMs: 0 };
    const { attempts, enterpriseNumber: number } = delivery;
    const integrations = enterprise?.integrations;
    const permit = await permitFor(delivery, mayGo({ crm, delivery: payload, attempts, standing, integrations }));
    if (permit.kind === 'wait') {
      await holdBack(pool, number, crm, { which: 'due', givenUpAfterMs: GIVE_UP.afterMs });
      return { kind: 'postpone', delayMs: permit.heldMs + Math.random() * SPREAD_MS };
    }
    if (permit.kind === 'done' || enterprise === undefined) {
      const note = permit.kind === 'done' ? permit.note : DISABLED;
      logger.info('call event', { ...factsOf(crm, delivery, payload), outcome: note });
      return { kind: 'done', note };
    }
    if (permit.kind === 'dead') {
      logger.info('call event', { ...factsOf(crm, delivery, payload), outcome: 'dead', error: permit.error });
      if (permit.alarm !== undefined) await alert(enterprise, crm, permit.alarm);
      return { kind: 'dead', error: permit.error };
    }
    const attempted = { enterprise, isProbe: permit.kind === 'probe', attempts, standing };
    return unlessOutdated(delivery, payload, await attempt(delivery, payload, attempted, signal));
  };
}
