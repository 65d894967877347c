/** How much one source may send. */
export interface RateLimit {
  /** In the long run. */
  perSecond: number;
  /** At once, after a pause. */
  burst: number;
}

export interface Rate {
  /** Counts one request of the source. @returns ms until it may send again; 0: it may now */
  take(source: string): number;
  /** The same without counting anything. */
  waitMs(source: string): number;
}

export interface RateOptions extends RateLimit {
  /** Monotonic ms. */
  now?: () => number;
  /** Sources that are remembered; of more, those that were heard of least recently are forgotten. */
  mostSources?: number;
}

interface Bucket {
  level: number;
  at: number;
}

const MOST_SOURCES = 10_000;

/** Counts requests by their source: a bucket of `burst` each, which fills up again by `perSecond`. */
export function createRate({
  perSecond,
  burst,
  now = () => performance.now(),
  mostSources = MOST_SOURCES,
}: RateOptions): Rate {
  // In the order in which they were heard of.
  const buckets = new Map<string, Bucket>();

  function levelOf(source: string, at: number): number {
    const before = buckets.get(source) ?? { level: burst, at };
    return Math.min(burst, before.level + ((at - before.at) * perSecond) / 1_000);
  }

  const waitFor = (level: number): number => (level >= 1 ? 0 : Math.ceil(((1 - level) * 1_000) / perSecond));

  return {
    take(source) {
      const at = now();
      const level = levelOf(source, at);
      const isAllowed = level >= 1;
      buckets.delete(source);
      buckets.set(source, { level: isAllowed ? level - 1 : level, at });
      if (buckets.size > mostSources) {
        const [oldest] = buckets.keys();
        if (oldest !== undefined) buckets.delete(oldest);
      }
      return waitFor(level);
    },
    waitMs: (source) => waitFor(levelOf(source, now())),
  };
}
