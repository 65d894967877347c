import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { until } from '../../harness/until.js';
import type { FixtureEvent } from '../../fixtures/fixtures.js';
import { loggedAt } from './hostLogFile.js';
import { createStage, type Stage } from './stage.js';

const HOUR = 3_600_000;
const DAY = 'Listen_AMI_2025-10-01.db';

let database: TestDatabase;
let stage: Stage;
beforeEach(async () => {
  database = await createTestDatabase();
  stage = await createStage(database);
});
afterEach(async () => {
  await stage.end();
  await database.drop();
});

const body = { UniqueId: '1759302000.1', Phone: '375290000001', CallType: 0, Trunk: '0001363', Extensions: ['151'] };
const ringing: FixtureEvent[] = [
  { event: 'start', offset_ms: 0, body },
  { event: 'dial', offset_ms: 1_000, body },
];
const talk = ['1759302000.1', '1759302000.2'].map((UniqueId, n) => ({
  event: 'bridge',
  offset_ms: 5_000,
  body: {
    UniqueId,
    BridgeUniqueid: 'b1',
    Channel: n ? 'SIP/151-00000002' : 'SIP/0001363-00000001',
    ConnectedLineNum: '151',
  },
}));
const hangup = { event: 'hangup', offset_ms: 95_000, body: { ...body, CallStatus: '2' } };

const told = () =>
  stage.rows<{ wanted_kind: string; wanted_text: string }>(
    'select wanted_kind, wanted_text from telegram_messages where enterprise_number = $tenant order by id limit 1',
  );

/** As if everything had happened so much earlier, and nobody had looked since: the core was down. */
async function age(ms: number): Promise<void> {
  const by = `interval '${ms} ms'`;
  await stage.rows(
    `update call_events set event_timestamp = event_timestamp - ${by} where enterprise_number = $tenant`,
  );
  await stage.rows(`update tracked_calls set started_at = started_at - ${by}, wake_at = wake_at - ${by},
    view = jsonb_set(view, '{startedAt}', to_jsonb(to_char((view ->> 'startedAt')::timestamptz at time zone 'utc' - ${by},
      'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) where enterprise_number = $tenant`);
}

/** Lets a new process find by itself what is due. */
async function sweep(): Promise<void> {
  const processor = stage.process();
  await until('nothing is due', async () => {
    const rows = await stage.rows('select 1 from tracked_calls where enterprise_number = $tenant and wake_at <= now()');
    return rows.length === 0;
  });
  await processor.stop();
}

it.each([2 * HOUR, 30 * HOUR])(
  'a call that nobody ended is missed, even if the core was down meanwhile (%i ms)',
  async (ms) => {
    await stage.store(ringing);
    await stage.fold(2_000);
    expect(await told()).toMatchObject([{ wanted_kind: 'live' }]);
    await age(ms);
    await sweep();
    expect(await told()).toMatchObject([
      { wanted_kind: 'final', wanted_text: expect.stringMatching(/^❌ Не отвечен/) as string },
    ]);
    expect(await stage.rows('select call_status, rang, duration from calls where enterprise_number = $tenant')).toEqual(
      [{ call_status: 0, rang: ['151'], duration: 1 }],
    );
    expect(await stage.rows('select total_in, total_missed from customers where enterprise_number = $tenant')).toEqual([
      { total_in: 1, total_missed: 1 },
    ]);
  },
);

it('a talk goes on for hours before it is ended, and recovery puts it right without counting it again', async () => {
  const events = [...ringing, ...talk];
  await stage.store(events);
  await stage.fold(6_000);
  await age(2 * HOUR);
  await stage.fold();
  expect(await told()).toMatchObject([{ wanted_kind: 'live', wanted_text: expect.stringContaining('🔗') as string }]);
  await age(3 * HOUR);
  await sweep();
  expect(await stage.rows('select talk_seconds, talked from calls where enterprise_number = $tenant')).toEqual([
    { talk_seconds: null, talked: ['151'] },
  ]);
  const begin = new Date(Date.now() - 5 * HOUR);
  const report = await stage.recover({ [DAY]: stage.own(loggedAt(begin, [...events, hangup])) });
  expect(report).toMatchObject({ recovered: 1, arrived: events.length });
  expect(await told()).toMatchObject([
    { wanted_kind: 'final', wanted_text: expect.stringMatching(/^✅🔄 Завершен/) as string },
  ]);
  const [call] = await stage.rows<{ talk_seconds: number }>(
    'select talk_seconds from calls where enterprise_number = $tenant',
  );
  expect(call?.talk_seconds).toBeGreaterThan(80);
  expect(await stage.rows('select total_in, total_answered from customers where enterprise_number = $tenant')).toEqual([
    { total_in: 1, total_answered: 1 },
  ]);
});

it('a call of a host with the clock of 1970 is ended like any other', async () => {
  await stage.store(ringing.map((event) => ({ ...event, body: { ...event.body, UniqueId: '35.1' } })));
  await stage.fold(2_000);
  await age(2 * HOUR);
  await sweep();
  expect(await told()).toMatchObject([{ wanted_kind: 'final' }]);
  expect(await stage.rows('select 1 as one from calls where enterprise_number = $tenant')).toHaveLength(1);
});
