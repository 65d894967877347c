import { createPool } from '@live-calls/shared/db';
import { createSecrets, type Metrics, type ServiceLogger } from '@live-calls/shared/runtime';
import { createProcessor } from '../calls/processor.js';
import type { Config } from '../config.js';
import { createDispatchWorker } from '../dispatch/worker.js';
import { createGateway } from '../gateway/gateway.js';
import { createHousekeeping } from './housekeeping.js';
import { noteCalls, noteNames } from '../logs/noteCalls.js';
import type { TenantLog } from '../logs/tenantLog.js';
import { createNames } from '../names/names.js';
import { createTelegramWorker } from '../notify/telegram/worker.js';
import { createTenantDirectory } from '../tenants/tenantDirectory.js';
import { wakeOnNotify } from './wakeOnNotify.js';
import { createWorkMetrics } from './workMetrics.js';

export interface Work {
  /** Events of these tenants were stored. */
  wake(enterpriseNumbers: readonly string[]): void;
  metrics: Pick<Metrics, 'values'>;
  /** Begins nothing more; resolves when what was begun has ended and the database is let go. */
  stop(): Promise<void>;
}

/** What becomes of stored events, with connections of its own: calls → notify and dispatch. */
export async function createWork(config: Config, log: ServiceLogger, tenantLog: TenantLog): Promise<Work> {
  const { DATABASE_URL: databaseUrl, PUBLIC_URL: publicUrl } = config;
  const pool = createPool(databaseUrl, { name: 'core', maxConnections: 16, looksUp: true });
  const crmPool = createPool(databaseUrl, { name: 'core crm', maxConnections: 4, looksUp: true });
  const { metrics, onAttempt, onShown } = createWorkMetrics();
  const tenants = createTenantDirectory({ pool, databaseUrl, logger: log.named('tenants') });
  await tenants.loaded();

  const telegram = createTelegramWorker({
    pool,
    apiRoot: config.TELEGRAM_API_ROOT,
    secrets: createSecrets(config.SECRETS_KEY),
    logger: log.named('telegram'),
    onAttempt,
    onShown,
  });
  const { INTEGRATION_CACHE_URL: gatewayUrl = `http://127.0.0.1:${config.INTEGRATION_CACHE_PORT}` } = config;
  const gateway = createGateway({ url: gatewayUrl, token: config.INTERNAL_TOKEN });
  const dispatch = createDispatchWorker({
    pool: crmPool,
    tenants,
    gateway,
    logger: log.named('dispatch'),
    publicUrl,
    onAttempt,
  });
  const names = createNames({
    pool: crmPool,
    gateway,
    logger: log.named('names'),
    publicUrl,
    onDue: () => telegram.wake(),
    onNamed: (tenant, calls) => noteNames(tenantLog, tenant, calls),
  });
  const processor = createProcessor({
    pool,
    tenants,
    logger: log.named('calls'),
    publicUrl,
    now: () => new Date(),
    nameWaitMs: names.waitMs,
    onChanged: (tenant, { shown, isArmed, isOwed, unasked }) => {
      if (isArmed) telegram.wake();
      if (isOwed) dispatch.wake();
      names.ask(tenant, unasked);
      noteCalls(log.named('calls'), tenantLog, tenant, shown);
    },
  });
  const hints = wakeOnNotify(databaseUrl, processor, log.named('calls'));
  const housekeeping = createHousekeeping({ pool, logger: log.named('housekeeping') });

  return {
    wake: processor.wake,
    metrics,
    stop: async () => {
      housekeeping.stop();
      await hints.close();
      await processor.stop();
      await names.stop();
      await Promise.all([telegram.stop(), dispatch.stop()]);
      await tenants.close();
      await Promise.all([pool.end(), crmPool.end()]);
    },
  };
}
