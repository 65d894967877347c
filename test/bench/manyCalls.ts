import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { EnterpriseNumber } from '@live-calls/shared/contracts';
import { appendEvents, tellEventsStored, type NewEvent } from '@live-calls/shared/db';
import { copyOf } from '../fixtures/mix.js';
import { addTenant } from '../harness/tenant.js';
import { answeredCall } from './answeredCall.js';
import { untilFolded } from './backlog.js';
import { atMost, type Finding } from './finding.js';
import type { Product } from './product.js';
import { startTelegram } from './telegram.js';

const CALLS = 100_000;
const TENANTS = 50;
/** Between calls of one enterprise. */
const BETWEEN_CALLS = 60_000;

/** Calls that are stored at a time, so that the benchmark's own memory stays small. */
const AT_A_TIME = 2_500;
/** The core must not be so far behind that its work is another than that of a day. */
const MOST_BEHIND = 20_000;

/** More would mean that something of each call is kept: 100,000 calls are half a year of a busy enterprise. */
const MOST_MEMORY_MB = 400;

const MEGABYTE = 2 ** 20;

/** Memory of the core and size of the database after many calls, which come as fast as the core folds them. */
export async function manyCalls(
  { pool, startCore }: Product,
  calls = CALLS,
): Promise<{ rows: string[][]; findings: Finding[] }> {
  // prettier-ignore
  const telegram = await startTelegram();
  const tenants: { number: EnterpriseNumber; token: string }[] = [];
  for (let i = 0; i < TENANTS; i += 1) {
    const { number, token } = await addTenant(pool);
    tenants.push({ number: EnterpriseNumber.parse(number), token });
  }
  // Bots take 20 messages a second, which would be measured instead: two tenants have a chat.
  const silent = tenants.slice(2).map(({ number }) => number);
  await pool.query('update telegram_users set enabled = false where enterprise_number = any ($1)', [silent]);
  const core = await startCore(telegram.url);
  const before = { memory: memoryOf(core.pid), size: await sizeOf(pool) };
  const begun = performance.now();
  let events = 0;
  const firstAt = Date.now() - Math.ceil(calls / TENANTS) * BETWEEN_CALLS;
  for (let first = 0; first < calls; first += AT_A_TIME) {
    const batch = Array.from({ length: Math.min(AT_A_TIME, calls - first) }, (_, i) =>
      eventsOf(tenants, first + i, new Date(firstAt + Math.floor((first + i) / TENANTS) * BETWEEN_CALLS)),
    ).flat();
    await appendEvents(pool, batch, { timeoutMs: 60_000 });
    for (const { number } of tenants) await tellEventsStored(pool, number);
    events += batch.length;
    await untilFolded({ pool }, MOST_BEHIND);
  }
  await untilFolded({ pool });
  const seconds = (performance.now() - begun) / 1_000;
  await pause(2_000);
  const after = { memory: memoryOf(core.pid), size: await sizeOf(pool) };
  const { rows } = await pool.query<{ calls: number }>('select count(*)::int as calls from calls where enterprise_number = any ($1)', [tenants.map(({ number }) => number)]); // prettier-ignore
  const finished = rows[0]?.calls ?? 0;
  await core.kill('SIGTERM');
  telegram.close();
  const grown = after.size - before.size;
  return {
    rows: [
      [
        ...[String(finished), (events / seconds).toFixed(0), before.memory.toFixed(0), after.memory.toFixed(0)],
        ...[(grown / MEGABYTE).toFixed(0), (grown / calls).toFixed(0)],
      ],
    ],
    findings: [
      atMost(`memory of the core after ${calls} calls`, MOST_MEMORY_MB, after.memory, 'MB'),
      {
        what: 'calls that came of them',
        wanted: String(calls),
        measured: String(finished),
        isMet: finished === calls,
      },
    ],
  };
}

function eventsOf(
  tenants: readonly { number: EnterpriseNumber; token: string }[],
  serial: number,
  at: Date,
): NewEvent[] {
  const tenant = tenants[serial % tenants.length];
  if (!tenant) return [];
  const { events } = copyOf(answeredCall(), serial + 1, serial * 1_000, String(1_000_000 + serial));
  return events.map(({ event, body }) => ({
    enterpriseNumber: tenant.number,
    uniqueId: String(body['UniqueId']),
    bridgeId: typeof body['BridgeUniqueid'] === 'string' ? body['BridgeUniqueid'] : '',
    eventType: event,
    at,
    body: JSON.stringify({ ...body, Token: tenant.token }),
  }));
}

/** Resident, MB. */
function memoryOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) / 1024;
}

async function sizeOf(pool: Product['pool']): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>('select pg_database_size(current_database()) as bytes');
  return rows[0]?.bytes ?? 0;
}
