import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { liveFixtures } from '../fixtures/fixtures.js';
import { copyOf, mixed, random, type Played } from '../fixtures/mix.js';
import { createTestDatabase } from '../harness/database.js';
import { post } from '../harness/host.js';
import { callsOf, chatOf, untilSettled } from '../harness/outcome.js';
import { startService } from '../harness/processes.js';
import { addTenant, ofTenant } from '../harness/tenant.js';
import { comparable } from '../unit/calls/folded.js';

const CALLS = 100;
const CLIENTS = 40;
const TEAMS = 70;
const WORKING_DAY = 15 * 3_600_000;

/** Calls of all kinds over a working day; clients call again, managers take part in many calls, one after the other. */
function workingDay(seed: number): Played {
  const next = random(seed);
  const parts = Array.from({ length: CALLS }, (_, index) => {
    const fixture = liveFixtures[Math.floor(next() * liveFixtures.length)];
    if (!fixture) throw new Error('no sequences');
    const client = `1${String(100_000 + (index % CLIENTS))}`;
    return copyOf(fixture, index + 1, Math.floor(next() * WORKING_DAY), client, String(20 + (index % TEAMS)));
  });
  return mixed(parts);
}

it('tells a whole day of one host right, posted event by event as fast as the core answers', async () => {
  const logs = await mkdtemp(join(tmpdir(), 'logs-'));
  const database = await createTestDatabase();
  const emulator = await startService('emulator', { LOG_DIR: logs });
  const core = await startService('core', {
    DATABASE_URL: database.url,
    TELEGRAM_API_ROOT: `${emulator.url}/sandbox/telegram`,
    LOG_DIR: logs,
  });
  try {
    const tenant = await addTenant(database.pool);
    const { events, expected } = workingDay(7);
    await post(ofTenant(tenant, events), { core: () => core.url });
    await untilSettled(database.pool, [tenant]);
    expect(comparable(await callsOf(database.pool, tenant))).toEqual(comparable(expected));
    for (const chat of tenant.chats) {
      const { messages } = await chatOf(emulator.url, chat);
      expect(messages).toHaveLength(expected.length);
      expect(messages.filter(({ text }) => !/^[✅❌]/u.test(text))).toEqual([]);
    }
  } finally {
    await core.kill('SIGTERM');
    await emulator.kill('SIGTERM');
    await database.drop();
    await rm(logs, { recursive: true });
  }
});
