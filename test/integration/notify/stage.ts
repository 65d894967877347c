import type pg from 'pg';
import { inTransaction } from '@live-calls/shared/db';
import type { DeliveryWorker } from '@live-calls/shared/runtime';
import type { CallToShow } from '../../../services/core/src/notify/callToShow.js';
import { showCalls } from '../../../services/core/src/notify/showCalls.js';
import { createTelegramWorker } from '../../../services/core/src/notify/telegram/worker.js';
import type { Tenant } from '../../../services/core/src/tenants/tenant.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { sampleTenant } from '../../unit/notify/sample.js';
import { createHeardLogger, type HeardLogger } from './heardLogger.js';
import { startTelegramStandIn, type TelegramStandIn } from './telegramStandIn.js';

export const TENANT_BOT = '100:tenant-bot-secret';

/** A tenant's database, Telegram, and workers that end with the stage. */
export interface Stage {
  database: TestDatabase;
  pool: pg.Pool;
  tenant: Tenant;
  telegram: TelegramStandIn;
  log: HeardLogger;
  /** Starts a worker; several may run. */
  work(options?: { timeoutMs?: number }): DeliveryWorker;
  /** One step of the tenant: what is shown changes in one transaction. */
  show(...calls: CallToShow[]): Promise<number>;
  subscribe(chatId: number, botToken?: string | null): Promise<number>;
  /** Brings forward what waits, instead of waiting for it. */
  makeDue(): Promise<void>;
  /** How many deliveries stand how. */
  states(): Promise<Record<string, number>>;
  end(): Promise<void>;
}

export async function createStage(): Promise<Stage> {
  const [database, telegram] = await Promise.all([createTestDatabase(), startTelegramStandIn()]);
  const { pool } = database;
  const tenant = sampleTenant();
  const log = createHeardLogger();
  const workers: DeliveryWorker[] = [];
  await pool.query('insert into enterprises (number, name, name2, bot_token) values ($1, $2, $3, $4)', [
    tenant.number,
    tenant.name,
    tenant.token,
    TENANT_BOT,
  ]);
  return {
    database,
    pool,
    tenant,
    telegram,
    log,
    work: (options = {}) => {
      const worker = createTelegramWorker({
        pool,
        logger: log.logger,
        apiRoot: telegram.apiRoot,
        ...options,
      });
      workers.push(worker);
      return worker;
    },
    show: async (...calls) => {
      const showing = calls.map((call) => ({ ...call, tenant }));
      const { length: armed } = await inTransaction(pool, (client) => showCalls(client, showing));
      for (const worker of workers) worker.wake();
      return armed;
    },
    subscribe: async (chatId, botToken = null) => {
      const { rows } = await pool.query<{ id: number }>(
        'insert into telegram_users (enterprise_number, tg_id, bot_token) values ($1, $2, $3) returning id',
        [tenant.number, chatId, botToken],
      );
      return rows[0]?.id ?? 0;
    },
    makeDue: async () => {
      await pool.query(`update deliveries set run_at = now() where state = 'pending'`);
      for (const worker of workers) worker.wake();
    },
    states: async () => {
      const { rows } = await pool.query<{ state: string; n: number }>(
        'select state, count(*)::int as n from deliveries group by state',
      );
      return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
    },
    end: async () => {
      // First Telegram: a request that hangs there would hold a worker up.
      await telegram.close();
      await Promise.all(workers.map((worker) => worker.stop()));
      await database.drop();
    },
  };
}
