import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRunsStage, type RunsStage } from './emulatorRunsStage.js';

let stage: RunsStage;
beforeAll(async () => {
  stage = await createRunsStage();
});
afterAll(() => stage.end());

test.each(['once', 'fast', 'real'])('a call is played at the pace %s and comes out as it must', async (pace) => {
  const { number } = await stage.addTestTenant();
  const run = await stage.play({ enterprise: number, scenario: '1-10', pace });
  expect(run.verdict).toEqual({ ok: true, discrepancies: [] });
  expect(run).toMatchObject({ state: 'done', scenario: '1-10', enterprise: number, pace });
  expect(run.timeline.map(({ status }) => status)).toEqual(run.timeline.map(() => 200));
  expect(run.calls).toHaveLength(1);
  expect(run.chats.map(({ messages }) => messages.length)).toEqual([1, 1]);
});
