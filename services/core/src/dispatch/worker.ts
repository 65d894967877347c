import { createDeliveryWorker, type DeliveryWorker } from '@live-calls/shared/runtime';
import { createOutage } from '../gateway/outage.js';
import { createEventDelivery, type EventDeliveryDependencies } from './eventDelivery.js';

export type DispatchWorkerOptions = Omit<EventDeliveryDependencies, 'outage' | 'timeoutMs'> & {
  timeoutMs?: number;
  /** Events on their way at once. */
  concurrency?: number;
};

/** Hands calls' events on to the gateway until each is stored there, until it is stopped. Chats do not matter to it. */
export function createDispatchWorker(options: DispatchWorkerOptions): DeliveryWorker {
  const { pool, logger, timeoutMs = 2_000, concurrency = 20 } = options;
  return createDeliveryWorker({
    pool,
    target: 'dispatch',
    concurrency,
    logger,
    backOff: { baseMs: 1_000, capMs: 15_000 },
    perform: createEventDelivery({ ...options, outage: createOutage(logger, 'calls wait for it'), timeoutMs }),
  });
}
