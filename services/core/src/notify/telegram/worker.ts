import { performance } from 'node:perf_hooks';
import {
  createDeliveryWorker,
  createSecrets,
  type DeliveryWorker,
  type Logger,
  type OnAttempt,
  type Secrets,
} from '@live-calls/shared/runtime';
import type pg from 'pg';
import { createChatDelivery, type OnShown } from './chatDelivery.js';
import { createTelegramClient } from './client.js';
import { createPacer } from './pacer.js';

export interface TelegramWorkerOptions {
  pool: pg.Pool;
  logger: Logger;
  /** e.g. `https://api.telegram.org`. */
  apiRoot: string;
  /** Opens bot tokens; unless given, only such as are not encrypted can be read. */
  secrets?: Secrets;
  timeoutMs?: number;
  /** Messages on their way at once. Most of the time they wait for Telegram: many cost little. */
  concurrency?: number;
  onAttempt?: OnAttempt;
  /** A message was sent or edited. */
  onShown?: OnShown;
}

/** Makes all chats of all tenants follow `telegram_messages`, until it is stopped. */
export function createTelegramWorker({
  pool,
  logger,
  apiRoot,
  secrets = createSecrets(undefined),
  timeoutMs = 10_000,
  concurrency = 100,
  onAttempt,
  onShown,
}: TelegramWorkerOptions): DeliveryWorker {
  return createDeliveryWorker({
    pool,
    target: 'telegram',
    concurrency,
    logger,
    onAttempt,
    backOff: { baseMs: 1_000, capMs: 30_000 },
    perform: createChatDelivery({
      pool,
      logger,
      secrets,
      onShown,
      client: createTelegramClient({ apiRoot, timeoutMs }),
      pacer: createPacer(() => performance.now()),
    }),
  });
}
