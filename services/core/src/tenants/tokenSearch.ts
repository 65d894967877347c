export interface TokenSearch {
  /** Whether the token is one that `find` knows now (or knew less than a second ago that it does not). */
  isKnown(token: string): Promise<boolean>;
}

interface TokenSearchOptions {
  /** @returns those of the tokens that are known */
  find: (tokens: readonly string[]) => Promise<readonly string[]>;
  /** How long a negative answer holds. */
  missMs: number;
}

// Made-up tokens must not fill the memory; forgetting a miss costs one more look-up.
const MOST_MISSES = 10_000;

/**
 * Looks tokens up, one statement at a time: all that are asked for while one runs are asked for by the next, so that a
 * flood of unknown tokens costs the database no more than one does.
 */
export function createTokenSearch({ find, missMs }: TokenSearchOptions): TokenSearch {
  const missedUntil = new Map<string, number>();
  const asked = new Map<string, Promise<boolean>>();
  let waiting: string[] = [];
  let batch: Promise<ReadonlySet<string>> | undefined;
  let running: Promise<unknown> = Promise.resolve();

  async function findWaiting(): Promise<ReadonlySet<string>> {
    await running;
    const tokens = waiting;
    waiting = [];
    batch = undefined;
    const found = find(tokens);
    running = found.catch(() => undefined); // whoever asked is told; the next batch only waits for it
    return new Set(await found);
  }

  async function search(token: string): Promise<boolean> {
    waiting.push(token);
    batch ??= findWaiting();
    try {
      const isKnown = (await batch).has(token);
      if (!isKnown) {
        if (missedUntil.size >= MOST_MISSES) missedUntil.clear();
        missedUntil.set(token, performance.now() + missMs);
      }
      return isKnown;
    } finally {
      asked.delete(token);
    }
  }

  return {
    async isKnown(token) {
      if (performance.now() < (missedUntil.get(token) ?? -Infinity)) return false;
      let answer = asked.get(token);
      if (answer === undefined) {
        answer = search(token);
        asked.set(token, answer);
      }
      return answer;
    },
  };
}
