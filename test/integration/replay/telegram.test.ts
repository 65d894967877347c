import { createDispatchWorker } from '../../../services/core/src/dispatch/worker.js';
import { createGateway } from '../../../services/core/src/gateway/gateway.js';
import { createTelegramWorker } from '../../../services/core/src/notify/telegram/worker.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { untilCaughtUp } from '../../harness/outcome.js';
import { silentLogger } from '../../harness/silentLogger.js';
import type { Stage as Calls } from '../calls/stage.js';
import { startTelegramStandIn, type TelegramStandIn } from '../notify/telegramStandIn.js';
import { createStage, eventsOf, longAgo, PERIOD, type Stage } from './stage.js';

let stage: Stage;
let calls: Calls;
let telegram: TelegramStandIn;
let workers: { stop(): Promise<void> }[];
beforeEach(async () => {
  [stage, telegram] = await Promise.all([createStage(), startTelegramStandIn()]);
  calls = await stage.addTenant();
  const { pool } = stage.database;
  const logger = silentLogger();
  workers = [
    createTelegramWorker({ pool, logger, apiRoot: telegram.apiRoot }),
    createDispatchWorker({
      ...{ pool, logger, publicUrl: undefined },
      tenants: { byNumber: () => calls.known },
      gateway: createGateway({ url: 'http://127.0.0.1:9', token: undefined }),
    }),
  ];
});
afterEach(async () => {
  await telegram.close();
  await Promise.all(workers.map((worker) => worker.stop()));
  await stage.end();
});

const replayed = async (...more: string[]): Promise<string> => {
  const { isDone, output } = await stage.replay(
    '--enterprise',
    calls.tenant.number,
    ...PERIOD,
    '--target',
    'telegram',
    ...more,
  );
  expect(isDone).toBe(true);
  await untilCaughtUp(stage.database.pool);
  return output;
};
const [first, second] = [0, 1] as const;
const chat = (which: 0 | 1) => telegram.chat(calls.tenant.chats[which] ?? 0);

describe('showing calls in chats again', () => {
  it('a chat that shows them gets nothing; one that was away gets what it lacks', async () => {
    const away = calls.tenant.chats[second];
    let isAway = true;
    telegram.misbehave(({ chatId }) => isAway && chatId === away, {
      status: 400,
      json: { ok: false, error_code: 400, description: 'Bad Request: something odd' },
    });
    await longAgo(calls, eventsOf('incoming_group_answered'));
    await untilCaughtUp(stage.database.pool);
    await stage.database.pool.query(
      `update deliveries set state = 'dead' where state = 'pending' and target = 'telegram'`,
    );
    expect([chat(first).length, chat(second).length]).toEqual([1, 0]);
    expect(
      await calls.rows(
        `select state from deliveries where enterprise_number = $tenant and target = 'telegram' order by 1`,
      ),
    ).toEqual([{ state: 'dead' }, { state: 'done' }]);

    isAway = false;
    const before = telegram.requests.length;
    expect(await replayed()).toContain('не такие, как должны: 1');
    expect([chat(first).length, chat(second).length]).toEqual([1, 1]);
    const asked = telegram.requests.slice(before);
    expect(new Set(asked.map(({ chatId }) => chatId))).toEqual(new Set([away]));

    const after = telegram.requests.length;
    await replayed();
    expect(telegram.requests.length).toBe(after);
  });

  it('a message that shows something else is edited, without a notification', async () => {
    await longAgo(calls, eventsOf('incoming_group_answered'));
    await untilCaughtUp(stage.database.pool);
    await stage.database.pool.query(`update telegram_messages set shown_text = 'as it was', wanted_text = 'as it was'`);
    const before = telegram.requests.length;
    await replayed();
    expect(telegram.requests.slice(before).map(({ method }) => method)).toEqual(['editMessageText', 'editMessageText']);
    expect(chat(first).length).toBe(1);
  });

  it('calls of a time when nobody was subscribed are shown to those who are now', async () => {
    const { pool } = stage.database;
    await pool.query('update telegram_users set enabled = false');
    await longAgo(calls, eventsOf('incoming_group_answered'));
    await pool.query('update telegram_users set enabled = true');
    expect(await replayed('--dry-run')).toContain('будет передано звонков: 1');
    expect(telegram.requests).toEqual([]);
    await replayed();
    expect([chat(first).length, chat(second).length]).toEqual([1, 1]);
  });
});
