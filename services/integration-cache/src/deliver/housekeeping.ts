import { CRMS } from '@live-calls/shared/contracts';
import {
  removeDestinationsOfNobody,
  removeOldClientProfiles,
  removeOldCrmEvents,
  removeOldCrmSteps,
  removeOldIntegrationLogs,
} from '@live-calls/shared/db';
import type { Logger } from '@live-calls/shared/runtime';
import type pg from 'pg';

interface HousekeepingOptions {
  pool: pg.Pool;
  logger: Logger;
}

const HOUR_MS = 3_600_000;

const KEEP_DAYS = { events: 30, steps: 90, logs: 30, profiles: 180 } as const;

/** Hourly: forgets events, the adapters' steps, logs and answers that nobody needs any more, a batch at a time. */
export function createHousekeeping({ pool, logger }: HousekeepingOptions): { stop(): Promise<void> } {
  let stopping = false;
  const inBatches = async (remove: () => Promise<number>): Promise<void> => {
    while (!stopping && (await remove()) === 1000);
  };
  const tidy = async (): Promise<void> => {
    try {
      await inBatches(() => removeOldCrmEvents(pool, { days: KEEP_DAYS.events, crms: CRMS }));
      await inBatches(() => removeOldCrmSteps(pool, KEEP_DAYS.steps));
      await inBatches(() => removeOldIntegrationLogs(pool, KEEP_DAYS.logs));
      await inBatches(() => removeOldClientProfiles(pool, KEEP_DAYS.profiles));
      await removeDestinationsOfNobody(pool);
    } catch (error) {
      logger.warn('housekeeping failed, it is tried again in an hour', { error });
    }
  };
  let tidying = tidy();
  const timer = setInterval(() => {
    tidying = tidying.then(tidy);
  }, HOUR_MS);
  return {
    stop: async () => {
      stopping = true;
      clearInterval(timer);
      await tidying;
    },
  };
}
