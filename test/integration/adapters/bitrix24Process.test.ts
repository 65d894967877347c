import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixture } from '../../contract/bitrix24.js';
import { ringing, sampleCall } from '../../contract/sampleCall.js';
import { startScriptedCrm, type ScriptedCrm } from '../../contract/scriptedCrm.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { startService, type Service } from '../../harness/processes.js';
import { addTenant } from '../../harness/tenant.js';
import { until } from '../../harness/until.js';
import { cases } from '../emulatorCrmStage.js';

let database: TestDatabase;
let account: ScriptedCrm;
let logs: string;
let number: string;
const started: Service[] = [];

beforeAll(async () => {
  [database, account, logs] = await Promise.all([
    createTestDatabase(),
    startScriptedCrm(),
    mkdtemp(join(tmpdir(), 'logs-')),
  ]);
  ({ number } = await addTenant(database.pool));
  const config = JSON.stringify({ bitrix24: fixture.section(account.origin) });
  await database.pool.query('update enterprises set integrations_config = $2 where number = $1', [number, config]);
});
afterAll(async () => {
  await Promise.all(started.map((service) => service.kill('SIGKILL')));
  await account.close();
  await database.drop();
  await rm(logs, { recursive: true });
});

async function start(): Promise<Service> {
  const variables = { DATABASE_URL: database.url, LOG_DIR: logs, LOG_LEVEL: 'debug', OUTBOUND_ALLOW: account.host };
  const service = await startService('bitrix24', variables);
  started.push(service);
  return service;
}

const post = async ({ url }: Service, path: string, body: object): Promise<{ status: number; text: string }> => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${url}/internal/bitrix24/${path}`, init);
  return { status: response.status, text: await response.text() };
};

it('killed while the portal finishes a call it goes on where it was, and the key is in no log', async () => {
  const call = sampleCall();
  const event = { enterprise_number: number, attempt: 1, origin: 'live' };
  const hangup = { ...event, event_type: 'hangup', call };
  account.answers((request) => (fixture.isJournal(request) ? 'hang' : fixture.answer(request)));
  const first = await start();
  await post(first, 'call-event', { ...event, event_type: 'dial', call: ringing(call, ['150']) });
  const lost = post(first, 'call-event', hangup).catch(() => undefined);
  const journal = () => account.requests.filter(fixture.isJournal);
  await until('the portal was told to finish', () => Promise.resolve(journal().length === 1));
  await first.kill('SIGKILL');
  expect(await lost).toBeUndefined();

  // It has finished the call, and nobody heard it.
  const notFound = cases('bitrix24-finish-not-found-real')[0]?.response ?? { status: 500 };
  account.answers((request) => (fixture.isJournal(request) ? { ...notFound } : fixture.answer(request)));
  const second = await start();
  const again = await post(second, 'call-event', { ...hangup, attempt: 2 });
  expect([again.status, JSON.parse(again.text)]).toEqual([200, { outcome: 'done', notes: [] }]);
  const registered = account.requests.filter(({ path }) => path.endsWith('.register'));
  expect([registered.length, journal().length]).toEqual([1, 2]);

  account.answers(({ path }) => ({ status: 400, json: { error: `${fixture.secrets.join(' ')} at ${path}` } }));
  const told = [await post(second, 'call-event', { ...hangup, call: sampleCall() })];
  told.push(await post(second, 'test', { enterprise_number: number }));
  await second.kill('SIGTERM');
  const { rows } = await database.pool.query('select * from integration_logs where enterprise_number = $1', [number]);
  const written = await readFile(join(logs, 'bitrix24.log'), 'utf8');
  expect(written).toContain('call event');
  for (const secret of fixture.secrets)
    expect([JSON.stringify([told, rows]), written, second.output()].join('\n')).not.toContain(secret);
});
