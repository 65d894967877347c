/** How many events may be on their way: all that want to while the gateway stores them, hardly any while it does not. */
export interface Restraint {
  /** How many may be begun now. */
  mayBegin(): number;
  failed(): void;
  worked(): void;
}

interface RestraintOptions {
  /** Most that are begun at once. */
  atOnce: number;
  /** How long after one attempt the next is made while the gateway does not store anything, milliseconds. */
  tryEveryMs: number;
  /** Milliseconds of a clock that does not jump. */
  now: () => number;
}

/**
 * A gateway that is away for hours leaves thousands of events waiting. Each tried by itself would keep the database busy
 * with nothing; one of them tells as much as all.
 */
export function createRestraint({ atOnce, tryEveryMs, now }: RestraintOptions): Restraint {
  let isAway = false;
  let nextTryAt = 0;
  return {
    mayBegin: () => {
      if (!isAway) return atOnce;
      if (now() < nextTryAt) return 0;
      nextTryAt = now() + tryEveryMs;
      return 1;
    },
    failed: () => {
      // Who fails for some and works for others is there: the first one that works lets all go.
      if (!isAway) nextTryAt = now();
      isAway = true;
    },
    worked: () => {
      isAway = false;
    },
  };
}
