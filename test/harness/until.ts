import { setTimeout as pause } from 'node:timers/promises';
import { PATIENCE_MS } from './patience.js';

/**
 * Waits for a condition; the limit only keeps a broken test from hanging.
 *
 * @throws naming what did not happen, when four minutes (or `limitMs`) have passed
 */
export async function until(what: string, holds: () => Promise<boolean>, limitMs = PATIENCE_MS): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what}: did not happen within ${String(limitMs / 1000)} s`);
    await pause(50);
  }
}
