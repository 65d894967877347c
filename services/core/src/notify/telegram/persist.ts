import { setTimeout } from 'node:timers/promises';

const EVERY_MS = 250;
const ATTEMPTS = 120;

/**
 * Stores what Telegram did. Lost, it would be done again: so a database that is away is waited for (30 s), lease or not,
 * because what is stored is true whoever owns the delivery by then.
 */
export async function persist<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt >= ATTEMPTS) throw error;
      await setTimeout(EVERY_MS);
    }
  }
}
