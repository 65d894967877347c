import { BoundedMap } from '../crm/boundedMap.js';
import type { Card, JournalCall } from '../crm/crm.js';

/** What an account remembers: calls and notifications by id. */
export interface Account {
  calls: BoundedMap<string, JournalCall>;
  cards: BoundedMap<string, Card>;
  nextId(): string;
  clear(): void;
}

export const USER_IDS: Readonly<Record<string, number>> = { '150': 21, '151': 22, '152': 23 };

export function createAccount(): Account {
  const calls = new BoundedMap<string, JournalCall>(2_000);
  const cards = new BoundedMap<string, Card>(500);
  let lastId = 0;
  return {
    calls,
    cards,
    nextId: () => String(++lastId),
    clear: () => {
      calls.clear();
      cards.clear();
      lastId = 0;
    },
  };
}
