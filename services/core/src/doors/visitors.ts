import type { Answer } from '../ingest/answer.js';
import { networkOf } from '../ingest/networkOf.js';
import { createRate, type RateLimit } from '../ingest/rate.js';
import { tooMany } from '../ingest/tooMany.js';

/** Subscribers behind one proxy open recordings, CRMs fetch them, monitoring asks: all of it together is far below. */
const VISITOR: RateLimit = { perSecond: 50, burst: 1_000 };

export interface Visitors {
  /** Counts a request. @returns what to answer when it is one too many */
  refusal(address: string | undefined): Answer | undefined;
}

/** Limits what one source may ask that is neither an event nor a host's log. */
export function createVisitors(limit: RateLimit = VISITOR): Visitors {
  const rate = createRate(limit);
  return {
    refusal(address) {
      const waitMs = rate.take(networkOf(address));
      return waitMs === 0 ? undefined : tooMany('requests a second', waitMs);
    },
  };
}
