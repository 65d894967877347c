/** Runs what has the same key one after the other, in the order of asking. */
export interface OneAtATime {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is running. */
  settled(): Promise<void>;
}

export function createOneAtATime(): OneAtATime {
  const last = new Map<string, Promise<unknown>>();
  return {
    run: async (key, work) => {
      const before = last.get(key) ?? Promise.resolve();
      const mine = before.then(work, work);
      last.set(key, mine);
      try {
        return await mine;
      } finally {
        if (last.get(key) === mine) last.delete(key);
      }
    },
    settled: async () => {
      while (last.size > 0) await Promise.allSettled(last.values());
    },
  };
}
