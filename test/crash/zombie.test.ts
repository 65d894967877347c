import { afterAll, beforeAll, expect, it } from 'vitest';
import { untilCaughtUp } from '../harness/outcome.js';
import type { Service } from '../harness/processes.js';
import { createStage, type Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';
import { inTurn, postEverySequence } from './everySequence.js';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.end());

const VICTIM = 'core b';

it('a core that is stopped inside a transaction and wakes up later does nothing wrong', async ({ annotate }) => {
  const survivor = await stage.startCore('core a');
  const victim = await stage.startCore(VICTIM);
  const hosts = await postEverySequence(stage, { coreOf: (host) => inTurn([survivor, victim], host), pace: 0.05 });
  await until('the victim is stopped inside a transaction', () => isCaught(victim));
  const stopped = Date.now();
  await untilCaughtUp(stage.database.pool, 30_000);
  await annotate(`${Date.now() - stopped} ms after the stop nothing was owed any more`);
  victim.signal('SIGCONT');
  const later = await postEverySequence(stage, { coreOf: (host) => inTurn([survivor, victim], host) });
  await Promise.all([hosts.posted, later.posted]);
  await annotate(`${await hosts.expectTold()} messages stand twice`);
  await later.expectTold();
  expect((await fetch(`${victim.url}/health`)).status).toBe(200);
}, 120_000);

/** Stops it, and lets it go on unless a transaction of it is left open now that it sleeps. */
async function isCaught(victim: Service): Promise<boolean> {
  victim.signal('SIGSTOP');
  for (;;) {
    const transactions = await transactionsOfVictim();
    if (transactions.some(({ left }) => left)) return true;
    if (transactions.length === 0) break;
  }
  victim.signal('SIGCONT');
  return false;
}

/** Open ones; those that nothing has been asked of for a while wait for a client that sleeps. */
async function transactionsOfVictim(): Promise<{ left: boolean }[]> {
  const { rows } = await stage.database.pool.query<{ left: boolean }>(
    `select state = 'idle in transaction' and state_change < clock_timestamp() - interval '200 ms' as left
     from pg_stat_activity
     where datname = current_database() and application_name = $1 and state like 'idle in transaction%'`,
    [VICTIM],
  );
  return rows;
}
