import { afterEach, beforeEach, expect, it } from 'vitest';
import { fixtureNamed } from '../../crash/fixtureNamed.js';
import { createStage, inShort, type Stage } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.end());

it('a call of which an event is nested deeper than can be written down is told without that event', async () => {
  const calls = await stage.addTenant();
  await calls.store(fixtureNamed('edge_start_then_hangup_no_dial').events);
  await calls.rows(
    `update call_events set raw_data = raw_data || format('{"x":%s1%s}', repeat('[', 10000), repeat(']', 10000))::jsonb
     where enterprise_number = $tenant`,
  );
  await calls.fold(120_000);
  stage.work();
  await stage.settled();
  expect(stage.gateway.events.map(inShort)).toEqual(['hangup']);
  expect(stage.gateway.events[0]).toMatchObject({ raw: {}, call: { phone: '+375290000001' } });
  expect(stage.log.lines.filter((line) => line.includes('not reached'))).toEqual([]);
});
