/**
 * Until when a portal has no operating time left for a method. In memory: what a restart forgets, the portal says again.
 */
export interface OperatingTimes {
  /** Remembers what an answer told. @param resetAt Unix milliseconds */
  heard(host: string, method: string, resetAt: number): void;
  /** The portal has refused: nothing is asked before the time that it told last. @returns how long that is, ms */
  hold(host: string, method: string): number | undefined;
  /** @returns ms until the method may be asked again, 0 when it may */
  heldFor(host: string, method: string): number;
}

interface Times {
  resetAt: number;
  isHeld: boolean;
}

/** Portals and methods that are kept before those whose time has passed are swept out. */
const MANY = 10_000;

/** @param now Unix milliseconds */
export function createOperatingTimes(now: () => number = Date.now): OperatingTimes {
  const times = new Map<string, Times>();

  function leftOf(entry: Times | undefined): number {
    return entry === undefined ? 0 : Math.max(0, entry.resetAt - now());
  }

  return {
    heard(host, method, resetAt) {
      if (times.size >= MANY) for (const [key, entry] of times) if (leftOf(entry) === 0) times.delete(key);
      times.set(`${host} ${method}`, { resetAt, isHeld: false });
    },
    hold(host, method) {
      const entry = times.get(`${host} ${method}`);
      const left = leftOf(entry);
      if (entry === undefined || left === 0) return undefined;
      entry.isHeld = true;
      return left;
    },
    heldFor(host, method) {
      const entry = times.get(`${host} ${method}`);
      return entry?.isHeld === true ? leftOf(entry) : 0;
    },
  };
}
