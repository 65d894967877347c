import type { Logger } from '@live-calls/shared/runtime';
import { networkOf } from './networkOf.js';
import { createRate } from './rate.js';

/** A host that nobody allowed yet is found by one line. */
const OF_ONE = { perSecond: 1 / 60, burst: 1 };
const OF_ALL = { perSecond: 1 / 10, burst: 10 };

/**
 * Says which address may not post events: of one source once a minute, of all together once in 10 s when there are many.
 * Strangers must not wash everything else out of the log; each request is in the access log.
 *
 * @param now monotonic ms
 */
export function createStrangerReport(
  logger: Pick<Logger, 'warn'>,
  now: () => number = () => performance.now(),
): (address: string | undefined) => void {
  const sources = createRate({ ...OF_ONE, now });
  const all = createRate({ ...OF_ALL, now });
  let refused = 0;
  return (address) => {
    refused += 1;
    if (all.waitMs('') > 0 || sources.take(networkOf(address)) > 0) return;
    all.take('');
    logger.warn('event refused: the address is not allowed', { ip: address, refused });
    refused = 0;
  };
}
