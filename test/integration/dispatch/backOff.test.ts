import { afterEach, beforeEach, expect, it } from 'vitest';
import { fixtureNamed } from '../../crash/fixtureNamed.js';
import { until } from '../../harness/until.js';
import { json } from './gatewayStandIn.js';
import { createStage, live, type Stage } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => stage.end());

it('however often an event has failed, it is tried again within ten seconds', async () => {
  const { pool } = stage.database;
  await live(await stage.addTenant(), fixtureNamed('edge_start_then_hangup_no_dial').events);
  await pool.query(`update deliveries set attempts = 20, run_at = now() where target = 'dispatch'`);
  stage.gateway.instead = json(503, {});
  stage.work();
  await until('another attempt has failed', async () =>
    (await stage.deliveries()).some(({ attempts, state, last_error: error }) => {
      return attempts > 20 && state === 'pending' && error !== null;
    }),
  );
  const { rows } = await pool.query<{ wait: number }>(
    `select max(extract(epoch from run_at - now()))::float8 as wait from deliveries where target = 'dispatch'`,
  );
  expect(rows[0]?.wait).toBeLessThan(10);
});
