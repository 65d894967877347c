import type { RateLimit } from '@live-calls/shared/runtime';

/** 100 requests in 5 s: half of them at once, the other half spread over the window. */
export const PHONE_LIMIT: RateLimit = { name: 'phone', burst: 50, perSecond: 10 };

const UNITS = 45;
const WINDOW_S = 3;

/**
 * Remap gives 45 units in 3 s; likewise half of the requests at once.
 *
 * @param weight units of a request, 1–45
 */
export function remapLimit(weight: number): RateLimit {
  const requests = Math.floor(UNITS / weight);
  const burst = Math.max(1, Math.floor(requests / 2));
  return { name: 'remap', burst, perSecond: Math.max(1, requests - burst) / WINDOW_S };
}
