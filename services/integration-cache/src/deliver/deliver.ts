import { CRMS, type Crm, type EnterpriseNumber } from '@live-calls/shared/contracts';
import { forgetTrouble, inTransaction, reviveDead } from '@live-calls/shared/db';
import { createDeliveryWorker, type DeliveryWorker, type Logger, type OnAttempt } from '@live-calls/shared/runtime';
import type pg from 'pg';
import type { Directory } from '../directory/enterprise.js';
import { createAdapterClient } from './adapterClient.js';
import { createAlert } from './alert.js';
import { GIVE_UP } from './mayGo.js';
import { createPerform } from './perform.js';
import { createPresence, type Presence } from './presence.js';
import { OF_CONFIGURATION } from './wording.js';

export interface DeliverOptions {
  pool: pg.Pool;
  directory: Pick<Directory, 'find'>;
  logger: Logger;
  /** Where the adapter of a CRM is, e.g. `http://127.0.0.1:8019`. */
  adapterUrl: (crm: Crm) => string;
  internalToken?: string | undefined;
  /** How long an adapter may take for an event. */
  timeoutMs?: number;
  /** How long the worker looks away, and how long a dead one keeps its rows. */
  pollMs?: number;
  leaseMs?: number;
  onAttempt?: OnAttempt;
}

export interface Deliver {
  /** These CRMs have something to learn. */
  wake(crms: readonly Crm[]): void;
  /** Lets live again what died of the settings, and forgets that the CRM failed. */
  onConfigSaved(enterpriseNumber: EnterpriseNumber, crm: Crm): Promise<void>;
  /** Begins nothing more; what is begun may take 8 s to its end. */
  stop(): Promise<void>;
}

/** At once to one CRM, and of one tenant: a tenant whose CRM hangs leaves room for the others. */
const CONCURRENCY = 100;
const PER_TENANT = 4;
const BACK_OFF = { baseMs: 5_000, capMs: 12 * 3_600_000 };

/** pm2 kills what drains for too long; what is given up is done again, and the ledger knows what was done. */
const LAST_ANSWERS_MS = 8_000;

/** A worker for each CRM: what one of them does is nothing to the others. */
export function createDeliver(options: DeliverOptions): Deliver {
  const { pool, logger } = options;
  const stopping = new AbortController();
  const lines = new Map(CRMS.map((crm) => [crm, createLine(crm, options, stopping.signal)]));
  return {
    wake: (crms) => {
      for (const crm of crms) lines.get(crm)?.worker.wake();
    },
    onConfigSaved: async (enterpriseNumber, crm) => {
      const revived = await inTransaction(pool, async (client) => {
        await forgetTrouble(client, enterpriseNumber, crm);
        const hours = GIVE_UP.afterMs / 3_600_000;
        return reviveDead(client, enterpriseNumber, crm, { error: OF_CONFIGURATION, hours });
      });
      logger.info('settings of a CRM were saved', { enterprise: enterpriseNumber, crm, revived });
      lines.get(crm)?.worker.wake();
    },
    stop: async () => {
      const patience = setTimeout(() => {
        stopping.abort();
      }, LAST_ANSWERS_MS);
      await Promise.all([...lines.values()].flatMap(({ worker, presence }) => [worker.stop(), presence.close()]));
      clearTimeout(patience);
    },
  };
}

function createLine(
  crm: Crm,
  { timeoutMs = 30_000, ...options }: DeliverOptions,
  stopping: AbortSignal,
): { worker: DeliveryWorker; presence: Presence } {
  const { pool, directory, logger, adapterUrl, internalToken, pollMs, leaseMs } = options;
  const adapter = createAdapterClient({ crm, url: adapterUrl(crm), internalToken, timeoutMs });
  const presence = createPresence({ crm, adapter, logger, onBack: () => worker.wake() });
  const alert = createAlert(pool, logger);
  const worker = createDeliveryWorker({
    pool,
    target: crm,
    concurrency: CONCURRENCY,
    perTenant: PER_TENANT,
    mayBegin: () => (presence.isAway() ? 0 : CONCURRENCY),
    backOff: BACK_OFF,
    logger,
    onAttempt: options.onAttempt,
    perform: createPerform({ pool, directory, crm, adapter, presence, alert, logger, stopping }),
    ...(pollMs !== undefined && { pollMs }),
    ...(leaseMs !== undefined && { leaseMs }),
  });
  return { worker, presence };
}
