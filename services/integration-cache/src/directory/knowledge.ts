import type { Logger } from '@live-calls/shared/runtime';
import type { Enterprise, Entry } from './enterprise.js';
import { createEntries, type Entries } from './entries.js';
import { tellProblems } from './tellProblems.js';

export interface Knowledge extends Pick<Entries, 'byToken' | 'find' | 'size'> {
  /** Whether the entry may be used without reading it again. */
  isFresh(entry: Entry): boolean;
  /** Takes over what `reading`, which is not younger than what is known, says of all enterprises. */
  keepAll(enterprises: readonly Enterprise[], reading: number): void;
  keep(enterprise: Enterprise): Entry;
  /** From now on only a reading younger than `reading` knows the enterprise. */
  invalidate(number: string, reading: number): void;
}

interface KnowledgeOptions {
  logger: Logger;
  /** Told when an enterprise's settings are not what they were. */
  onChange: (number: string) => void;
}

/** Several times the pause between two readings: what was read outlives the next one. */
const ENTRY_LIFE_MS = 20 * 60_000;

/** What is known of enterprises, and whether it still holds. */
export function createKnowledge({ logger, onChange }: KnowledgeOptions): Knowledge {
  const entries = createEntries();
  const outdatedSince = new Map<string, number>();

  function keep(enterprise: Enterprise): Entry {
    const before = entries.byNumber(enterprise.number)?.enterprise;
    const entry = entryOf(enterprise);
    entries.keep(entry);
    tellProblems(logger, enterprise, before);
    if (before !== undefined && !isSame(before.config, enterprise.config)) onChange(enterprise.number);
    return entry;
  }

  return {
    byToken: entries.byToken,
    find: entries.find,
    size: entries.size,
    isFresh: ({ enterprise, expiresAt }) => expiresAt.getTime() > Date.now() && !outdatedSince.has(enterprise.number),
    keepAll(enterprises, reading) {
      for (const enterprise of enterprises) keep(enterprise);
      const numbers = new Set<string>(enterprises.map(({ number }) => number));
      for (const gone of entries.numbers().filter((number) => !numbers.has(number))) {
        entries.remove(gone);
        onChange(gone);
      }
      for (const [number, since] of outdatedSince) if (since < reading) outdatedSince.delete(number);
    },
    keep,
    invalidate(number, reading) {
      outdatedSince.set(number, reading);
      onChange(number);
    },
  };
}

export function entryOf(enterprise: Enterprise): Entry {
  const createdAt = new Date();
  return { enterprise, createdAt, expiresAt: new Date(createdAt.getTime() + ENTRY_LIFE_MS) };
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
