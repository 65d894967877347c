import { createDeliveryWorker, type DeliveryWorker, type OnAttempt } from '@live-calls/shared/runtime';
import { createOutage } from '../gateway/outage.js';
import { createEventDelivery, type EventDeliveryDependencies } from './eventDelivery.js';
import { createRestraint } from './restraint.js';

export type DispatchWorkerOptions = Omit<EventDeliveryDependencies, 'outage' | 'timeoutMs'> & {
  timeoutMs?: number;
  /** How often a gateway that is away is tried. */
  tryEveryMs?: number;
  /** Events on their way at once. */
  concurrency?: number;
  onAttempt?: OnAttempt;
};

/** Hands calls' events on to the gateway until each is stored there, until it is stopped. Chats do not matter to it. */
export function createDispatchWorker(options: DispatchWorkerOptions): DeliveryWorker {
  const { pool, logger, timeoutMs = 2_000, tryEveryMs = 1_000, concurrency = 20 } = options;
  const restraint = createRestraint({ atOnce: concurrency, tryEveryMs, now: () => performance.now() });
  const told = createOutage(logger, 'calls wait for it');
  const outage: EventDeliveryDependencies['outage'] = {
    failed: (reason) => {
      told.failed(reason);
      restraint.failed();
    },
    worked: () => {
      told.worked();
      restraint.worked();
    },
  };
  return createDeliveryWorker({
    pool,
    target: 'dispatch',
    mayBegin: restraint.mayBegin,
    concurrency,
    logger,
    onAttempt: options.onAttempt,
    // Hardly any is tried while the gateway is away, and all have to go out soon after it has come back.
    backOff: { baseMs: 1_000, capMs: 5_000 },
    perform: createEventDelivery({ ...options, outage, timeoutMs }),
  });
}
