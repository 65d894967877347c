import { afterAll, beforeAll, expect, it } from 'vitest';
import { untilCaughtUp } from '../harness/outcome.js';
import type { Service } from '../harness/processes.js';
import { createStage, type Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';
import { inTurn, postEverySequence } from './everySequence.js';
import './row.js';
import { SEQUENCES } from './sequences.js';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.end());

const SLEEPER = 'core b';

/** Enough to be at work. */
const SOME = SEQUENCES.filter((_, index) => index % 2 === 0);

it('of two cores one is stopped inside a transaction and wakes up later, then the other is killed', async ({
  annotate,
  task,
}) => {
  const { pool } = stage.database;
  const cores = await Promise.all([stage.startCore('core a'), stage.startCore(SLEEPER)]);
  const coreOf = (host: number): (() => string) => inTurn(cores, host);
  const [victim, sleeper] = cores;

  const hosts = await postEverySequence(stage, { coreOf, pace: 0.05 });
  await until('a core is stopped inside a transaction', () => isCaught(sleeper));
  const stopped = Date.now();
  await untilTakenOver();
  const takenOverMs = Date.now() - stopped;
  sleeper.signal('SIGCONT');

  const later = await postEverySequence(stage, { coreOf, pace: 0.02, sequences: SOME });
  await until('deliveries and events are being worked on', isAtWork);
  await victim.kill('SIGKILL');
  const killed = Date.now();
  await Promise.all([hosts.posted, later.posted]);
  const over = Date.now();
  await untilCaughtUp(pool);
  const goneOnMs = Date.now() - over;

  const deaths = [stopped, killed];
  const outcomes = [await hosts.outcome(deaths), await later.outcome(deaths)];
  const discrepancies = outcomes.flatMap((outcome) => outcome.discrepancies);
  const twice = outcomes.reduce((sum, outcome) => sum + outcome.twice, 0);
  await annotate(
    `what was begun was taken over ${takenOverMs} ms after the stop, nothing was owed ${goneOnMs} ms after the last event`,
  );
  task.meta.crash = [
    { victim: 'one of two cores', step: 'stopped in a transaction', deaths: 1, settledMs: takenOverMs },
    {
      victim: 'the other of them',
      step: 'killed at work, while the first wakes up',
      deaths: 1,
      discrepancies: discrepancies.length,
      twice,
      settledMs: goneOnMs,
    },
  ];
  expect(discrepancies).toEqual([]);
  expect(sleeper.output()).toBe('');
  expect((await fetch(`${sleeper.url}/health`)).status).toBe(200);
});

async function isAtWork(): Promise<boolean> {
  const { rows } = await stage.database.pool.query<{ busy: boolean }>(
    `select exists (select from deliveries where state = 'running')
        and exists (select from call_events where processed_at is null)
        and exists (select from calls) as busy`,
  );
  return rows[0]?.busy ?? false;
}

/** Waits until what is owed now is done, or at least in other hands. */
async function untilTakenOver(): Promise<void> {
  const { pool } = stage.database;
  const { rows } = await pool.query<{ events: number[]; leases: string[] }>(
    `select array(select id::float8 from call_events where processed_at is null) as events,
        array(select distinct lease_owner from deliveries where state = 'running') as leases`,
  );
  const [{ events, leases } = { events: [], leases: [] }] = rows;
  await until('what was begun is taken over', async () => {
    const { rowCount } = await pool.query(
      `select from call_events where processed_at is null and id = any ($1)
       union all select from deliveries where state = 'running' and lease_owner = any ($2)`,
      [events, leases],
    );
    return rowCount === 0;
  });
}

/** Stops it, and lets it go on unless a transaction of it is left open now that it sleeps. */
async function isCaught(victim: Service): Promise<boolean> {
  victim.signal('SIGSTOP');
  for (;;) {
    const transactions = await transactionsOfSleeper();
    if (transactions.some(({ left }) => left)) return true;
    if (transactions.length === 0) break;
  }
  victim.signal('SIGCONT');
  return false;
}

/** Open ones; those that nothing has been asked of for a while wait for a client that sleeps. */
async function transactionsOfSleeper(): Promise<{ left: boolean }[]> {
  const { rows } = await stage.database.pool.query<{ left: boolean }>(
    `select state = 'idle in transaction' and state_change < clock_timestamp() - interval '200 ms' as left
     from pg_stat_activity
     where datname = current_database() and application_name = $1 and state like 'idle in transaction%'`,
    [SLEEPER],
  );
  return rows;
}
