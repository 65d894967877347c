import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits for a condition; the limit only keeps a broken test from hanging.
 *
 * @throws naming what did not happen, when a minute (or `limitMs`) has passed
 */
export async function until(what: string, holds: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what}: did not happen within ${String(limitMs / 1000)} s`);
    await pause(50);
  }
}
