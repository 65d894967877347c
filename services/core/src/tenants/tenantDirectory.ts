import type pg from 'pg';
import { findActiveTokens, listen, loadEnterprises } from '@live-calls/shared/db';
import { coalesce, createSearch, type Logger } from '@live-calls/shared/runtime';
import { createExistingZones } from './existingZones.js';
import type { Tenant } from './tenant.js';
import { tenantOf } from './tenantOf.js';

export interface TenantDirectory {
  /** Resolves when the tenants were read for the first time; waits for the database as long as it takes. */
  loaded(): Promise<void>;
  /** From memory only: undefined may also mean that the tenant was added a moment ago. Inactive ones are found too. */
  peek(token: string): Tenant | undefined;
  /**
   * The active tenant of a token: from memory, else looked up in the database.
   * @throws when the database is needed and does not answer
   */
  byToken(token: string): Promise<Tenant | undefined>;
  /** Inactive ones are found too. */
  byNumber(number: string): Tenant | undefined;
  /** Inactive ones too. */
  all(): readonly Tenant[];
  /** Calls `listener` after every reading of the tenants. @returns ends it */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

interface TenantDirectoryOptions {
  pool: pg.Pool;
  /** For a connection of its own that listens for changes. */
  databaseUrl: string;
  logger: Logger;
  /** How long a change can stay unnoticed when its NOTIFY is lost. Default 30 s. */
  pollMs?: number;
}

// An import of tenants tells of each statement; they are read once it has calmed down a little.
const BURST_MS = 50;
const RETRY_MS = 1_000;
const MISS_MS = 1_000;

/** The tenants, in memory: a cache of the database that goes on answering while the database is away. */
export function createTenantDirectory(options: TenantDirectoryOptions): TenantDirectory {
  const { pool, databaseUrl, logger, pollMs = 30_000 } = options;
  const listeners = new Set<() => void>();
  let tenants: readonly Tenant[] = [];
  let byToken: ReadonlyMap<string, Tenant> = new Map();
  let byNumber: ReadonlyMap<string, Tenant> = new Map();
  let closed = false;
  let nextPoll: NodeJS.Timeout | undefined;
  let burst: NodeJS.Timeout | undefined;
  let polling: Promise<void> = Promise.resolve();
  let wasRead = (): void => undefined;
  const firstReading = new Promise<void>((resolve) => {
    wasRead = resolve;
  });

  const zoneOf = createExistingZones(logger);

  const read = coalesce(async () => {
    tenants = (await loadEnterprises(pool)).map((row) => tenantOf({ ...row, timezone: zoneOf(row) }));
    byToken = new Map(tenants.map((tenant) => [tenant.token, tenant]));
    byNumber = new Map(tenants.map((tenant) => [tenant.number, tenant]));
    wasRead();
    for (const listener of listeners) listener();
  });

  async function poll(): Promise<void> {
    let pause = pollMs;
    try {
      await read();
    } catch (error) {
      logger.warn('tenants not read, the last known ones go on serving', { known: tenants.length, error });
      pause = Math.min(pollMs, RETRY_MS);
    }
    clearTimeout(nextPoll);
    if (!closed) nextPoll = setTimeout(refresh, pause);
  }

  function refresh(): void {
    if (!closed) polling = poll();
  }

  const tokens = createSearch({
    find: async (asked) => new Map((await findActiveTokens(pool, asked)).map((token) => [token, true])),
    missMs: MISS_MS,
  });
  const listening = listen(databaseUrl, {
    channel: 'config_changed',
    onNotify: () => {
      burst ??= setTimeout(() => {
        burst = undefined;
        refresh();
      }, BURST_MS);
    },
    onConnect: refresh,
    onLoss: (error) => logger.warn('not listening for changes of tenants', { error }),
  });
  refresh();

  return {
    loaded: () => firstReading,
    peek: (token) => byToken.get(token),
    async byToken(token) {
      const known = byToken.get(token);
      if (known?.active === true) return known;
      if ((await tokens.find(token)) === undefined) return undefined;
      await read();
      const added = byToken.get(token);
      return added?.active === true ? added : undefined;
    },
    byNumber: (number) => byNumber.get(number),
    all: () => tenants,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closed = true;
      clearTimeout(burst);
      clearTimeout(nextPoll);
      await Promise.all([listening.close(), polling]);
    },
  };
}
