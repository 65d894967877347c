import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStage, type Stage } from '../harness/stage.js';
import { postEverySequence } from './everySequence.js';
import { isFull } from './form.js';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.end());

const { cuts, pace } = isFull() ? { cuts: 30, pace: 0.1 } : { cuts: 8, pace: 0.06 };

it('a core whose connections to PostgreSQL are cut answers 200 or 503 and catches up', async () => {
  const core = await stage.startCore();
  const answers = new Set<number | undefined>();
  const hosts = await postEverySequence(stage, {
    coreOf: () => () => core.url,
    pace,
    onAnswer: (status) => answers.add(status),
  });
  // The busier the machine, the fewer connections there are again after that time.
  for (let i = 0, cut = 0; i < cuts || cut <= cuts; i += 1) {
    await pause(400);
    cut += await cutConnections();
  }
  await hosts.posted;
  // A machine that is busy with other things may keep an event waiting for too long: it is posted again.
  answers.delete(undefined);
  expect([200, 503]).toEqual(expect.arrayContaining([...answers]));
  expect(await hosts.outcome()).toEqual({ discrepancies: [], twice: 0 });
  expect((await fetch(`${core.url}/health`)).status).toBe(200);
});

/** @returns how many were cut */
async function cutConnections(): Promise<number> {
  const { rowCount } = await stage.database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name <> 'test'`,
  );
  return rowCount ?? 0;
}
