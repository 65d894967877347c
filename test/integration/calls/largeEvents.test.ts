import { unprocessedEvents } from '@live-calls/shared/db';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readEvent } from '../../../services/core/src/calls/fold/event.js';
import { fixtureNamed } from '../../crash/fixtureNamed.js';
import { liveFixtures } from '../../fixtures/fixtures.js';
import { createStage, type Stage } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.database.drop());

/** Small when compressed, and much more in memory. */
const MAKE_LARGE = `update call_events set raw_data = raw_data || format('{"x":[[]%s]}', repeat(',[]', 5000))::jsonb
  where enterprise_number = $tenant`;

const read = () => unprocessedEvents(stage.database.pool, stage.known.number, 1_000);

it('of an event far larger than any host sends only what is read of it comes from the database', async () => {
  await stage.store(liveFixtures.flatMap(({ events }) => events).filter((_, index) => index % 12 === 0));
  const before = await read();
  await stage.rows(MAKE_LARGE);
  const after = await read();
  expect(after.map(readEvent)).toEqual(before.map(readEvent));
  expect(Math.max(...after.map(({ raw_data: raw }) => JSON.stringify(raw).length))).toBeLessThan(2_000);
});

it('an event as hosts send it comes as it was sent', async () => {
  const { events } = fixtureNamed('incoming_group_answered');
  await stage.store(events);
  expect((await read()).map(({ raw_data: raw }) => raw)).toEqual(events.map(({ body }) => body));
});

it('a value that is longer than any such value is not read', async () => {
  const { events } = fixtureNamed('incoming_group_answered');
  await stage.store(events.slice(0, 1));
  await stage.rows(
    `update call_events set raw_data = raw_data || jsonb_build_object('Phone', repeat('1', 50000), 'Trunk', '0001363')
     where enterprise_number = $tenant`,
  );
  const [event] = await read();
  expect(event?.raw_data).not.toHaveProperty('Phone');
  expect(event?.raw_data).toHaveProperty('Trunk', '0001363');
});

it('calls of such events are the same calls', async () => {
  const { events, expected_calls: expected = [] } = fixtureNamed('incoming_attended_transfer_accepted');
  await stage.store(events);
  await stage.rows(MAKE_LARGE);
  await stage.fold(120_000);
  const calls = await stage.rows('select phone, talked from calls where enterprise_number = $tenant');
  expect(calls).toEqual(expected.map(({ party: phone, talked }) => ({ phone, talked })));
});
