import { setTimeout as pause } from 'node:timers/promises';
import { forgetCalls } from '@live-calls/shared/db';
import type pg from 'pg';
import { removeFinishedDeliveries } from '../../shared/src/db/deliveries.js';
import { liveFixtures } from '../fixtures/fixtures.js';
import { copyOf } from '../fixtures/mix.js';
import { addTenant, ofTenant, type TestTenant } from '../harness/tenant.js';
import { until } from '../harness/until.js';
import { atMost, type Finding } from './finding.js';
import { foldStep } from './foldStep.js';
import { addPast, EVENTS_A_CALL } from './past.js';
import { createPlanLog, PLAN_SETTINGS, type Cost, type PlanLog } from './plans.js';
import { createProduct, type Product } from './product.js';
import { startTelegram } from './telegram.js';

/** Stored events with which the same is done. */
const SIZES = [100_000, 10_000_000];
const TENANTS = 100;

/** So much more may be read: what waits in the same moment differs from run to run. What grows with 100 times as much shows. */
const SLACK = { factor: 2, rows: 100 };

const CRM = {
  retailcrm: { enabled: true, domain: 'https://crm.example.com', api_key: 'bench-key', user_extensions: { 11: '150' } },
};

/** Nothing is timed but reading, and what is written need not outlive this. */
const FOR_READING = {
  fsync: 'off',
  full_page_writes: 'off',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  shared_buffers: '512MB',
};

interface Result {
  rows: string[][];
  findings: Finding[];
}

/**
 * What the queries of all programs read while a call comes, is shown, handed on, looked at and recovered: with few and with
 * many stored events. Whatever the core and the gateway ask meanwhile by themselves is in it.
 */
export async function history(sizes: readonly number[] = SIZES): Promise<Result> {
  const log = createPlanLog();
  const product = await createProduct({
    onLine: log.onLine,
    settings: { ...PLAN_SETTINGS, ...FOR_READING },
  });
  await setAutoExplain(product.pool, -1);
  const tenants: TestTenant[] = [];
  for (let i = 0; i < TENANTS; i += 1) tenants.push(await addTenant(product.pool, CRM));
  const measured: { costs: Cost[]; stepMs: number }[] = [];
  let from = 0;
  for (const [round, size] of sizes.entries()) {
    const to = size / EVENTS_A_CALL;
    await addPast(product.pool, tenants.map(({ number }) => number), from, to); // prettier-ignore
    from = to;
    measured.push(await observed(product, log, tenants, round));
  }
  await product.end();
  const [few, many] = measured;
  if (!few || !many) throw new Error('nothing was measured');
  const { rows, findings } = compared(few.costs, many.costs);
  const step = atMost(
    'a step, with 10 million stored events beside 100 thousand',
    1.5,
    many.stepMs / few.stepMs,
    'times',
  );
  return { rows, findings: [...findings, step] };
}

/** @returns what each query cost while a day's things were done once */
async function observed(
  { pool, ...product }: Product,
  log: PlanLog,
  tenants: TestTenant[],
  round: number,
): Promise<{ costs: Cost[]; stepMs: number }> {
  // prettier-ignore
  const [, stepMs] = await foldStep({ pool }, 10);
  const telegram = await startTelegram();
  const cache = await product.startIntegrationCache();
  const core = await product.startCore(telegram.url, cache.url);
  await setAutoExplain(pool, 0);
  log.take();
  const [tenant] = tenants;
  const fixture = liveFixtures.find(({ name }) => name === 'real_incoming_answered');
  if (!tenant || !fixture) throw new Error('nobody calls');
  const { events } = copyOf(fixture, 900_000 + round, 0, String(9_000_000 + round));
  for (const { event, body } of ofTenant(tenant, events)) {
    const headers = { 'content-type': 'application/json' };
    await fetch(`${core.url}/${event}`, { method: 'POST', headers, body: JSON.stringify(body) });
    await pause(50);
  }
  await until('the call is shown', async () => {
    const { rows } = await pool.query(
      `select from telegram_messages where enterprise_number = $1 and final_message_id is not null
       and updated_at > now() - interval '5 minutes' and wanted_text <> 'text'`,
      [tenant.number],
    );
    return rows.length > 0;
  });
  await recover(core.url, tenant, round);
  await lookAround(core.url, product.statusToken);
  await forgetCalls(pool, 60);
  await removeFinishedDeliveries(pool, 14);
  // Polls, sweeps and renewals come round.
  await pause(3_000);
  await setAutoExplain(pool, -1);
  await Promise.all([core.kill('SIGTERM'), cache.kill('SIGTERM')]);
  telegram.close();
  return {
    costs: log.take().filter(({ query }) => !/auto_explain|final_message_id is not null and/.test(query)),
    stepMs: Number(stepMs),
  };
}

async function setAutoExplain(pool: pg.Pool, ms: number): Promise<void> {
  await pool.query(`alter system set auto_explain.log_min_duration = ${ms}`);
  await pool.query('select pg_reload_conf()');
  await pause(200);
}

/** What a host could not deliver. */
async function recover(url: string, { number, token }: TestTenant, round: number): Promise<void> {
  const at = new Date(Date.now() - 3 * 3_600_000).toISOString().replace('T', ' ').slice(0, 19);
  const request = {
    Token: token,
    UniqueId: `176${round}000000.1`,
    Phone: '375290001234',
    CallType: 0,
    Extensions: ['150'],
  };
  const row = {
    id: 1,
    date: at,
    event: 'dial',
    request: JSON.stringify(request),
    status_response: '500',
    response: '',
  };
  await fetch(`${url}/recovery/${number}`, {
    method: 'POST',
    headers: { Token: token },
    body: `${JSON.stringify(row)}\n`,
  });
}

async function lookAround(url: string, token: string): Promise<void> {
  const signedIn = await fetch(`${url}/status/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `token=${token}`,
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const ask = (path: string): Promise<Response> => fetch(`${url}${path}`, { headers: { cookie } });
  for (const path of ['/metrics', '/ready', '/status/api/overview']) await ask(path);
}

function compared(few: readonly Cost[], many: readonly Cost[]): Result {
  const before = new Map(few.map((cost) => [`${cost.app} ${cost.query}`, cost]));
  const both = many.flatMap((cost) => {
    const then = before.get(`${cost.app} ${cost.query}`);
    return then ? [{ cost, then }] : [];
  });
  const grew = both.filter(({ cost, then }) => cost.rows > then.rows * SLACK.factor + SLACK.rows);
  const apps = [...new Set(both.map(({ cost }) => cost.app))].sort();
  const rows = apps.map((app) => {
    const own = both.filter(({ cost }) => cost.app === app);
    const most = (of: (each: (typeof own)[number]) => number): string => String(Math.max(...own.map(of)));
    return [
      ...[app, String(own.length), most(({ then }) => then.rows), most(({ cost }) => cost.rows)],
      ...[most(({ then }) => then.pages), most(({ cost }) => cost.pages)],
    ];
  });
  const named = grew.map(({ cost, then }) => [`! ${cost.app}: ${cost.query.slice(0, 90)}`, '', `${then.rows}`, `${cost.rows}`, `${then.pages}`, `${cost.pages}`]); // prettier-ignore
  return {
    rows: [...rows, ...named],
    findings: [
      {
        what: `queries that read more rows with ${SIZES[1] ?? 0} stored events`,
        wanted: 'none',
        measured: `${grew.length} of ${both.length}`,
        isMet: grew.length === 0 && both.length > 0,
      },
    ],
  };
}
