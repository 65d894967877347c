import { LRUCache } from 'lru-cache';
import type { Entry } from './enterprise.js';

export interface Entries {
  byNumber(number: string): Entry | undefined;
  byToken(token: string): Entry | undefined;
  /** By number, token or name, whichever fits first. */
  find(ent: string): Entry | undefined;
  keep(entry: Entry): void;
  remove(number: string): void;
  numbers(): string[];
  size(): number;
}

/** Most enterprises that are remembered; more than that are looked up when they are asked for. */
const MOST_ENTRIES = 10_000;

/** What is remembered of enterprises, and under which names. */
export function createEntries(most = MOST_ENTRIES): Entries {
  const numberOfToken = new Map<string, string>();
  const numberOfName = new Map<string, string>();
  const entries = new LRUCache<string, Entry>({ max: most, dispose: forgetNames });

  function forgetNames({ enterprise: { number, token, name } }: Entry): void {
    // By now they may be another's.
    if (numberOfToken.get(token) === number) numberOfToken.delete(token);
    if (numberOfName.get(name) === number) numberOfName.delete(name);
  }

  const byNumber = (number: string | undefined): Entry | undefined =>
    number === undefined ? undefined : entries.get(number);

  return {
    byNumber,
    byToken: (token) => byNumber(numberOfToken.get(token)),
    find: (ent) => byNumber(ent) ?? byNumber(numberOfToken.get(ent)) ?? byNumber(numberOfName.get(ent)),
    keep(entry) {
      const { number, token, name } = entry.enterprise;
      entries.set(number, entry);
      if (token !== '') numberOfToken.set(token, number);
      numberOfName.set(name, number);
    },
    remove: (number) => void entries.delete(number),
    numbers: () => [...entries.keys()],
    size: () => entries.size,
  };
}
