import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixture } from '../../contract/retailcrm.js';
import { sampleCall } from '../../contract/sampleCall.js';
import { startScriptedCrm } from '../../contract/scriptedCrm.js';
import { createTestDatabase } from '../../harness/database.js';
import { startService } from '../../harness/processes.js';
import { addTenant } from '../../harness/tenant.js';

it('an adapter that is killed while RetailCRM answers goes on where it was', async () => {
  const database = await createTestDatabase();
  const logs = await mkdtemp(join(tmpdir(), 'logs-'));
  const account = await startScriptedCrm();
  const { number } = await addTenant(database.pool);
  await database.pool.query('update enterprises set integrations_config = $2 where number = $1', [
    number,
    JSON.stringify({ retailcrm: fixture.section(account.origin) }),
  ]);
  const start = () =>
    startService('retailcrm', { DATABASE_URL: database.url, OUTBOUND_ALLOW: account.host, LOG_DIR: logs });
  const call = sampleCall({ ended_at: new Date().toISOString() });
  const deliver = async (url: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${url}/internal/retailcrm/call-event`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ enterprise_number: number, event_type: 'hangup', call }),
    });
    return { status: response.status, body: await response.json() };
  };

  const first = await start();
  let gone: Promise<number | null> | undefined;
  account.answers((request) => {
    if (!fixture.isJournal(request)) return fixture.answer(request);
    gone ??= first.kill('SIGKILL');
    return 'hang';
  });
  await expect(deliver(first.url)).rejects.toThrow();
  await gone;
  account.answers(fixture.answer);
  const before = account.requests.length;

  const second = await start();
  expect(await deliver(second.url)).toEqual({ status: 200, body: { outcome: 'done', notes: [] } });
  // The card is closed already: what is left is the zone, which nobody remembers, and the journal.
  expect(account.requests.slice(before).map(({ path }) => path)).toEqual([
    '/api/v5/settings',
    '/api/v5/telephony/calls/upload',
  ]);
  const uploads = account.requests.filter(fixture.isJournal).map(({ text }) => text);
  expect(uploads).toHaveLength(2);
  expect(uploads[0]).toBe(uploads[1]);
  expect((await fetch(`${second.url}/internal/retailcrm/nothing`)).status).toBe(404);
  const foreign = await fetch(`${second.url}/internal/retailcrm/test`, { method: 'POST', body: '{}' });
  expect(foreign.status).toBe(415);
  expect(await second.kill('SIGTERM')).toBe(0);
  await account.close();
  await database.drop();
  await rm(logs, { recursive: true });
});
