import { lastEvents } from '@live-calls/shared/db';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { callTrace } from '../../../services/core/src/status/callTrace.js';
import { tellable } from '../../../services/core/src/status/tellable.js';
import { fixtureNamed } from '../../crash/fixtureNamed.js';
import { createStage, type Stage } from '../dispatch/stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.end());

it('a call of which an event is nested deeper than can be written down is traced all the same', async () => {
  const calls = await stage.addTenant();
  await calls.store(fixtureNamed('edge_start_then_hangup_no_dial').events);
  await calls.rows(
    `update call_events set raw_data = raw_data || format('{"x":%s1%s}', repeat('[', 10000), repeat(']', 10000))::jsonb
     where enterprise_number = $tenant and event_type = 'start'`,
  );
  await calls.fold(120_000);
  const { pool } = stage.database;
  const { rows } = await pool.query<{ uuid: string }>('select uuid from tracked_calls');
  const trace = await callTrace(pool, calls.known.number, rows[0]?.uuid ?? '');
  const told = JSON.stringify(trace?.moments.filter(({ kind }) => kind === 'event'));
  expect(told).toContain('не показано');
  expect(told).toContain('CallStatus');
  expect(trace?.moments.map(({ kind }) => kind)).toContain('fold');

  const events = await lastEvents(pool, calls.known.number, 10);
  expect(JSON.stringify(events.map(tellable))).toContain('не показано');
});
