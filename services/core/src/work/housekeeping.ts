import type pg from 'pg';
import { ensureEventPartitions, forgetCalls } from '@live-calls/shared/db';
import type { Logger } from '@live-calls/shared/runtime';

interface HousekeepingOptions {
  pool: pg.Pool;
  logger: Logger;
}

const HOUR_MS = 3_600_000;

/** Recovery may bring a call's lost events weeks later: so long what chats show of it can be corrected. */
const REMEMBER_CALLS_DAYS = 60;

/** Hourly: makes the log's next months, forgets what no late event can change any more. */
export function createHousekeeping({ pool, logger }: HousekeepingOptions): { stop(): void } {
  async function tidy(): Promise<void> {
    try {
      await ensureEventPartitions(pool);
      while ((await forgetCalls(pool, REMEMBER_CALLS_DAYS)) === 1000);
    } catch (error) {
      logger.warn('housekeeping failed, it is tried again in an hour', { error });
    }
  }
  const timer = setInterval(() => void tidy(), HOUR_MS);
  void tidy();
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}
