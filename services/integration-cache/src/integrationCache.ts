import { createPool } from '@live-calls/shared/db';
import {
  createInternalServer,
  countAttempts,
  createLogger,
  createMetrics,
  createReadiness,
  createSecrets,
  internalGuard,
  type StartedService,
} from '@live-calls/shared/runtime';
import { createApp } from './app.js';
import { adapterUrls, type Config } from './config.js';
import { createDirectory } from './directory/directory.js';
import { deliveryEndpoints } from './deliveries/deliveries.js';
import { createDispatch } from './dispatch/dispatch.js';
import { cacheEndpoints } from './endpoints/cache.js';
import { clientEndpoints } from './endpoints/clients.js';
import { configEndpoints } from './endpoints/config.js';
import { integrationsEndpoints } from './endpoints/integrations.js';
import { metadataEndpoints } from './endpoints/metadata.js';
import { createResolve } from './endpoints/resolve.js';
import { createAskCrm } from './lookups/askCrm.js';
import { createLookups } from './lookups/lookups.js';
import { createLookUp } from './lookups/lookUp.js';
import { countCache } from './metricsOfCache.js';
import { withPatience } from './patience.js';
import { createStats } from './stats.js';
import { tellStats } from './tellStats.js';

/** Whoever asks for a name does not wait longer. */
const LOOKUP_PATIENCE_MS = 2_000;
/** A reading of thousands of enterprises takes a fraction of it. */
const READING_PATIENCE_MS = 10_000;

/** Puts the service together: what it knows of enterprises and clients, and the calls that it hands to CRMs. */
export async function createIntegrationCache(config: Config): Promise<StartedService> {
  const { DATABASE_URL: databaseUrl, INTERNAL_TOKEN: internalToken } = config;
  const log = createLogger({
    dir: config.LOG_DIR,
    file: 'integration_cache.log',
    name: 'integration-cache',
    level: config.LOG_LEVEL,
  });
  const readPool = createPool(databaseUrl, { name: 'integration-cache names', maxConnections: 8 });
  const workPool = createPool(databaseUrl, { name: 'integration-cache', maxConnections: 16, looksUp: true });
  const adapterUrl = adapterUrls(config);

  const askCrm = createAskCrm({ adapterUrl, internalToken, logger: log.named('lookups') });
  const lookups = createLookups({
    lookUp: createLookUp({
      db: withPatience(readPool, LOOKUP_PATIENCE_MS),
      askCrm,
      logger: log.named('lookups'),
    }),
  });
  const directory = createDirectory({
    db: withPatience(readPool, READING_PATIENCE_MS),
    databaseUrl,
    logger: log.named('directory'),
    onChange: lookups.forget,
  });
  await directory.loaded();

  const metrics = createMetrics('integration-cache');
  const ready = createReadiness({ database: () => readPool.query('select 1') });
  const dispatch = createDispatch({
    pool: workPool,
    directory,
    logger: log.named('dispatch'),
    adapterUrl,
    internalToken,
    onAttempt: countAttempts(metrics),
  });
  const stats = createStats(directory);
  countCache(metrics, stats);
  const telling = tellStats(stats, log.named('stats'));
  const resolve = createResolve(directory);
  const { onConfigSaved } = dispatch;
  const secrets = createSecrets(config.SECRETS_KEY);
  const app = createApp({
    logger: log.named('http'),
    guard: internalGuard(internalToken),
    endpoints: [
      ...clientEndpoints({ resolve, lookups, stats }),
      ...integrationsEndpoints({ resolve, stats }),
      ...metadataEndpoints({ resolve, stats }),
      ...configEndpoints({ pool: workPool, secrets, resolve, stats, directory, onConfigSaved }),
      ...deliveryEndpoints(workPool),
      ...cacheEndpoints({ resolve, stats, directory }),
    ],
    dispatch: dispatch.router,
    database: () => readPool.query('select 1'),
    cacheSize: directory.size,
    metrics,
    ready,
  });

  return {
    server: createInternalServer(app),
    host: config.INTERNAL_HOST,
    port: config.INTEGRATION_CACHE_PORT,
    log,
    drain: async () => {
      ready.stop();
      await dispatch.drain();
    },
    close: async () => {
      telling.stop();
      await dispatch.close();
      await directory.close();
      await Promise.all([readPool.end(), workPool.end()]);
      await log.flush();
    },
  };
}
