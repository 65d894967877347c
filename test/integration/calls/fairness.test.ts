import { expect, it } from 'vitest';
import { createProcessor } from '../../../services/core/src/calls/processor.js';
import type { FixtureEvent } from '../../fixtures/fixtures.js';
import { silentLogger } from '../../harness/silentLogger.js';
import { until } from '../../harness/until.js';
import { createStage } from './stage.js';

/** More than two batches of events that are no call. */
const BACKLOG = Array.from({ length: 1_100 }, (_, index): FixtureEvent => ({
  event: 'new_callerid',
  offset_ms: index,
  body: { UniqueId: `1760000000.${index * 10}`, CallerIDNum: '150' },
}));

const MISSED: FixtureEvent = {
  event: 'hangup',
  offset_ms: 0,
  body: { UniqueId: '1760000000.1', Phone: '375290000001', CallType: 0, CallStatus: '0' },
};

it('a backlog of one tenant does not keep another one waiting until it is gone', async () => {
  const busy = await createStage();
  const { database } = busy;
  const other = await createStage({ database });
  await busy.store(BACKLOG);
  await other.store([MISSED]);
  const left = async (): Promise<number> =>
    (await busy.rows('select 1 from call_events where enterprise_number = $tenant and processed_at is null')).length;
  const leftThen: Promise<number>[] = [];
  const known = [busy.known, other.known];
  const processor = createProcessor({
    pool: database.pool,
    publicUrl: undefined,
    now: () => new Date(),
    tenants: { byNumber: (number) => known.find((tenant) => tenant.number === number) },
    logger: silentLogger(),
    concurrency: 1,
    pollMs: 60_000,
    onChanged: () => leftThen.push(left()),
  });
  processor.wake([busy.tenant.number, other.tenant.number]);
  await until('all is processed', async () => leftThen.length > 0 && (await left()) === 0);
  await processor.stop();
  expect(await leftThen[0]).toBeGreaterThan(0);
  await database.drop();
});
