import { BoundedMap } from '../crm/boundedMap.js';
import { Cards } from '../crm/cards.js';
import type { HistoryCall } from './writing.js';

/** `at`: when it was written down, ISO 8601, UTC. */
export type WrittenCall = HistoryCall & { id: string; at: string };

/** What an account remembers: calls and notifications by id. */
export interface Account {
  calls: BoundedMap<string, WrittenCall>;
  cards: Cards;
  nextId(): string;
  clear(): void;
}

export const USER_IDS: Readonly<Record<string, number>> = { '150': 21, '151': 22, '152': 23 };

export function createAccount(): Account {
  const calls = new BoundedMap<string, WrittenCall>(2_000);
  const cards = new Cards();
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
