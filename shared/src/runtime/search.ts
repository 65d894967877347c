export interface Search<T> {
  /**
   * What is found under the name now; undefined when nothing is (or was not less than a moment ago).
   *
   * @throws what `find` throws
   */
  find(name: string): Promise<T | undefined>;
}

interface SearchOptions<T> {
  /** @returns what is found, by the names that were asked for */
  find: (names: readonly string[]) => Promise<ReadonlyMap<string, T>>;
  /** How long a negative answer holds. */
  missMs: number;
}

// Made-up names must not fill the memory; forgetting a miss costs one more look-up.
const MOST_MISSES = 10_000;

/**
 * Looks names up, one statement at a time: all that are asked for while one runs are asked for by the next, so that a
 * flood of unknown names costs the database no more than one does.
 */
export function createSearch<T>({ find, missMs }: SearchOptions<T>): Search<T> {
  const missedUntil = new Map<string, number>();
  const asked = new Map<string, Promise<T | undefined>>();
  let waiting: string[] = [];
  let batch: Promise<ReadonlyMap<string, T>> | undefined;
  let running: Promise<unknown> = Promise.resolve();

  async function findWaiting(): Promise<ReadonlyMap<string, T>> {
    await running;
    const names = waiting;
    waiting = [];
    batch = undefined;
    const found = find(names);
    running = found.catch(() => undefined); // whoever asked is told; the next batch only waits for it
    return found;
  }

  async function search(name: string): Promise<T | undefined> {
    waiting.push(name);
    batch ??= findWaiting();
    try {
      const found = (await batch).get(name);
      if (found === undefined) {
        if (missedUntil.size >= MOST_MISSES) missedUntil.clear();
        missedUntil.set(name, performance.now() + missMs);
      }
      return found;
    } finally {
      asked.delete(name);
    }
  }

  return {
    async find(name) {
      if (performance.now() < (missedUntil.get(name) ?? -Infinity)) return undefined;
      let answer = asked.get(name);
      if (answer === undefined) {
        answer = search(name);
        asked.set(name, answer);
      }
      return answer;
    },
  };
}
