import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { createPool, prepareDatabase } from '@live-calls/shared/db';
import { startPostgres } from '../../shared/src/operate/postgres/startPostgres.js';
import { freePort } from '../harness/freePort.js';
import { startService, type Service } from '../harness/processes.js';

export interface Product {
  pool: pg.Pool;
  databaseUrl: string;
  /** Opens the core's status page. */
  statusToken: string;
  /** @param gateway address of the integration cache; nobody is there unless given */
  startCore(telegram: string, gateway?: string): Promise<Service>;
  startIntegrationCache(): Promise<Service>;
  end(): Promise<void>;
}

interface ProductOptions {
  /** Of PostgreSQL, beside those of the embedded one. */
  settings?: Record<string, string>;
  /** What PostgreSQL logs. */
  onLine?: (line: string) => void;
}

/** A PostgreSQL with the settings of the embedded one (durable), and cores on it. */
export async function createProduct({
  settings = {},
  onLine = () => undefined,
}: ProductOptions = {}): Promise<Product> {
  const directory = await mkdtemp(join(tmpdir(), 'live-calls-bench-'));
  const postgres = await startPostgres({
    dataDir: join(directory, 'postgres'),
    port: await freePort(),
    password: randomBytes(12).toString('hex'),
    settings,
    onLine,
  });
  const url = postgres.url('postgres');
  const common = { DATABASE_URL: url, LOG_DIR: join(directory, 'logs'), STATUS_TOKEN: randomBytes(12).toString('hex') };
  const pool = createPool(url, { name: 'bench' });
  await prepareDatabase(pool);
  return {
    pool,
    databaseUrl: url,
    statusToken: common.STATUS_TOKEN,
    startCore: (telegram, gateway = 'http://127.0.0.1:1') =>
      startService('core', { ...common, TELEGRAM_API_ROOT: telegram, INTEGRATION_CACHE_URL: gateway }),
    startIntegrationCache: () => startService('integration-cache', common),
    end: async () => {
      await pool.end();
      await postgres.stop();
      await rm(directory, { recursive: true });
    },
  };
}
