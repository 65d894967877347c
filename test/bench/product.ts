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
  startCore(telegram: string): Promise<Service>;
  end(): Promise<void>;
}

/** A PostgreSQL with the settings of the embedded one (durable), and cores on it. */
export async function createProduct(): Promise<Product> {
  const directory = await mkdtemp(join(tmpdir(), 'live-calls-bench-'));
  const postgres = await startPostgres({
    dataDir: join(directory, 'postgres'),
    port: await freePort(),
    password: randomBytes(12).toString('hex'),
  });
  const url = postgres.url('postgres');
  const pool = createPool(url, { name: 'bench' });
  await prepareDatabase(pool);
  return {
    pool,
    startCore: (telegram) =>
      startService('core', { DATABASE_URL: url, TELEGRAM_API_ROOT: telegram, LOG_DIR: join(directory, 'logs') }),
    end: async () => {
      await pool.end();
      await postgres.stop();
      await rm(directory, { recursive: true });
    },
  };
}
