import type { Answer } from './answer.js';
import { createRate, type RateLimit } from './rate.js';

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
    refusal(address = '', enterprise) {
      const network = networkOf(address);
      const waitMs = enterprise === undefined ? strangers.take(network) : hosts.take(`${enterprise} ${network}`);
      return waitMs === 0 ? undefined : tooMany(waitMs);
    },
  };
}

const tooMany = (waitMs: number): Answer => ({
  status: 429,
  body: { detail: 'too many events a second' },
  headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
});

/** Of IPv6 the /64: whoever has one of its addresses has them all. */
function networkOf(address: string): string {
  const isIPv6 = address.includes(':') && !address.includes('.');
  if (!isIPv6) return address;
  const [head = [], tail = []] = address.split('::').map((groups) => groups.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
