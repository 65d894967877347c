import { z } from 'zod';
import type { Crm } from '../../contracts/index.js';
import { createPool } from '../../db/pool.js';
import { internalGuard, isGuarded, UNGUARDED } from '../internalGuard.js';
import { createInternalServer } from '../internalServer.js';
import { createLogger } from '../logger.js';
import { createMetrics } from '../metrics.js';
import { readConfig } from '../readConfig.js';
import { createReadiness } from '../ready.js';
import { runService, type StartedService } from '../runService.js';
import { createSecrets } from '../secrets/secrets.js';
import { settings } from '../settings.js';
import type { CrmAdapter } from './adapter.js';
import { createAdapterApp } from './adapterApp.js';
import { createOneAtATime } from './oneAtATime.js';
import { createOutbound } from './outbound.js';
import { createPacer } from './pacer.js';

/** All tries included. With the drain of the server it is less than what pm2 waits before it kills. */
const EVENT_MS = 15_000;
/** Nobody waits longer for a name. */
const CLIENT_MS = 2_500;

const Config = z
  .object({
    DATABASE_URL: settings.DATABASE_URL,
    INTERNAL_HOST: settings.INTERNAL_HOST,
    INTERNAL_TOKEN: settings.INTERNAL_TOKEN,
    OUTBOUND_ALLOW: settings.OUTBOUND_ALLOW,
    SECRETS_KEY: settings.SECRETS_KEY,
    LOG_DIR: settings.LOG_DIR,
    LOG_LEVEL: settings.LOG_LEVEL,
  })
  .refine(isGuarded, UNGUARDED);

const readPort: Readonly<Record<Crm, () => number>> = {
  retailcrm: () => readConfig(z.object({ RETAILCRM_PORT: settings.RETAILCRM_PORT })).RETAILCRM_PORT,
  moysklad: () => readConfig(z.object({ MOYSKLAD_PORT: settings.MOYSKLAD_PORT })).MOYSKLAD_PORT,
  uon: () => readConfig(z.object({ UON_PORT: settings.UON_PORT })).UON_PORT,
  bitrix24: () => readConfig(z.object({ BITRIX24_PORT: settings.BITRIX24_PORT })).BITRIX24_PORT,
};

/** Runs the service of one CRM as this process. */
export const runAdapter = <C extends Crm>(adapter: CrmAdapter<C>): Promise<void> =>
  runService({ name: adapter.crm, start: () => Promise.resolve(createAdapterService(adapter)) });

function createAdapterService<C extends Crm>(adapter: CrmAdapter<C>): StartedService {
  const { crm } = adapter;
  const config = readConfig(Config);
  const log = createLogger({ dir: config.LOG_DIR, file: `${crm}.log`, name: crm, level: config.LOG_LEVEL });
  const pool = createPool(config.DATABASE_URL, { name: crm, maxConnections: 8 });
  const outbound = createOutbound(config.OUTBOUND_ALLOW);
  const oneAtATime = createOneAtATime();
  const ready = createReadiness({ database: () => pool.query('select 1') });
  const app = createAdapterApp(adapter, {
    guard: internalGuard(config.INTERNAL_TOKEN),
    secrets: createSecrets(config.SECRETS_KEY),
    db: pool,
    outbound,
    pacer: createPacer(() => performance.now()),
    logger: log,
    oneAtATime,
    eventMs: EVENT_MS,
    clientMs: CLIENT_MS,
    inside: { metrics: createMetrics(crm), ready },
  });
  return {
    server: createInternalServer(app),
    host: config.INTERNAL_HOST,
    port: readPort[crm](),
    log,
    drain: () => {
      ready.stop();
      return Promise.resolve();
    },
    close: async () => {
      // Whoever asked may be gone, but what was begun in the CRM has to be written down.
      await oneAtATime.settled();
      await pool.end();
      await outbound.close();
      await log.flush();
    },
  };
}
