import type { Logger } from '@live-calls/shared/runtime';

/** For parts whose log a test does not look at. */
export function silentLogger(): Logger {
  const say = (): void => undefined;
  return { debug: say, info: say, warn: say, error: say, named: silentLogger };
}
