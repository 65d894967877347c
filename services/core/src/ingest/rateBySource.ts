import type { Answer } from './answer.js';
import { networkOf } from './networkOf.js';
import { createRate, type RateLimit } from './rate.js';
import { tooMany } from './tooMany.js';

export interface RateLimits {
  /** Events of one enterprise from one address. */
  host: RateLimit;
  /** What one address sends that is of no enterprise. */
  stranger: RateLimit;
}

export interface RateBySource {
  /**
   * Counts a request.
   *
   * @param enterprise whose event it is; undefined: nobody's
   * @returns what to answer when it is one too many
   */
  refusal(address: string | undefined, enterprise?: string): Answer | undefined;
}

/**
 * Limits how much one source may send. Enterprises behind one address are sources of their own: hundreds of hosts may share
 * a NAT, and none of them suffers from another or from a stranger among them.
 */
export function createRateBySource(limits: RateLimits): RateBySource {
  const hosts = createRate(limits.host);
  const strangers = createRate(limits.stranger);
  return {
    refusal(address, enterprise) {
      const network = networkOf(address);
      const waitMs = enterprise === undefined ? strangers.take(network) : hosts.take(`${enterprise} ${network}`);
      return waitMs === 0 ? undefined : tooMany('events a second', waitMs);
    },
  };
}
