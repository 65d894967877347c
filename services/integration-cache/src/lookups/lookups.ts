import type { Enterprise } from '../directory/enterprise.js';
import type { Client } from './client.js';
import type { createLookUp } from './lookUp.js';
import { createMemory } from './memory.js';

export interface Lookups {
  /**
   * Who owns a phone, by what this enterprise knows and no other.
   *
   * @param phone E.164
   * @param isAway the database is away: what was remembered does for now
   * @throws when neither the CRM nor the database answers and nothing is remembered
   */
  find(enterprise: Enterprise, phone: string, isAway: boolean): Promise<Client>;
  /** Forgets all clients of an enterprise. */
  forget(number: string): void;
}

interface LookupsOptions {
  lookUp: ReturnType<typeof createLookUp>;
  /** How long an answer is remembered. Default 3 min. */
  memoryMs?: number;
}

/** Clients by phone: from memory, or looked up, once at a time however many ask. */
export function createLookups({ lookUp, memoryMs = 180_000 }: LookupsOptions): Lookups {
  const memory = createMemory(memoryMs);
  const asked = new Map<string, Promise<Client>>();
  /** How often an enterprise was forgotten: part of its keys, so that what is on its way is forgotten as well. */
  const ages = new Map<string, number>();

  function keyOf({ number, integrations }: Enterprise, phone: string): string {
    return JSON.stringify([number, ages.get(number) ?? 0, integrations.primary, phone]);
  }

  async function lookUpAndRemember(enterprise: Enterprise, phone: string, key: string): Promise<Client> {
    try {
      const isCurrent = (): boolean => keyOf(enterprise, phone) === key;
      const client = await lookUp({ enterprise, phone, isCurrent });
      if (!client.stale) memory.remember(key, client);
      return client;
    } finally {
      asked.delete(key);
    }
  }

  function lookUpOnce(enterprise: Enterprise, phone: string, key: string): Promise<Client> {
    let answer = asked.get(key);
    if (answer === undefined) {
      answer = lookUpAndRemember(enterprise, phone, key);
      asked.set(key, answer);
    }
    return answer;
  }

  return {
    async find(enterprise, phone, isAway) {
      const key = keyOf(enterprise, phone);
      const known = memory.recall(key);
      if (known !== undefined && (known.isFresh || isAway)) {
        return { ...known.client, stale: isAway };
      }
      try {
        return await lookUpOnce(enterprise, phone, key);
      } catch (error) {
        if (known === undefined) throw error;
        return { ...known.client, stale: true };
      }
    },
    forget: (number) => void ages.set(number, (ages.get(number) ?? 0) + 1),
  };
}
