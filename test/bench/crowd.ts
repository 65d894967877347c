import { setTimeout as pause } from 'node:timers/promises';
import { addTenant, ofTenant } from '../harness/tenant.js';
import { until } from '../harness/until.js';
import { answeredCall } from './answeredCall.js';
import { openConnection } from './connection.js';
import type { Finding } from './finding.js';
import type { Product } from './product.js';
import { quantiles } from './quantiles.js';
import { startTelegram } from './telegram.js';

const TENANTS = 500;
const BETWEEN_EVENTS = 2_000;

/** So many enterprises are called in the same moment, and each event comes from all of them at once. */
export async function crowd(product: Product): Promise<{ rows: string[][]; findings: Finding[] }> {
  const telegram = await startTelegram();
  const hosts = [];
  for (let i = 0; i < TENANTS; i += 1) hosts.push(await addTenant(product.pool));
  const chats = new Set(hosts.map(({ chats: [chat] }) => chat));
  await product.pool.query('delete from telegram_users where tg_id % 10 = 2');
  const core = await product.startCore(telegram.url);
  const times: number[] = [];
  let refused = 0;
  await Promise.all(
    hosts.map(async (host) => {
      const connection = await openConnection(Number(new URL(core.url).port));
      for (const { event, body } of ofTenant(host, answeredCall().events)) {
        const at = performance.now();
        const status = await connection.post(`/${event}`, JSON.stringify(body));
        times.push(performance.now() - at);
        if (status !== 200) refused += 1;
        await pause(BETWEEN_EVENTS);
      }
      connection.close();
    }),
  );
  const toldAt = performance.now();
  const finals = (): number => {
    const told = telegram.shown.filter(({ chat, text }) => chats.has(chat) && text.includes('✅'));
    return new Set(told.map(({ chat }) => chat)).size;
  };
  await until('each chat has its final message', () => Promise.resolve(finals() === TENANTS)).catch(() => undefined);
  const lastAfterMs = Math.max(0, ...telegram.shown.map(({ at }) => at)) - toldAt + BETWEEN_EVENTS;
  const shown = finals();
  await core.kill('SIGTERM');
  telegram.close();
  return {
    rows: [[String(TENANTS), ...quantiles(times), String(refused), String(shown), lastAfterMs.toFixed(0)]],
    findings: [
      {
        what: `finals of ${TENANTS} enterprises called at once; events refused`,
        wanted: `${TENANTS}; 0`,
        measured: `${shown}; ${refused}`,
        isMet: shown === TENANTS && refused === 0,
      },
    ],
  };
}
