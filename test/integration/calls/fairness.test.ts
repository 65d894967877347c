import { expect, it } from 'vitest';
import { createProcessor, type Processor } from '../../../services/core/src/calls/processor.js';
import type { FixtureEvent } from '../../fixtures/fixtures.js';
import { silentLogger } from '../../harness/silentLogger.js';
import { until } from '../../harness/until.js';
import { createStage, type Stage } from './stage.js';

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

const processorOf = ({ database, known }: Stage, others: Stage[], onChanged: () => void): Processor => {
  const tenants = [known, ...others.map((other) => other.known)];
  return createProcessor({
    pool: database.pool,
    publicUrl: undefined,
    now: () => new Date(),
    tenants: { byNumber: (number) => tenants.find((tenant) => tenant.number === number) },
    logger: silentLogger(),
    concurrency: 1,
    pollMs: 60_000,
    onChanged,
  });
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
  const processor = processorOf(busy, [other], () => leftThen.push(left()));
  processor.wake([busy.tenant.number, other.tenant.number]);
  await until('all is processed', async () => leftThen.length > 0 && (await left()) === 0);
  await processor.stop();
  expect(await leftThen[0]).toBeGreaterThan(0);
  await database.drop();
});

it('events that would take too long to fold are set aside, and the next ones are processed', async () => {
  const busy = await createStage();
  const { database } = busy;
  const other = await createStage({ database });
  await busy.rows(
    `insert into call_events (enterprise_number, unique_id, event_type, raw_data, processed_at)
     select $tenant, '1760000000.' || n, 'new_callerid', '{}', now() from generate_series(1, 20000) n`,
  );
  await busy.store([MISSED]);
  await other.store([MISSED]);
  const shown: string[] = [];
  const processor = processorOf(busy, [other], () => shown.push('a call'));
  processor.wake([busy.tenant.number, other.tenant.number]);
  await until('the other tenant is served', () => Promise.resolve(shown.length > 0));
  await processor.stop();
  const processed = 'select process_error as error from call_events where enterprise_number = $tenant';
  const set = await busy.rows<{ error: string }>(`${processed} and process_error is not null`);
  expect(set).toEqual([{ error: 'too many events that could belong together' }]);
  await busy.rows(`delete from call_events where enterprise_number = $tenant and process_error is null`);
  await busy.rows(`update call_events set processed_at = null, process_error = null where enterprise_number = $tenant`);
  await busy.fold();
  expect(await busy.rows(processed)).toEqual([{ error: null }]);
  expect(await busy.wanted()).toHaveLength(1);
  await database.drop();
});
