import type { IncomingMessage } from 'node:http';
import type pg from 'pg';
import type { Logger } from '@live-calls/shared/runtime';
import type { Answer } from '../ingest/answer.js';
import type { Tenant } from '../tenants/tenant.js';
import { bodyRows, BrokenBody, type BodyLimits } from './bodyRows.js';
import { createRecovery } from './recovery.js';
import { reportText } from './reportText.js';

export interface RecoveryLimits extends BodyLimits {
  /** How long the database may take for a batch, ms. */
  batchMs: number;
}

interface RecoverBodyOptions {
  pool: pg.Pool;
  logger: Logger;
  limits: RecoveryLimits;
  /** After each commit; must be quick. */
  onStored: (tenant: Tenant) => void;
  /** Ends what is being read after its batch. */
  stopping: AbortSignal;
}

/** Recovers what a request brings. @returns what to answer; null when nobody is there any more */
export function createRecoverBody({ pool, logger, limits, onStored, stopping }: RecoverBodyOptions) {
  return async (request: IncomingMessage, tenant: Tenant, dryRun: boolean): Promise<Answer | null> => {
    const enterprise = tenant.number;
    const recovery = createRecovery({
      pool,
      tenant,
      dryRun,
      onStored({ eventType, event }, id) {
        logger.info('event recovered', { enterprise, event: eventType, uniqueId: event.uniqueId, id });
      },
    });
    let broken: BrokenBody | undefined;
    try {
      for await (const rows of bodyRows(request, limits, stopping)) {
        await within(limits.batchMs, recovery.take(rows));
        onStored(tenant);
      }
    } catch (error) {
      // The database goes away now and then; that is no reason to let its hosts down: they come again.
      broken = error instanceof BrokenBody ? error : new BrokenBody(503, 'база данных недоступна');
      if (broken !== error) logger.error('host log not recovered, the database fails', { enterprise, error });
    }
    const report = recovery.report(broken === undefined, broken ? [broken.message] : []);
    const { complete, rows, arrived, recovered, unreadable } = report;
    const facts = { enterprise, dryRun, complete, rows, arrived, recovered, unreadable, status: broken?.status };
    logger[complete ? 'info' : 'warn']('host log recovered', facts);
    if (broken?.status === null) return null;
    const body = { ...report, text: reportText(report, tenant.timezone) };
    const status = broken?.status ?? 200;
    return { status, body, ...(status === 503 && { headers: { 'retry-after': '30' } }) };
  };
}

/** @throws when the work takes longer than `ms`; it goes on, and whatever it still stores is found by the next one */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, tooSlow]);
  } finally {
    clearTimeout(timer);
  }
}
