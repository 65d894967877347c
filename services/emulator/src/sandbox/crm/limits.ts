/** A window lets so many requests through in so many ms; a bucket is filled by requests and leaks steadily. */
export type Limit =
  { name: string; requests: number; perMs: number } | { name: string; bucket: number; leakPerSecond: number };

interface Use {
  remaining: number;
  /** 0: the request may pass, and was counted. */
  waitMs: number;
}

export interface Limits {
  turn(on: boolean): void;
  isOn(): boolean;
  use(limit: Limit, key: string): Use;
}

const MAX_KEYS = 1_000;

/** Limits of a CRM; off until they are asked for, so that nobody waits without need. */
export function createLimits(now: () => number): Limits {
  const windows = new Map<string, number[]>();
  const buckets = new Map<string, { level: number; at: number }>();
  let on = false;

  function useWindow(requests: number, perMs: number, key: string): Use {
    const times = (windows.get(key) ?? []).filter((time) => time > now() - perMs);
    const first = times.at(-requests);
    if (first !== undefined) return { remaining: 0, waitMs: Math.max(1, first + perMs - now()) };
    windows.set(key, [...times, now()]);
    return { remaining: requests - times.length - 1, waitMs: 0 };
  }

  function useBucket(size: number, leakPerSecond: number, key: string): Use {
    const last = buckets.get(key) ?? { level: 0, at: now() };
    const level = Math.max(0, last.level - ((now() - last.at) / 1_000) * leakPerSecond);
    const over = level + 1 - size;
    if (over > 0) return { remaining: 0, waitMs: Math.ceil((over / leakPerSecond) * 1_000) };
    buckets.set(key, { level: level + 1, at: now() });
    return { remaining: Math.floor(size - level - 1), waitMs: 0 };
  }

  function forget(): void {
    windows.clear();
    buckets.clear();
  }

  return {
    turn: (wanted) => {
      on = wanted;
      forget();
    },
    isOn: () => on,
    use: (limit, key) => {
      const size = 'bucket' in limit ? limit.bucket : limit.requests;
      if (!on) return { remaining: size - 1, waitMs: 0 };
      if (windows.size + buckets.size > MAX_KEYS) forget();
      const place = `${limit.name} ${key}`;
      if ('bucket' in limit) return useBucket(limit.bucket, limit.leakPerSecond, place);
      return useWindow(limit.requests, limit.perMs, place);
    },
  };
}
