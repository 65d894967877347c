import type { Logger } from '@live-calls/shared/runtime';
import type { Stats } from './stats.js';

const EVERY_MS = 300_000;

/** Says the numbers of `GET /stats` in the log, at the start and from time to time; stopping says them once more. */
export function tellStats(stats: Pick<Stats, 'numbers'>, logger: Logger): { stop(): void } {
  const tell = (): void => logger.info('📊 statistics', stats.numbers());
  const timer = setInterval(tell, EVERY_MS);
  tell();
  return {
    stop() {
      clearInterval(timer);
      tell();
    },
  };
}
