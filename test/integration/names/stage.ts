import { saveClientProfile } from '@live-calls/shared/db';
import type { ClientProfile } from '@live-calls/shared/contracts';
import { createGateway } from '../../../services/core/src/gateway/gateway.js';
import { createNames, type Names } from '../../../services/core/src/names/names.js';
import { createTelegramWorker } from '../../../services/core/src/notify/telegram/worker.js';
import type { CallToShow } from '../../../services/core/src/notify/callToShow.js';
import type { Tenant } from '../../../services/core/src/tenants/tenant.js';
import { createTestDatabase } from '../../harness/database.js';
import { until } from '../../harness/until.js';
import { createStage as createCalls, type Stage as Calls } from '../calls/stage.js';
import { NOBODY, startGatewayStandIn, type GatewayStandIn } from '../dispatch/gatewayStandIn.js';
import { createHeardLogger, type HeardLogger } from '../notify/heardLogger.js';
import { startTelegramStandIn, type TelegramStandIn } from '../notify/telegramStandIn.js';

/** A tenant with a CRM, from its events to its first chat, with 8020 and Telegram stood in for. */
export interface Stage extends Calls {
  names: Names;
  gateway: GatewayStandIn;
  telegram: TelegramStandIn;
  log: HeardLogger;
  /** Calls that were told to be shown with another name. */
  named: CallToShow[];
  /** What the chat was sent, and what it was edited to. */
  chat(): { sent: string[]; edited: string[] };
  /** 8020 stores a profile, and says it. */
  know(phone: string, profile: Partial<ClientProfile> | null): Promise<Record<string, string | null>>;
  /** How long the messages that wait have to, ms, the shortest first. */
  waits(): Promise<number[]>;
  settled(): Promise<void>;
  end(): Promise<void>;
}

interface StageOptions {
  known?: Partial<Tenant>;
  /** Long enough that whatever does not wait for its end is seen. */
  mostWaitMs?: number;
  timeoutMs?: number;
}

export async function createStage({
  known,
  mostWaitMs = 20_000,
  timeoutMs = 20_000,
}: StageOptions = {}): Promise<Stage> {
  const [database, gateway, telegram] = await Promise.all([
    createTestDatabase(),
    startGatewayStandIn(),
    startTelegramStandIn(),
  ]);
  const log = createHeardLogger();
  const named: CallToShow[] = [];
  const { pool } = database;
  const worker = createTelegramWorker({ pool, logger: log.logger, apiRoot: telegram.apiRoot });
  const names = createNames({
    pool,
    gateway: createGateway({ url: gateway.url, token: undefined }),
    logger: log.logger,
    publicUrl: undefined,
    onDue: worker.wake,
    onNamed: (_tenant, calls) => named.push(...calls),
    mostWaitMs,
    timeoutMs,
  });
  const calls = await createCalls({
    database,
    known: { crms: ['retailcrm'], primaryCrm: 'retailcrm', ...known },
    nameWaitMs: names.waitMs,
    onDone: (tenant, { isArmed, unasked }) => {
      if (isArmed) worker.wake();
      names.ask(tenant, unasked);
    },
  });
  await calls.rows(`delete from telegram_users where id <> (select min(id) from telegram_users)`);
  const texts = (method: string): string[] =>
    telegram.requests.filter((request) => request.method === method).map(({ params }) => params.text ?? '');
  return {
    ...calls,
    names,
    gateway,
    telegram,
    log,
    named,
    chat: () => ({ sent: texts('sendMessage'), edited: texts('editMessageText') }),
    know: async (phone, profile) => {
      const full = profile && { ...NOBODY, extension: null, ...profile };
      await saveClientProfile(pool, calls.known.number, phone, 'retailcrm', full);
      return { ...NOBODY, ...profile };
    },
    waits: async () => {
      const found = await calls.rows<{ wait: number }>(
        `select greatest(0, extract(epoch from run_at - now()) * 1000)::float8 as wait from deliveries
         where target = 'telegram' and state = 'pending' order by run_at`,
      );
      return found.map(({ wait }) => wait);
    },
    settled: () =>
      until('every message is shown', async () => {
        return (
          (await calls.rows(`select 1 from deliveries where target = 'telegram' and state <> 'done'`)).length === 0
        );
      }),
    end: async () => {
      await names.stop();
      await worker.stop();
      await Promise.all([gateway.close(), telegram.close()]);
      await database.drop();
    },
  };
}
