import { createControl, type Control } from '../player/control.js';
import type { Run } from './run.js';

/** A run that is going on, and whoever follows it. */
export interface LiveRun {
  run: Run;
  control: Control;
  /** Tells the followers. */
  changed(): void;
  /** @returns the way to stop listening */
  subscribe(listener: () => void): () => void;
}

export function createLiveRun(run: Run): LiveRun {
  const listeners = new Set<() => void>();
  return {
    run,
    control: createControl(),
    changed: () => {
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
