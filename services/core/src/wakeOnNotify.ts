import { EVENTS_STORED, listen, type Listening } from '@live-calls/shared/db';
import type { Logger } from '@live-calls/shared/runtime';

/** Wakes the processor when any process stored events: its own are told to it directly, the poll finds the rest. */
export function wakeOnNotify(
  databaseUrl: string,
  processor: { wake(enterpriseNumbers: Iterable<string>): void },
  logger: Logger,
): Listening {
  return listen(databaseUrl, {
    channel: EVENTS_STORED,
    onNotify: (payload) => {
      processor.wake(payload.split(',').filter((number) => number !== ''));
    },
    onLoss: (error) => {
      logger.warn('not listening for stored events, the poll finds them', { error });
    },
  });
}
