import { forgetCalls } from '@live-calls/shared/db';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { liveFixtures } from '../../fixtures/fixtures.js';
import { createStage, type Stage } from '../calls/stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.database.drop());

const events = liveFixtures.find(({ name }) => name === 'edge_start_then_hangup_no_dial')?.events ?? [];

/** How much there is of it. */
async function remembered(): Promise<Record<string, number> | undefined> {
  const [counts] = await stage.rows<Record<string, number>>(
    `select (select count(*)::int from tracked_calls where enterprise_number = $tenant) as tracked,
       (select count(*)::int from telegram_messages where enterprise_number = $tenant) as messages,
       (select count(*)::int from calls where enterprise_number = $tenant) as calls,
       (select count(*)::int from call_events where enterprise_number = $tenant) as events`,
  );
  return counts;
}

it('a call that nothing has changed for long is forgotten with what chats show of it, and stays a call', async () => {
  await stage.store(events);
  await stage.fold(120_000);
  const before = await remembered();
  expect(before).toMatchObject({ tracked: 1, calls: 1, messages: stage.tenant.chats.length });
  const age = (days: number): Promise<unknown> =>
    stage.rows(`update tracked_calls set updated_at = now() - interval '${days} days'`);
  await age(59);
  expect(await forgetCalls(stage.database.pool, 60)).toBe(0);
  expect(await remembered()).toEqual(before);
  await age(61);
  expect(await forgetCalls(stage.database.pool, 60)).toBe(1);
  expect(await remembered()).toEqual({ ...before, tracked: 0, messages: 0 });
});

it('a call that goes on is never forgotten', async () => {
  await stage.store(events.slice(0, 1));
  await stage.fold();
  await stage.rows(`update tracked_calls set updated_at = now() - interval '1 year'`);
  expect(await forgetCalls(stage.database.pool, 60)).toBe(0);
});
