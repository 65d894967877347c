import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { random } from '../fixtures/mix.js';
import { createStage, type Stage } from '../harness/stage.js';
import { postEverySequence } from './everySequence.js';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.end());

const KILLS = 10;
const SEED = Number(process.env['CRASH_SEED'] ?? 1);

it(`a core that is killed ${KILLS} times loses nothing and tells nothing twice`, async ({ annotate }) => {
  const next = random(SEED);
  let core = await stage.startCore();
  const port = Number(new URL(core.url).port);
  const hosts = await postEverySequence(stage, { coreOf: () => () => core.url, pace: 0.1 });
  const deaths: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    // Lives of random length: death finds it at its start, in the thick of it, and while it catches up.
    await pause(30 + next() * 1_200);
    expect(await core.kill('SIGKILL')).toBeNull();
    deaths.push(Date.now());
    core = await stage.startCore('core', port);
  }
  await hosts.posted;
  const excused = await hosts.expectTold(deaths);
  await annotate(`seed ${SEED}: ${excused} messages were sent and not recorded before a death, and sent again`);
}, 180_000);
