import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBalancer } from '../harness/balancer.js';
import { createStage, type Stage } from '../harness/stage.js';
import { postEverySequence } from './everySequence.js';
import './row.js';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.end());

/** Some 50 events a second, for as long as the restarts take. */
const PACE = 0.3;
const ROUNDS = 2;

it('two cores that are restarted in turn under load refuse nothing', async ({ annotate, task }) => {
  const cores = await Promise.all([stage.startCore('core a'), stage.startCore('core b')]);
  const ports = cores.map(({ url }) => Number(new URL(url).port));
  const balancer = await startBalancer(cores);
  const hosts = await postEverySequence(stage, { coreOf: () => () => balancer.url, pace: PACE });
  const begun = performance.now();
  const restarts = ROUNDS * cores.length;
  for (let restart = 0; restart < restarts; restart += 1) {
    const index = restart % cores.length;
    await pause(300);
    expect(await cores[index]?.kill('SIGTERM')).toBe(0);
    cores[index] = await stage.startCore(`core ${index}`, ports[index]);
  }
  const seconds = (performance.now() - begun) / 1_000;
  const rate = balancer.statuses.length / seconds;
  await hosts.posted;
  const { discrepancies, twice } = await hosts.outcome();
  const refused = balancer.statuses.filter((status) => status !== 200);
  await annotate(
    `${restarts} restarts in ${seconds.toFixed(1)} s under ${rate.toFixed(0)} events/s; ` +
      `${balancer.resets()} requests were reset and went to the other core`,
  );
  task.meta.crash = [
    {
      victim: 'two cores',
      step: 'restarted in turn (SIGTERM)',
      deaths: restarts,
      discrepancies: discrepancies.length + refused.length,
      twice,
    },
  ];
  await balancer.close();
  expect(refused).toEqual([]);
  expect(discrepancies).toEqual([]);
});
