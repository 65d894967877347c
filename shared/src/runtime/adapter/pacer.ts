import { setTimeout as pause } from 'node:timers/promises';
import { CrmError } from './crmError.js';

/** What a CRM lets through, as it documents it. */
export interface RateLimit {
  /** Tells the limits of one account apart, e.g. `telephony`. */
  name: string;
  /** What has a budget of its own: an account, by its key (default), or whoever asks a host, whichever key they have. */
  per?: 'account' | 'host';
  /** So many at once after a quiet time. */
  burst: number;
  perSecond: number;
}

export interface Pacer {
  /**
   * Resolves when it is the turn of one more request of the account, in the order of asking.
   *
   * @throws CrmError `limited` when that would take longer than `atMostMs`; nothing is used up then
   */
  turn(account: string, limit: RateLimit, atMostMs: number): Promise<void>;
}

/** Accounts that are kept before those that are full again are swept out. */
const MANY = 2_000;

/** Budgets of all accounts, in memory: what a restart forgets, the CRM says again. @param now milliseconds of a clock that does not jump */
export function createPacer(now: () => number): Pacer {
  /** When the budget would be full again, by limit and account. */
  const fullAt = new Map<string, number>();

  return {
    async turn(account, { name, burst, perSecond }, atMostMs) {
      const key = `${name} ${account}`;
      const everyMs = 1_000 / perSecond;
      const at = now();
      if (fullAt.size >= MANY) sweep(fullAt, at);
      const full = Math.max(fullAt.get(key) ?? at, at) + everyMs;
      const wait = Math.ceil(full - at - burst * everyMs);
      if (wait > 0 && wait > atMostMs) {
        throw new CrmError(`the limit of the CRM (${name}: ${perSecond}/s) is used up`, {
          kind: 'limited',
          retryAfterMs: wait,
        });
      }
      fullAt.set(key, full);
      if (wait > 0) await pause(wait);
    },
  };
}

function sweep(fullAt: Map<string, number>, now: number): void {
  for (const [key, at] of fullAt) if (at <= now) fullAt.delete(key);
}
