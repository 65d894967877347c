import { BoundedMap } from '../crm/boundedMap.js';
import { Cards } from '../crm/cards.js';
import type { NewCall } from './shapes.js';

/** A call as the account knows it; what was never said is missing. */
export interface Call extends Omit<NewCall, 'events'> {
  id: string;
  /** When it was last changed, ISO 8601, UTC. */
  at: string;
  /** Of its events so far. */
  lastSequence: number | undefined;
}

export interface Account {
  /** By id. */
  calls: BoundedMap<string, Call>;
  /** By call and extension. */
  cards: Cards;
  findByExternalId(externalId: string): Call | undefined;
  clear(): void;
}

export function createAccount(): Account {
  const calls = new BoundedMap<string, Call>(2_000);
  const cards = new Cards();
  return {
    calls,
    cards,
    findByExternalId: (externalId) => [...calls.values()].find((call) => call.externalId === externalId),
    clear: () => {
      calls.clear();
      cards.clear();
    },
  };
}
