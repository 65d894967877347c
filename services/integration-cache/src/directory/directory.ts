import { findIntegrations, type Queryable } from '@live-calls/shared/db';
import { coalesce, createSearch, type Logger } from '@live-calls/shared/runtime';
import type { Directory, Entry } from './enterprise.js';
import { enterpriseOf } from './enterpriseOf.js';
import { followChanges } from './followChanges.js';
import { createKnowledge, entryOf } from './knowledge.js';

/** An enterprise, and how it was found. */
export interface Found extends Entry {
  source: 'cache' | 'database';
  /** It is the last that was known: the database is away. */
  stale: boolean;
}

export interface EnterpriseDirectory extends Directory {
  /** Resolves when all were read for the first time; waits for the database as long as it takes. */
  loaded(): Promise<void>;
  /** As `find`, with how it was found. */
  look(ent: string): Promise<Found | undefined>;
  /** Reads everything now. @throws when the database does not answer */
  refresh(): Promise<void>;
  /** From now on the enterprise is read again before it is used. */
  invalidate(number: string): void;
  size(): number;
  /** How often everything was read, and when it was last. */
  refreshes(): { count: number; last: Date | null };
  close(): Promise<void>;
}

interface DirectoryOptions {
  db: Queryable;
  /** For a connection of its own that listens for changes. */
  databaseUrl: string;
  logger: Logger;
  /** Told the number of an enterprise whose settings are not what they were. */
  onChange: (number: string) => void;
  /** How long a change can stay unnoticed when its NOTIFY is lost; up to a fifth is taken off. Default 5 min. */
  pollMs?: number;
}

const MISS_MS = 1_000;
/** Nothing that is longer names an enterprise. */
const LONGEST_NAME = 200;

/** The database knows no text with a NUL in it, and would refuse whatever is asked for together with it. */
const canBeName = (text: string): boolean => text.length <= LONGEST_NAME && !text.includes('\0');

/** The active enterprises, in memory: a cache of the database that goes on answering while the database is away. */
export function createDirectory(options: DirectoryOptions): EnterpriseDirectory {
  const { db, databaseUrl, logger, onChange, pollMs = 300_000 } = options;
  const knowledge = createKnowledge({ logger, onChange });
  let begun = 0;
  let refreshes = { count: 0, last: null as Date | null };
  let isAway = false;
  let wasRead = (): void => undefined;
  const firstReading = new Promise<void>((resolve) => {
    wasRead = resolve;
  });

  async function readAll(): Promise<void> {
    begun += 1;
    const reading = begun;
    try {
      knowledge.keepAll((await findIntegrations(db)).map(enterpriseOf), reading);
      refreshes = { count: refreshes.count + 1, last: new Date() };
      logger.info('🔄 enterprises read', { enterprises: knowledge.size() });
      isAway = false;
      wasRead();
    } catch (error) {
      if (!isAway) logger.warn('enterprises not read, the last known ones go on serving', { error });
      isAway = true;
      throw error;
    }
  }

  async function findNamed(names: readonly string[]): Promise<ReadonlyMap<string, Entry>> {
    const { count } = refreshes;
    const enterprises = (await findIntegrations(db, names)).map(enterpriseOf);
    // What was read of all meanwhile may be younger.
    const found = enterprises.map(refreshes.count === count ? knowledge.keep : entryOf);
    const byName = (nameOf: (entry: Entry) => string) => found.map((entry) => [nameOf(entry), entry] as const);
    return new Map([
      ...byName(({ enterprise }) => enterprise.name),
      ...byName(({ enterprise }) => enterprise.token),
      ...byName(({ enterprise }) => enterprise.number),
    ]);
  }

  const search = createSearch({ find: findNamed, missMs: MISS_MS });
  const following = followChanges({ databaseUrl, logger, pollMs, read: coalesce(readAll) });

  async function look(ent: string, remembered: (ent: string) => Entry | undefined): Promise<Found | undefined> {
    const known = remembered(ent);
    if (known !== undefined && (isAway || knowledge.isFresh(known)))
      return { ...known, source: 'cache', stale: isAway };
    if (known === undefined) {
      const found = canBeName(ent) ? await search.find(ent) : undefined;
      return found && { ...found, source: 'database', stale: false };
    }
    try {
      await following.read();
    } catch {
      return { ...known, source: 'cache', stale: true };
    }
    const again = remembered(ent);
    return again && { ...again, source: 'database', stale: false };
  }

  return {
    loaded: () => firstReading,
    look: (ent) => look(ent, knowledge.find),
    find: async (ent) => (await look(ent, knowledge.find))?.enterprise,
    async findByToken(token) {
      const found = (await look(token, knowledge.byToken))?.enterprise;
      return found?.token === token ? found : knowledge.byToken(token)?.enterprise;
    },
    refresh: following.read,
    invalidate: (number) => knowledge.invalidate(number, begun),
    size: knowledge.size,
    refreshes: () => refreshes,
    close: following.close,
  };
}
