import { afterAll, beforeAll, expect, it } from 'vitest';
import { untilCaughtUp } from '../harness/outcome.js';
import { createStage, type Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';
import { inTurn, postEverySequence } from './everySequence.js';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.end());

it('two cores share the work, and one goes on alone when the other is killed', async ({ annotate }) => {
  const cores = await Promise.all([stage.startCore('core a'), stage.startCore('core b')]);
  const hosts = await postEverySequence(stage, { coreOf: (host) => inTurn(cores, host), pace: 0.02 });
  await until('deliveries and events are being worked on', isAtWork);
  await cores[1].kill('SIGKILL');
  const death = Date.now();
  await hosts.posted;
  await untilCaughtUp(stage.database.pool, 30_000);
  await annotate(`${Date.now() - death} ms after the death nothing was owed any more`);
  const excused = await hosts.expectTold([death]);
  await annotate(`${excused} messages were sent and not recorded before the death, and sent again`);
  expect(cores[0].output()).toBe('');
}, 120_000);

async function isAtWork(): Promise<boolean> {
  const { rows } = await stage.database.pool.query<{ busy: boolean }>(
    `select exists (select from deliveries where state = 'running')
        and exists (select from call_events where processed_at is null)
        and exists (select from calls) as busy`,
  );
  return rows[0]?.busy ?? false;
}
