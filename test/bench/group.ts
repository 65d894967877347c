import { setTimeout as pause } from 'node:timers/promises';
import { copyOf } from '../fixtures/mix.js';
import { addTenant, ofTenant } from '../harness/tenant.js';
import { until } from '../harness/until.js';
import { answeredCall } from './answeredCall.js';
import type { Finding } from './finding.js';
import { openConnection } from './connection.js';
import type { Product } from './product.js';
import { startTelegram } from './telegram.js';

const GROUP = -1_001_000_000_001;
const CALLS = 16;
/** Half of what Telegram is known to take, so that it has to complain. */
const A_MINUTE = 10;

/** A group that takes few messages: when Telegram says how long to wait nothing comes earlier, and nothing is lost. */
export async function group(product: Product): Promise<{ rows: string[][]; findings: Finding[] }> {
  const telegram = await startTelegram({ perMinute: A_MINUTE });
  const tenant = await addTenant(product.pool);
  await product.pool.query('delete from telegram_users where enterprise_number = $1', [tenant.number]);
  await product.pool.query('insert into telegram_users (enterprise_number, tg_id) values ($1, $2)', [
    tenant.number,
    GROUP,
  ]);
  const core = await product.startCore(telegram.url);
  const begun = performance.now();
  const connection = await openConnection(Number(new URL(core.url).port));
  const calls = Array.from({ length: CALLS }, (_, i) =>
    copyOf(answeredCall(), i + 1, i * 60_000, String(1_000_000 + i)),
  );
  for (const { events } of calls) {
    for (const { event, body } of ofTenant(tenant, events)) {
      await connection.post(`/${event}`, JSON.stringify(body));
      await pause(100);
    }
  }
  connection.close();
  const finals = async (): Promise<number> => {
    const { rows } = await product.pool.query<{ count: number }>(
      `select count(*)::int as count from telegram_messages where enterprise_number = $1 and final_message_id is not null`,
      [tenant.number],
    );
    return rows[0]?.count ?? 0;
  };
  await until('each final is shown', async () => (await finals()) === CALLS, 300_000).catch(() => undefined);
  const seconds = (performance.now() - begun) / 1_000;
  const shown = await finals();
  await core.kill('SIGTERM');
  telegram.close();
  const { refused, tooEarly } = telegram;
  return {
    rows: [[String(CALLS), String(A_MINUTE), String(telegram.shown.length), String(refused()), String(tooEarly()), String(shown), seconds.toFixed(0)]], // prettier-ignore
    findings: [
      {
        what: 'a group at its limit: finals shown; requests before the time that a 429 named',
        wanted: `${CALLS}; 0`,
        measured: `${shown}; ${tooEarly()}`,
        isMet: shown === CALLS && tooEarly() === 0,
      },
    ],
  };
}
