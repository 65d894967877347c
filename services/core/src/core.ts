import { createServer } from 'node:http';
import { createPool, findRecording } from '@live-calls/shared/db';
import { createAccessLog, createLogger, type StartedService } from '@live-calls/shared/runtime';
import { createApp } from './app.js';
import { createProcessor } from './calls/processor.js';
import type { Config } from './config.js';
import { createHousekeeping } from './housekeeping.js';
import { createIngest } from './ingest/ingest.js';
import { createTenantLog } from './logs/tenantLog.js';
import { noteCalls } from './logs/noteCalls.js';
import { createTelegramWorker } from './notify/telegram/worker.js';
import { createTenantDirectory } from './tenants/tenantDirectory.js';
import { wakeOnNotify } from './wakeOnNotify.js';

/** A host waits 3 s for its answer; whoever is slower than this is broken or means harm. */
const SERVER_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
};

/** Hundreds of hosts with a connection each, several times over. */
const MAX_CONNECTIONS = 10_000;

/** Puts the core together: ingest → calls → notify, each with connections of its own. */
export async function createCore(config: Config): Promise<StartedService> {
  const { DATABASE_URL: databaseUrl, LOG_DIR: dir } = config;
  const log = createLogger({ dir, file: 'app.log', name: 'core', level: config.LOG_LEVEL });
  const accessLog = createAccessLog({ dir });
  const tenantLog = createTenantLog({ dir });
  const ingestPool = createPool(databaseUrl, { name: 'core ingest', maxConnections: 4 });
  const workPool = createPool(databaseUrl, { name: 'core', maxConnections: 16 });
  const tenants = createTenantDirectory({ pool: ingestPool, databaseUrl, logger: log.named('tenants') });
  await tenants.loaded();

  const telegram = createTelegramWorker({
    pool: workPool,
    apiRoot: config.TELEGRAM_API_ROOT,
    logger: log.named('telegram'),
  });
  const processor = createProcessor({
    pool: workPool,
    tenants,
    logger: log.named('calls'),
    publicUrl: config.PUBLIC_URL,
    now: () => new Date(),
    onChanged: (tenant, shown, armed) => {
      if (armed > 0) telegram.wake();
      noteCalls(log.named('calls'), tenantLog, tenant, shown);
    },
  });
  const hints = wakeOnNotify(databaseUrl, processor, log.named('calls'));
  const housekeeping = createHousekeeping({ pool: workPool, logger: log.named('housekeeping') });
  const ingest = createIngest({
    pool: ingestPool,
    tenants,
    logger: log.named('ingest'),
    accessLog,
    tenantLog,
    allow: config.INGEST_ALLOW,
    onStored: (numbers) => {
      processor.wake(numbers);
    },
  });
  const app = createApp({
    logger: log.named('http'),
    database: () => workPool.query('select 1'),
    recordingOf: async (uuid) => {
      const found = await findRecording(workPool, uuid);
      return found?.recordings_url?.replaceAll('{unique_id}', encodeURIComponent(found.unique_id)) ?? null;
    },
  });
  const server = createServer(SERVER_LIMITS, (request, response) => {
    if (ingest.handle(request, response)) return;
    accessLog.watch(request, response);
    app(request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;

  return {
    server,
    host: config.CORE_HOST,
    port: config.CORE_PORT,
    log,
    // Events are stored until the last request: processing them is what the next process goes on with.
    drain: async () => {
      housekeeping.stop();
      await hints.close();
      await processor.stop();
      await telegram.stop();
    },
    close: async () => {
      await ingest.close();
      await tenants.close();
      await Promise.all([ingestPool.end(), workPool.end()]);
      await Promise.all([accessLog.flush(), tenantLog.flush(), log.flush()]);
    },
  };
}
