import { afterEach, beforeEach, expect, it } from 'vitest';
import { liveFixtures, type FixtureEvent } from '../../fixtures/fixtures.js';
import { createStage, type Stage } from './stage.js';

const HOUR = 3_600_000;

let stage: Stage;

beforeEach(async () => {
  stage = await createStage();
});

afterEach(async () => {
  await stage.database.drop();
});

const calls = (): Promise<{ phone: string; call_status: number }[]> =>
  stage.rows('select phone, call_status from calls where enterprise_number = $tenant order by date_received');

async function live(events: FixtureEvent[]): Promise<void> {
  for (const event of events) {
    await stage.store([event]);
    await stage.fold(event.offset_ms);
  }
}

/** A missed call of the client on one channel, begun `offset` ms after the stage. */
const missed = (uniqueId: string, phone: string, offset: number): FixtureEvent[] => {
  const body = { UniqueId: uniqueId, Phone: phone, CallType: 0, Trunk: '0001363' };
  return [
    { event: 'start', offset_ms: offset, body },
    { event: 'dial', offset_ms: offset + 500, body: { ...body, Extensions: ['151'] } },
    { event: 'hangup', offset_ms: offset + 9_000, body: { ...body, Extensions: ['151'], CallStatus: '0' } },
  ];
};

it('a final stays when a part of its call comes again and nothing follows for hours', async () => {
  const events = liveFixtures.find(({ name }) => name === 'outgoing_attended_transfer_accepted')?.events ?? [];
  await live(events);
  await stage.fold(60_000);
  expect(await calls()).toHaveLength(1);
  const again = events.slice(0, 12).map((event) => ({ ...event, offset_ms: event.offset_ms + 70_000 }));
  await live(again);
  await stage.fold(6 * HOUR);
  expect(await calls()).toHaveLength(1);
  expect((await stage.wanted()).map(({ wanted_kind }) => wanted_kind)).toEqual(['final']);
});

it('a host with the clock of 1970 that gives a UniqueId again has another call', async () => {
  await live([...missed('35.1', '375290000001', -6 * HOUR), ...missed('35.1', '375290000002', -60_000)]);
  expect((await calls()).map(({ phone }) => phone)).toEqual(['+375290000001', '+375290000002']);
});

it("a leg's hangup that overtakes its call leaves no trace in the client's counters", async () => {
  const leg = { UniqueId: '1760000010.5', Phone: '375290000001', CallType: 2, CallStatus: '0', Extensions: ['152'] };
  await live([{ event: 'hangup', offset_ms: -1_000, body: leg }]);
  const [start, dial, hangup] = missed('1760000000.1', '375290000001', 0);
  if (!start || !dial || !hangup) throw new Error('a call has three events');
  await live([start, dial, { ...hangup, body: { ...hangup.body, CallStatus: '2' } }]);
  expect(await calls()).toEqual([{ phone: '+375290000001', call_status: 2 }]);
  expect(
    await stage.rows(`select total_in, total_answered, total_missed, last_call_answered, last_call_extension
                      from customers where enterprise_number = $tenant`),
  ).toEqual([
    { total_in: 1, total_answered: 1, total_missed: 0, last_call_answered: true, last_call_extension: '151' },
  ]);
});

it('a schema that is not ready is not the fault of the events', async () => {
  await stage.store(missed('1760000000.1', '375290000001', 0));
  await stage.database.pool.query('alter table tracked_calls rename column history to story');
  await expect(stage.fold()).rejects.toThrow('history');
  await stage.database.pool.query('alter table tracked_calls rename column story to history');
  await stage.fold();
  expect(await calls()).toHaveLength(1);
  expect(await stage.rows('select 1 from call_events where process_error is not null')).toEqual([]);
});
