import type pg from 'pg';
import { DatabaseError } from 'pg';
import type { EnterpriseNumber } from '@live-calls/shared/contracts';
import {
  appendEvents,
  appendUnassignedEvents,
  trimUnassignedEvents,
  type NewEvent,
  type NewUnassignedEvent,
} from '@live-calls/shared/db';
import type { Logger } from '@live-calls/shared/runtime';
import { createGroupCommit, type Item, type Outcome } from './groupCommit.js';
import type { IngestLimits } from './ingestLimits.js';
import { createOutageReport } from './outageReport.js';

export interface EventStore {
  store(event: NewEvent): Promise<Outcome>;
  storeUnassigned(event: NewUnassignedEvent): Promise<Outcome>;
  /** Resolves when everything taken is committed or given up. */
  close(): Promise<void>;
}

interface EventStoreOptions {
  pool: pg.Pool;
  logger: Logger;
  limits: IngestLimits;
  /** After each commit: the tenants that it stored events of. */
  onStored: (enterpriseNumbers: ReadonlySet<EnterpriseNumber>) => void;
}

/** Where events go: those of tenants and those of nobody, apart, so that a flood of the latter delays no tenant. */
export function createEventStore({ pool, logger, limits, onStored }: EventStoreOptions): EventStore {
  const reportOutage = createOutageReport(logger);
  const timeoutMs = limits.patienceMs;
  // As if it had not been trimmed for long: what earlier processes left is trimmed soon after the start.
  let sinceTrim = limits.unassignedPerTrim;
  let trimming: Promise<void> = Promise.resolve();

  const events = createGroupCommit<NewEvent & Item>({
    write: (items) => appendEvents(pool, items, { timeoutMs }),
    isRefusal,
    onFailure: reportOutage,
    onStored: wake,
    limits: { ...limits, writes: 2 },
  });
  const unassigned = createGroupCommit<NewUnassignedEvent & Item>({
    write: (items) => appendUnassignedEvents(pool, items, { timeoutMs }),
    isRefusal,
    onFailure: reportOutage,
    onStored(items) {
      sinceTrim += items.length;
      if (sinceTrim < limits.unassignedPerTrim) return;
      sinceTrim = 0;
      trimming = trimming.then(trim);
    },
    limits: { ...limits, writes: 1 },
  });

  function wake(items: readonly NewEvent[]): void {
    try {
      onStored(new Set(items.map((item) => item.enterpriseNumber)));
    } catch (error) {
      logger.error('stored events are found by the next poll only', { error });
    }
  }

  async function trim(): Promise<void> {
    try {
      const deleted = await trimUnassignedEvents(pool, {
        perToken: limits.unassignedPerToken,
        total: limits.unassigned,
      });
      if (deleted > 0) logger.warn('oldest events of unknown tokens dropped', { deleted });
    } catch (error) {
      logger.warn('events of unknown tokens not trimmed, tried again later', { error });
    }
  }

  return {
    store: (event) => events.store({ ...event, key: event.enterpriseNumber, bytes: event.body.length }),
    storeUnassigned: (event) => unassigned.store({ ...event, key: event.token, bytes: event.body.length }),
    async close() {
      await Promise.all([events.close(), unassigned.close()]);
      await trimming;
    },
  };
}

/** Data exceptions, violated constraints and exceeded limits (SQLSTATE 22, 23, 54) are the row's fault. */
function isRefusal(error: unknown): boolean {
  return error instanceof DatabaseError && /^(22|23|54)/.test(error.code ?? '');
}
