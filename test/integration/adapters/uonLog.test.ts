import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ringing, sampleCall } from '../../contract/sampleCall.js';
import { startScriptedCrm, type Reply, type ScriptedCrm } from '../../contract/scriptedCrm.js';
import { fixture } from '../../contract/uon.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { startService, type Service } from '../../harness/processes.js';
import { addTenant } from '../../harness/tenant.js';

/** With signs that addresses spell otherwise. */
const KEY = 'uon/secret+key?1';
const SPELLINGS = [KEY, encodeURIComponent(KEY), encodeURI(KEY)];

let database: TestDatabase;
let account: ScriptedCrm;
let service: Service;
let logs: string;

beforeAll(async () => {
  [database, account, logs] = await Promise.all([
    createTestDatabase(),
    startScriptedCrm(),
    mkdtemp(join(tmpdir(), 'logs-')),
  ]);
  const variables = { DATABASE_URL: database.url, LOG_DIR: logs, LOG_LEVEL: 'debug', OUTBOUND_ALLOW: account.host };
  service = await startService('uon', variables);
});
afterAll(async () => {
  await service.kill('SIGKILL');
  await account.close();
  await database.drop();
  await rm(logs, { recursive: true });
});

it('the key in the path never reaches a log, whatever goes wrong', async () => {
  const { number } = await addTenant(database.pool);
  const section = { ...fixture.section(account.origin), api_key: KEY, user_extensions: { '21': '150' } };
  await database.pool.query('update enterprises set integrations_config = $2 where number = $1', [
    number,
    JSON.stringify({ uon: section }),
  ]);
  const post = async (path: string, body: object): Promise<string> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return (await fetch(`${service.url}/internal/uon/${path}`, init)).text();
  };
  const told: string[] = [];
  const ways: ((path: string) => Reply)[] = [
    () => ({ status: 200, json: { result: 200, id: '1' } }),
    (path) => ({ status: 404, html: `<html>nothing at ${path}</html>` }),
    (path) => ({ status: 400, json: { result: 400, error: `${KEY} at ${path}` } }),
    (path) => ({ status: 302, headers: { location: `http://127.0.0.1:1${path}` } }),
    (path) => ({ status: 200, html: path }),
    () => 'reset',
  ];
  for (const way of ways) {
    account.answers(({ path }) => way(path));
    const call = sampleCall();
    const event = { enterprise_number: number, attempt: 1, origin: 'live' };
    told.push(await post('call-event', { ...event, event_type: 'dial', call: ringing(call, ['150']) }));
    told.push(await post('call-event', { ...event, event_type: 'hangup', call }));
    told.push(await post('test', { enterprise_number: number }));
  }
  expect(account.requests.every(({ path }) => path.startsWith(`/${encodeURIComponent(KEY)}/`))).toBe(true);
  const { rows } = await database.pool.query<{ url: string }>(
    `select l.*, request ->> 'url' as url from integration_logs l where enterprise_number = $1`,
    [number],
  );
  expect(rows.map(({ url }) => url)).toContain(`${account.origin}/***/call_history/create.json`);
  await service.kill('SIGTERM');
  const written = await readFile(join(logs, 'uon.log'), 'utf8');
  expect(written).toContain('call event');
  for (const spelling of SPELLINGS) {
    expect([...told, JSON.stringify(rows), written, service.output()].join('\n')).not.toContain(spelling);
  }
});
