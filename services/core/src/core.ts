import { createServer } from 'node:http';
import { createPool, findRecording } from '@live-calls/shared/db';
import { createAccessLog, createLogger, createSecrets, type StartedService } from '@live-calls/shared/runtime';
import { createApp } from './app.js';
import { createProcessor } from './calls/processor.js';
import type { Config } from './config.js';
import { createDispatchWorker } from './dispatch/worker.js';
import { createGateway } from './gateway/gateway.js';
import { createHousekeeping } from './housekeeping.js';
import { limitConnections } from './doors/limitConnections.js';
import { createVisitors } from './doors/visitors.js';
import { endSlowRequest } from './endSlowRequest.js';
import { sendEarly } from './ingest/answer.js';
import { createIngest } from './ingest/ingest.js';
import { createTenantLog } from './logs/tenantLog.js';
import { noteCalls, noteNames } from './logs/noteCalls.js';
import { createNames } from './names/names.js';
import { createTelegramWorker } from './notify/telegram/worker.js';
import { createRecoveryRoute } from './recovery/recoveryRoute.js';
import { createStatus } from './status/status.js';
import { createTenantDirectory } from './tenants/tenantDirectory.js';
import { wakeOnNotify } from './wakeOnNotify.js';

/** A host waits 3 s for its answer; whoever is slower than this is broken or means harm. */
const SLOWEST_REQUEST_MS = 15_000;

const SERVER_LIMITS = {
  headersTimeout: 10_000,
  // For a host's log, which has limits of its own; whatever else is asked is ended much sooner.
  requestTimeout: 900_000,
  keepAliveTimeout: 65_000,
  // Node looks for whoever is too slow every 30 s unless it is told otherwise.
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
};

/** Hundreds of hosts with a connection each, several times over. */
const CONNECTIONS = { inAll: 10_000, perSource: 2_000 };

/** Puts the core together: ingest → calls → notify and dispatch, with connections of their own. */
export async function createCore(config: Config): Promise<StartedService> {
  const { DATABASE_URL: databaseUrl, LOG_DIR: dir } = config;
  const log = createLogger({ dir, file: 'app.log', name: 'core', level: config.LOG_LEVEL });
  const accessLog = createAccessLog({ dir });
  const tenantLog = createTenantLog({ dir });
  const ingestPool = createPool(databaseUrl, { name: 'core ingest', maxConnections: 4 });
  const workPool = createPool(databaseUrl, { name: 'core', maxConnections: 16 });
  const crmPool = createPool(databaseUrl, { name: 'core crm', maxConnections: 4 });
  const statusPool = createPool(databaseUrl, { name: 'core status', maxConnections: 3 });
  const status = createStatus(config, { pool: statusPool, logger: log.named('status') });
  const { onAnswered, onAttempt, onShown } = status.metrics;
  const tenants = createTenantDirectory({ pool: ingestPool, databaseUrl, logger: log.named('tenants') });
  await tenants.loaded();

  const telegram = createTelegramWorker({
    pool: workPool,
    apiRoot: config.TELEGRAM_API_ROOT,
    secrets: createSecrets(config.SECRETS_KEY),
    logger: log.named('telegram'),
    onAttempt,
    onShown,
  });
  const { INTEGRATION_CACHE_URL: gatewayUrl = `http://127.0.0.1:${config.INTEGRATION_CACHE_PORT}` } = config;
  const gateway = createGateway({ url: gatewayUrl, token: config.INTERNAL_TOKEN });
  const publicUrl = config.PUBLIC_URL;
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
    pool: workPool,
    tenants,
    logger: log.named('calls'),
    publicUrl,
    now: () => new Date(),
    nameWaitMs: names.waitMs,
    onChanged: (tenant, { shown, armed, owed, unasked }) => {
      if (armed > 0) telegram.wake();
      if (owed > 0) dispatch.wake();
      names.ask(tenant, unasked);
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
    onAnswered,
    onStored: (numbers) => {
      processor.wake(numbers);
    },
  });
  const recovery = createRecoveryRoute({
    pool: workPool,
    tenants,
    logger: log.named('recovery'),
    accessLog,
    allow: config.INGEST_ALLOW,
    onStored: (tenant) => processor.wake([tenant.number]),
  });
  const app = createApp({
    logger: log.named('http'),
    database: () => workPool.query('select 1'),
    recordingOf: async (uuid) => {
      const found = await findRecording(workPool, uuid);
      return found?.recordings_url?.replaceAll('{unique_id}', encodeURIComponent(found.unique_id)) ?? null;
    },
    status: status.routes,
  });
  const visitors = createVisitors();
  const server = createServer(SERVER_LIMITS, (request, response) => {
    if (recovery.handle(request, response)) return;
    endSlowRequest(request, SLOWEST_REQUEST_MS);
    if (ingest.handle(request, response)) return;
    accessLog.watch(request, response);
    const refusal = visitors.refusal(request);
    if (refusal === undefined) app(request, response);
    else sendEarly(request, response, refusal);
  });
  limitConnections(server, CONNECTIONS);

  return {
    server,
    host: config.CORE_HOST,
    port: config.CORE_PORT,
    log,
    // Events are stored until the last request: processing them is what the next process goes on with.
    drain: async () => {
      status.drain();
      await recovery.stop();
      housekeeping.stop();
      await hints.close();
      await processor.stop();
      await names.stop();
      await Promise.all([telegram.stop(), dispatch.stop()]);
    },
    close: async () => {
      await ingest.close();
      await tenants.close();
      await Promise.all([ingestPool.end(), workPool.end(), crmPool.end(), statusPool.end()]);
      await Promise.all([accessLog.flush(), tenantLog.flush(), log.flush()]);
    },
  };
}
