import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { liveFixtures, type FixtureEvent } from '../fixtures/fixtures.js';
import { copyOf, mixed, random, type Played } from '../fixtures/mix.js';
import { post } from '../harness/host.js';
import { untilSettled } from '../harness/outcome.js';
import { createStage, type Stage } from '../harness/stage.js';
import { addTenant, ofTenant, type TestTenant } from '../harness/tenant.js';
import { expectTold } from '../harness/told.js';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.end());

const TENANTS = 200;
const EVENTS = 50;
const SEED = 1;
const MOST_MEGABYTES = 512;

it('10,000 events of 200 tenants at once: none is lost, all are in order, all calls are told', async ({ annotate }) => {
  const { pool } = stage.database;
  const core = await stage.startCore();
  const memory = watchMemory(core.pid);
  onTestFinished(() => void memory.stop());
  const next = random(SEED);
  const hosts: { tenant: TestTenant; played: Played; ids: number[] }[] = [];
  for (let i = 0; i < TENANTS; i += 1) {
    hosts.push({ tenant: await addTenant(pool), played: someCalls(next), ids: [] });
  }
  const sent = hosts.reduce((sum, { played }) => sum + played.events.length, 0);
  expect(sent).toBeGreaterThanOrEqual(TENANTS * EVENTS);

  const begun = performance.now();
  const answers: (number | undefined)[] = [];
  await Promise.all(
    hosts.map(async (host) => {
      const events = ofTenant(host.tenant, host.played.events);
      host.ids = await post(events, { core: () => core.url, onAnswer: (status) => answers.push(status) });
    }),
  );
  await annotate(`${sent} events in ${Math.round(performance.now() - begun)} ms`);
  // A machine that is busy with other things may keep an event waiting for too long: that is said, or not in time, and it is posted again.
  await annotate(`${answers.filter((status) => status === 503).length} times not now`);
  await annotate(`${answers.filter((status) => status === undefined).length} times no answer in time`);
  expect(answers.filter((status) => status !== undefined && status !== 200 && status !== 503)).toEqual([]);
  await untilSettled(
    pool,
    hosts.map(({ tenant }) => tenant),
  );
  await annotate(`all told after ${Math.round(performance.now() - begun)} ms`);
  const most = memory.stop();
  await annotate(`most memory: ${most} MB`);
  expect(most).toBeLessThan(MOST_MEGABYTES);

  for (const { tenant, played, ids } of hosts) {
    expect(ids, 'ids rise in the order of posting').toEqual(ids.toSorted((one, other) => one - other));
    const posted = played.events.map(({ event, body }) => factOf(event, body));
    expect(withoutRepetitions(await storedOf(tenant)), 'in order').toEqual(withoutRepetitions(posted));
    const calls = played.expected;
    await expectTold(stage, { tenant, name: `tenant ${tenant.number}`, calls, messages: calls.length });
  }
});

/** Calls of a busy host, each with a client and managers of its own. */
function someCalls(next: () => number): Played {
  const parts: Played[] = [];
  for (let events = 0; events < EVENTS;) {
    const fixture = liveFixtures[Math.floor(next() * liveFixtures.length)];
    if (!fixture) throw new Error('no fixtures');
    const serial = parts.length + 1;
    const part = copyOf(fixture, serial, Math.floor(next() * 60_000), `1${String(100_000 + serial)}`, `${20 + serial}`);
    events += part.events.length;
    parts.push(part);
  }
  return mixed(parts);
}

const factOf = (event: string, body: FixtureEvent['body']): unknown[] => [
  event,
  body['UniqueId'],
  body['BridgeUniqueid'],
];

/** What was not acknowledged may be stored all the same, and once more when it was posted again. */
const withoutRepetitions = (facts: unknown[][]): unknown[][] =>
  facts.filter((fact, index) => index === 0 || !isDeepStrictEqual(fact, facts[index - 1]));

async function storedOf({ number }: TestTenant): Promise<unknown[][]> {
  const { rows } = await stage.database.pool.query<{ event_type: string; raw_data: FixtureEvent['body'] }>(
    'select event_type, raw_data from call_events where enterprise_number = $1 order by id',
    [number],
  );
  return rows.map(({ event_type, raw_data }) => factOf(event_type, raw_data));
}

function watchMemory(pid: number): { stop(): number } {
  let most = 0;
  const look = (): void => {
    const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    most = Math.max(most, Math.round(Number(kilobytes) / 1024));
  };
  const timer = setInterval(look, 100);
  return {
    stop: () => {
      look();
      clearInterval(timer);
      return most;
    },
  };
}
