/** Whether it is worth waiting for a name: as long as those asked for come in time. */
export interface Patience {
  /** Somebody is asked. @param question tells it from others that are under way */
  began(question: string, now: number): void;
  /** @param answered an answer came; "nobody" is one */
  ended(question: string, answered: boolean, now: number): void;
  /** How long a message may wait for the answer, milliseconds; the question may be asked already, or about to be. */
  waitMs(question: string, now: number): number;
}

/**
 * After a question that failed, or took longer than `mostMs`, nothing waits until one was answered in time again. One that
 * is still without an answer by then counts at once: what follows does not wait for it to fail.
 */
export function createPatience(mostMs: number): Patience {
  const asked = new Map<string, number>();
  let lastInTime = true;

  return {
    began: (question, now) => {
      if (!asked.has(question)) asked.set(question, now);
    },
    ended: (question, answered, now) => {
      lastInTime = answered && now - (asked.get(question) ?? now) <= mostMs;
      asked.delete(question);
    },
    waitMs: (question, now) => {
      const isLate = [...asked.values()].some((begun) => now - begun >= mostMs);
      if (!lastInTime || isLate) return 0;
      return mostMs - (now - (asked.get(question) ?? now));
    },
  };
}
