import { setTimeout as delay } from 'node:timers/promises';

/** The operator's hand on a run: the next step, the end. */
export interface Control {
  step(): void;
  stop(): void;
  readonly isStopped: boolean;
  /** Stops, and nobody waits for the verdict either. */
  abandon(): void;
  readonly isAbandoned: boolean;
  /** Resolves at the operator's next word; words that came too early are kept. */
  nextStep(): Promise<void>;
  /** Resolves after that many milliseconds, or sooner when the run is stopped. */
  wait(ms: number): Promise<void>;
}

export function createControl(): Control {
  const stopped = new AbortController();
  let given = 0;
  let isAbandoned = false;
  const waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const go of waiting.splice(0)) go();
  };
  const stop = (): void => {
    stopped.abort();
    wake();
  };
  return {
    step: () => {
      given += 1;
      wake();
    },
    stop,
    abandon: () => {
      isAbandoned = true;
      stop();
    },
    get isAbandoned() {
      return isAbandoned;
    },
    get isStopped() {
      return stopped.signal.aborted;
    },
    nextStep: async () => {
      while (given === 0 && !stopped.signal.aborted) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
      given -= 1;
    },
    wait: async (ms) => {
      if (ms <= 0 || stopped.signal.aborted) return;
      await delay(ms, undefined, { signal: stopped.signal }).catch(() => undefined);
    },
  };
}
