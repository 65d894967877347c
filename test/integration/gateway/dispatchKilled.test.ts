import { afterAll, beforeAll, expect, it } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { startService, type Service } from '../../harness/processes.js';
import { until } from '../../harness/until.js';
import { DONE, startAdapterStandIn, type AdapterStandIn } from './dispatchAdapter.js';
import { callView, enterpriseWith, eventOf } from './dispatchStage.js';

const TENANT = enterpriseWith('0367');

let database: TestDatabase;
let adapter: AdapterStandIn;
let logs: string;
let gateway: Service;
beforeAll(async () => {
  database = await createTestDatabase();
  adapter = await startAdapterStandIn();
  logs = await mkdtemp(join(tmpdir(), 'logs-'));
  await database.pool.query(
    'insert into enterprises (number, name, name2, integrations_config) values ($1, $2, $3, $4)',
    [TENANT.number, TENANT.name, TENANT.token, TENANT.config],
  );
});
afterAll(async () => {
  await gateway.kill('SIGKILL');
  await adapter.kill();
  await database.drop();
  await rm(logs, { recursive: true });
});

const start = async (): Promise<void> => {
  const variables = { DATABASE_URL: database.url, RETAILCRM_URL: adapter.url, LOG_DIR: logs };
  gateway = await startService('integration-cache', variables);
};
const post = async (type: 'dial' | 'hangup', id: string): Promise<unknown> => {
  const response = await fetch(`${gateway.url}/dispatch/call-event`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(eventOf(TENANT, type, callView(id))),
  });
  return response.json();
};

it('a gateway that is killed while adapters are at work goes on where it was', async () => {
  adapter.answer = () => 'hang';
  await start();
  const ids = Array.from({ length: 10 }, (_, n) => `call${n}`);
  for (const id of ids) expect(await post('hangup', id)).toEqual({ success: true });
  await until('adapters are at work', () => Promise.resolve(adapter.seen.length === 4));
  await gateway.kill('SIGKILL');

  adapter.answer = () => DONE;
  adapter.seen.length = 0;
  await start();
  for (const id of ids) expect(await post('hangup', id)).toEqual({ status: 'ignored', reason: 'duplicate' });
  await until('everything is delivered', async () => {
    const { rows } = await database.pool.query<{ left: number }>(
      `select count(*)::int as left from deliveries where state <> 'done'`,
    );
    return rows[0]?.left === 0;
  });
  expect(adapter.seen.map(({ call }) => call.id).toSorted()).toEqual(ids.toSorted());
});
