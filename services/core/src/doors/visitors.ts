import type { IncomingMessage } from 'node:http';
import type { Answer } from '../ingest/answer.js';
import { networkOf } from '../ingest/networkOf.js';
import { createRate, type RateLimit } from '../ingest/rate.js';
import { tooMany } from '../ingest/tooMany.js';
import { isDirect } from './isDirect.js';

/** Subscribers behind one proxy open recordings, CRMs fetch them, monitoring asks: all of it together is far below. */
const VISITOR: RateLimit = { perSecond: 50, burst: 1_000 };

export interface Visitors {
  /** Counts a request. @returns what to answer when it is one too many */
  refusal(request: IncomingMessage): Answer | undefined;
}

/**
 * Limits what one source may ask that is neither an event nor a host's log. Everybody who comes through a proxy on this
 * machine is one source; what this machine asks for itself, such as its health, is another.
 */
export function createVisitors(limit: RateLimit = VISITOR): Visitors {
  const rate = createRate(limit);
  return {
    refusal(request) {
      const waitMs = rate.take(isDirect(request) ? 'this machine' : networkOf(request.socket.remoteAddress));
      return waitMs === 0 ? undefined : tooMany('requests a second', waitMs);
    },
  };
}
