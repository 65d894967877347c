import type { RateLimits } from './rateBySource.js';

/** How much the core takes in before it says no. */
export interface IngestLimits {
  /** Of one event's body. */
  bodyBytes: number;
  /** Events in one commit. */
  batch: number;
  batchBytes: number;
  /** Events that wait for a commit; more are answered with 503. */
  waiting: number;
  waitingBytes: number;
  /** How long an event may wait for its commit, in ms. A host waits for 3 s and posts nothing meanwhile. */
  patienceMs: number;
  /** How long the database may take to say whether it knows a token, in ms. */
  lookUpMs: number;
  /** Events of unknown tokens that are kept: of one token, in all, and after how many new ones that is looked at. */
  unassignedPerToken: number;
  unassigned: number;
  unassignedPerTrim: number;
  /** How much one source may send; more is answered with 429. */
  rates: RateLimits;
}

export const DEFAULT_LIMITS: IngestLimits = {
  bodyBytes: 64 * 1024,
  batch: 500,
  batchBytes: 4 * 1024 * 1024,
  waiting: 5_000,
  waitingBytes: 32 * 1024 * 1024,
  patienceMs: 1_300,
  lookUpMs: 500,
  unassignedPerToken: 10_000,
  unassigned: 100_000,
  unassignedPerTrim: 1_000,
  // A host posts one event after the other: it gets some hundreds a second through at its fastest.
  rates: { host: { perSecond: 3_000, burst: 10_000 }, stranger: { perSecond: 500, burst: 5_000 } },
};
