import { networkOf } from '../ingest/networkOf.js';
import { createRate, type RateLimit, type RateOptions } from '../ingest/rate.js';

/** A host with a wrong token that tries each minute is told so each time; whoever tries tokens out gets nowhere. */
const WRONG_TOKENS: RateLimit = { perSecond: 0.2, burst: 20 };

/** Wrong tokens, by who gave them and what for. */
export interface Guesses {
  /** @returns ms until a token of this source is looked at again; 0: it is looked at now */
  waitMs(address: string | undefined, of?: string): number;
  /** It was a wrong one. */
  count(address: string | undefined, of?: string): void;
}

/**
 * Limits how often one source may be wrong about a token. Beyond it no token is looked at, not even the right one: telling
 * that one apart is what somebody who guesses needs.
 */
export function createGuesses(limit: RateOptions = WRONG_TOKENS): Guesses {
  const rate = createRate(limit);
  const source = (address: string | undefined, of: string): string => `${of} ${networkOf(address)}`;
  return {
    waitMs: (address, of = '') => rate.waitMs(source(address, of)),
    count: (address, of = '') => void rate.take(source(address, of)),
  };
}
