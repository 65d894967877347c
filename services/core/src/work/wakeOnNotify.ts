import { EVENTS_STORED, listen, type Listening } from '@live-calls/shared/db';
import type { Logger } from '@live-calls/shared/runtime';

/** Wakes the processor when a command or recovery brought events: what this core took in it is told directly. */
export function wakeOnNotify(
  databaseUrl: string,
  processor: { wake(enterpriseNumbers: Iterable<string>): void },
  logger: Logger,
): Listening {
  return listen(databaseUrl, {
    channel: EVENTS_STORED,
    onNotify: (payload) => {
      processor.wake([payload]);
    },
    onLoss: (error) => {
      logger.warn('not listening for stored events, the poll finds them', { error });
    },
  });
}
