import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { startService, type Service } from '../../harness/processes.js';
import { post } from '../../harness/host.js';
import { addTenant, ofTenant, type TestTenant } from '../../harness/tenant.js';
import { until } from '../../harness/until.js';
import { DONE, startAdapterStandIn, type AdapterStandIn } from '../gateway/dispatchAdapter.js';
import { startTelegramStandIn, type TelegramStandIn } from '../notify/telegramStandIn.js';
import { eventsOf, PERIOD } from './stage.js';

let database: TestDatabase;
let tenant: TestTenant;
let adapter: AdapterStandIn;
let telegram: TelegramStandIn;
let logs: string;
let core: Service;
let gateway: Service;
beforeAll(async () => {
  [database, adapter, telegram] = await Promise.all([
    createTestDatabase(),
    startAdapterStandIn(),
    startTelegramStandIn(),
  ]);
  logs = await mkdtemp(join(tmpdir(), 'logs-'));
  tenant = await addTenant(database.pool);
  gateway = await startService('integration-cache', gatewayVariables());
  core = await startService('core', coreVariables());
});
afterAll(async () => {
  await Promise.all([core.kill('SIGKILL'), gateway.kill('SIGKILL')]);
  await Promise.all([adapter.kill(), telegram.close()]);
  await database.drop();
  await rm(logs, { recursive: true });
});

const gatewayVariables = () => ({ DATABASE_URL: database.url, RETAILCRM_URL: adapter.url, LOG_DIR: logs });
const coreVariables = () => ({
  ...{ DATABASE_URL: database.url, TELEGRAM_API_ROOT: telegram.apiRoot, LOG_DIR: logs },
  INTEGRATION_CACHE_URL: gateway.url,
});

/** Runs a built command as operators do. */
async function run(
  command: 'replay' | 'deliveries',
  ...words: string[]
): Promise<{ code: number | null; output: string }> {
  const program = fileURLToPath(new URL(`../../../shared/dist/operate/${command}/main.js`, import.meta.url));
  const child = spawn(process.execPath, [program, ...words], {
    env: { PATH: process.env['PATH'], DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  await once(child, 'close');
  return { code: child.exitCode, output };
}

const states = async (): Promise<string[]> =>
  (await database.pool.query<{ state: string }>(`select distinct state from deliveries order by 1`)).rows.map(
    ({ state }) => state,
  );

it('the commands work on services that run, and what they owe survives kill -9 of both', async () => {
  const events = ofTenant(tenant, eventsOf('incoming_group_answered'));
  await post(events, { core: () => core.url });
  const ofTenantOnly = ['--enterprise', tenant.number, ...PERIOD];
  await until('the call is over and shown', async () => {
    const { rows } = await database.pool.query('select from telegram_messages where final_message_id is not null');
    return rows.length === tenant.chats.length && (await states()).join() === 'done';
  });
  const shown = telegram.requests.length;

  const refused = await run('replay', ...ofTenantOnly, '--target', 'retailcrm');
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('не включена') as string });
  const again = await run('replay', ...ofTenantOnly);
  expect(again).toMatchObject({ code: 0, output: expect.stringContaining('ИТОГ: всё обработано.') as string });
  expect(telegram.requests.length).toBe(shown);

  await database.pool.query('update enterprises set integrations_config = $1', [
    { retailcrm: { enabled: true, domain: 'https://crm.example.com', api_key: 'made-up-key' } },
  ]);
  adapter.answer = () => 'hang';
  expect(await run('replay', ...ofTenantOnly, '--target', 'retailcrm')).toMatchObject({ code: 0 });
  await until('the adapter is at work', () => Promise.resolve(adapter.seen.length > 0));
  await Promise.all([core.kill('SIGKILL'), gateway.kill('SIGKILL')]);
  adapter.answer = () => DONE;
  adapter.seen.length = 0;
  gateway = await startService('integration-cache', gatewayVariables());
  core = await startService('core', coreVariables());
  await until('everything is delivered', async () => (await states()).join() === 'done');
  expect(adapter.seen).toMatchObject([{ event_type: 'hangup', origin: 'replay', call: { state: 'final' } }]);
  expect(telegram.requests.length).toBe(shown);
});

it('exit codes tell what was done, what was not, and what was not understood', async () => {
  const [listed, wrong, missing, nowhere] = await Promise.all([
    run('deliveries', '--dead'),
    run('deliveries', '--what'),
    run('deliveries', '--retry', '999999'),
    run('replay', '--call', '1.2', '--target', 'nowhere'),
  ]);
  expect([listed.code, missing.code, wrong.code, nowhere.code]).toEqual([0, 1, 2, 2]);
  expect(listed.output).toContain('Таких нет');
  expect(nowhere.output).toContain('--target nowhere');
});
