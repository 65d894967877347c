import { LRUCache } from 'lru-cache';
import type { Client } from './client.js';

export interface Memory {
  /** What was remembered, however long ago, and whether it still holds. */
  recall(key: string): { client: Client; isFresh: boolean } | undefined;
  remember(key: string, client: Client): void;
}

/** Some 400 bytes each. */
const MOST_CLIENTS = 50_000;

/**
 * Clients that were looked up a moment ago, nobodies too.
 *
 * @param lifeMs how long they hold; after that they are for when nobody else answers
 */
export function createMemory(lifeMs: number): Memory {
  const clients = new LRUCache<string, { client: Client; until: number }>({ max: MOST_CLIENTS });
  return {
    recall(key) {
      const found = clients.get(key);
      return found && { client: found.client, isFresh: performance.now() < found.until };
    },
    remember: (key, client) => void clients.set(key, { client, until: performance.now() + lifeMs }),
  };
}
