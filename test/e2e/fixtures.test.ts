import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveFixtures, type Fixture, type FixtureEvent } from '../fixtures/fixtures.js';
import { pairsSwapped, twice } from '../fixtures/variants.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { post } from '../harness/host.js';
import { callsOf, chatOf, untilSettled } from '../harness/outcome.js';
import { startService, type Service } from '../harness/processes.js';
import { addTenant, ofTenant, type TestTenant } from '../harness/tenant.js';
import { comparable } from '../unit/calls/folded.js';

let database: TestDatabase;
let emulator: Service;
let core: Service;
let logs: string;

const coreVariables = (): Record<string, string> => ({
  DATABASE_URL: database.url,
  TELEGRAM_API_ROOT: `${emulator.url}/sandbox/telegram`,
  LOG_DIR: logs,
});

beforeAll(async () => {
  logs = await mkdtemp(join(tmpdir(), 'logs-'));
  database = await createTestDatabase();
  emulator = await startService('emulator', { LOG_DIR: logs });
  core = await startService('core', coreVariables());
});

afterAll(async () => {
  await core.kill('SIGTERM');
  await emulator.kill('SIGTERM');
  await database.drop();
  await rm(logs, { recursive: true });
});

interface Run {
  fixture: Fixture;
  tenant: TestTenant;
}

const MARK = { true: '✅', false: '❌' };

async function expectTold({ fixture, tenant }: Run): Promise<void> {
  const expected = fixture.expected_calls ?? [];
  expect(comparable(await callsOf(database.pool, tenant)), fixture.name).toEqual(comparable(expected));
  const { rows } = await database.pool.query<{ calls: number }>(
    'select coalesce(sum(total_in + total_out), 0)::int as calls from customers where enterprise_number = $1',
    [tenant.number],
  );
  expect(rows[0]?.calls, `${fixture.name}: counted once`).toBe(
    expected.filter(({ direction }) => direction !== 'internal').length,
  );
  for (const chat of tenant.chats) {
    const { messages } = await chatOf(emulator.url, chat);
    const marks = messages.map(({ text }) => text.slice(0, 1)).toSorted();
    expect(marks, `${fixture.name}: what stays in the chat`).toEqual(
      expected.map(({ answered }) => MARK[`${answered}`]).toSorted(),
    );
    expect(messages).toHaveLength(fixture.expected_final_messages);
  }
}

const WAYS: Readonly<Record<string, (events: FixtureEvent[]) => FixtureEvent[]>> = {
  'as fast as the core answers': (events) => events,
  'each event twice': twice,
  'with neighbours swapped': (events) => pairsSwapped(events, 0),
  'with the other neighbours swapped': (events) => pairsSwapped(events, 1),
};

/** All at once: each is the call of a tenant of its own. */
async function playAll(way: (events: FixtureEvent[]) => FixtureEvent[]): Promise<Run[]> {
  const runs: Run[] = [];
  for (const fixture of liveFixtures) runs.push({ fixture, tenant: await addTenant(database.pool) });
  await Promise.all(
    runs.map(({ fixture, tenant }) => post(ofTenant(tenant, way(fixture.events)), { core: () => core.url })),
  );
  return runs;
}

describe.concurrent('all sequences posted', () => {
  it.each(Object.entries(WAYS))('%s end as one final message per call and subscriber', async (_way, way) => {
    const runs = await playAll(way);
    await untilSettled(
      database.pool,
      runs.map(({ tenant }) => tenant),
    );
    for (const run of runs) await expectTold(run);
  });
});
