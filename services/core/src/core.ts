import { createServer } from 'node:http';
import { Worker } from 'node:worker_threads';
import { createPool, findRecording } from '@live-calls/shared/db';
import { createAccessLog, createLogger, type StartedService } from '@live-calls/shared/runtime';
import { createApp } from './app.js';
import type { Config } from './config.js';
import { limitConnections } from './doors/limitConnections.js';
import { createVisitors } from './doors/visitors.js';
import { endSlowRequest } from './endSlowRequest.js';
import { sendEarly } from './ingest/answer.js';
import { createIngest } from './ingest/ingest.js';
import { createOpenLogs } from './logs/openLogs.js';
import { createTenantLog } from './logs/tenantLog.js';
import { createRecoveryRoute } from './recovery/recoveryRoute.js';
import { createStatus } from './status/status.js';
import { createTenantDirectory } from './tenants/tenantDirectory.js';
import { createWorkThread } from './work/workThread.js';

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

/** Puts the core together: what hosts and people ask for here, what becomes of stored events in a thread of its own. */
export async function createCore(config: Config): Promise<StartedService> {
  const { DATABASE_URL: databaseUrl, LOG_DIR: dir } = config;
  const logs = createOpenLogs();
  const { open } = logs;
  const log = createLogger({ dir, file: 'app.log', name: 'core', level: config.LOG_LEVEL, open });
  const accessLog = createAccessLog({ dir });
  const tenantLog = createTenantLog({ dir, open });
  const ingestPool = createPool(databaseUrl, { name: 'core ingest', maxConnections: 4 });
  const httpPool = createPool(databaseUrl, { name: 'core http', maxConnections: 4 });
  const statusPool = createPool(databaseUrl, { name: 'core status', maxConnections: 3 });
  const tenants = createTenantDirectory({ pool: ingestPool, databaseUrl, logger: log.named('tenants') });
  await tenants.loaded();
  const work = await createWorkThread(
    new Worker(new URL('./work/thread.js', import.meta.url), { workerData: config }),
    {
      openLog: open,
      onDeath: (reason) => {
        throw reason; // one without the other is no core: this process ends, and pm2 starts a whole one
      },
    },
  );
  const status = createStatus(config, { pool: statusPool, logger: log.named('status'), ofWork: work.metrics });

  const ingest = createIngest({
    pool: ingestPool,
    tenants,
    logger: log.named('ingest'),
    accessLog,
    tenantLog,
    allow: config.INGEST_ALLOW,
    onAnswered: status.metrics.onAnswered,
    onStored: work.wake,
  });
  const recovery = createRecoveryRoute({
    pool: httpPool,
    tenants,
    logger: log.named('recovery'),
    accessLog,
    allow: config.INGEST_ALLOW,
    onStored: (tenant) => work.wake([tenant.number]),
  });
  const app = createApp({
    logger: log.named('http'),
    database: () => httpPool.query('select 1'),
    recordingOf: async (uuid) => {
      const found = await findRecording(httpPool, uuid);
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
      await work.stop();
    },
    close: async () => {
      await ingest.close();
      await tenants.close();
      await Promise.all([ingestPool.end(), httpPool.end(), statusPool.end()]);
      await log.flush();
      await Promise.all([accessLog.flush(), logs.flush()]);
    },
  };
}
