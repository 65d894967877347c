import type { Logger } from '@live-calls/shared/runtime';

/** Tells when 8020 goes away and when it is back, once each: thousands of attempts may fail in between. */
export interface Outage {
  failed(reason: string): void;
  worked(): void;
}

/** When it fails for some and works for others it would come and go all the time. */
const QUIET_MS = 60_000;

/** @param consequence what that means meanwhile, e.g. `calls wait` */
export function createOutage(logger: Logger, consequence: string): Outage {
  let since: number | undefined;
  let toldAt = -Infinity;
  return {
    failed: (reason) => {
      if (since !== undefined || performance.now() - toldAt < QUIET_MS) return;
      since = toldAt = performance.now();
      logger.warn(`integration cache not reached, ${consequence}`, { reason });
    },
    worked: () => {
      if (since === undefined) return;
      logger.warn('integration cache is back', { awaySeconds: Math.round((performance.now() - since) / 1000) });
      since = undefined;
    },
  };
}
