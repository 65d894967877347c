import type { Logger } from '@live-calls/shared/runtime';

const PAUSE_MS = 5_000;

/** Says that events could not be stored, every 5 s at most: an outage must not wash everything else out of the log. */
export function createOutageReport(logger: Logger): (error: unknown, events: number) => void {
  let toldAt = -Infinity;
  let attempts = 0;
  let count = 0;
  return (error, events) => {
    attempts += 1;
    count += events;
    if (performance.now() - toldAt < PAUSE_MS) return;
    logger.error('events not stored, the database fails', { attempts, events: count, error });
    toldAt = performance.now();
    attempts = 0;
    count = 0;
  };
}
