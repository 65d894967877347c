import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { createRecovery } from '../../../services/core/src/recovery/recovery.js';
import { recoverFiles } from '../../../services/core/src/recovery/recoverFiles.js';
import { hostClock, writeHostLog, type LoggedRow } from './hostLogFile.js';
import { createStage, type Stage } from './stage.js';

const ROWS = 100_000;
const CALLS = ROWS / 4;
const DAY = 'Listen_AMI_2025-10-01.db';

let database: TestDatabase;
let stage: Stage;
beforeAll(async () => {
  database = await createTestDatabase();
  stage = await createStage(database);
  await writeHostLog(join(stage.directory, DAY), dayOf(stage.tenant.token));
});
afterAll(async () => {
  await stage.end();
  await database.drop();
});

/** Missed calls one after the other; every tenth row was accepted, as the host believes. */
function* dayOf(token: string): Generator<LoggedRow> {
  const begin = Date.UTC(2025, 8, 30, 21);
  for (let call = 0; call < CALLS; call += 1) {
    const body = { Token: token, UniqueId: `${1759266000 + call}.${call}`, Phone: '375290000001', CallType: 0 };
    for (const [place, event] of ['start', 'new_callerid', 'dial', 'hangup'].entries()) {
      const status = (4 * call + place) % 10 === 0 ? '<Response [200]>' : '<Response [404]>';
      yield { DateTime: hostClock(new Date(begin + call * 3_000)), event, status, request: { ...body, place } };
    }
  }
}

const recover = (dryRun: boolean) =>
  recoverFiles(createRecovery({ pool: database.pool, tenant: stage.known, dryRun }), [join(stage.directory, DAY)]);

it('a file of 100,000 rows is recovered, and nothing of it a second time', async () => {
  // Three in four calls arrived in part: their dials.
  await stage.rows(`insert into call_events (enterprise_number, unique_id, event_type, event_timestamp, raw_data, processed_at)
    select $tenant, (1759266000 + call) || '.' || call, 'dial', to_timestamp(1759266000 + 3 * call),
      json_build_object('place', 2, 'CallType', 0, 'Phone', '375290000001', 'UniqueId', (1759266000 + call) || '.' || call),
      now()
    from generate_series(0, ${CALLS - 1}) as call where call % 4 > 0`);
  const before = process.memoryUsage().rss;
  const report = await recover(false);
  const arrived = (CALLS / 4) * 3;
  expect(report).toMatchObject({ complete: true, rows: ROWS, arrived, recovered: ROWS - arrived, unreadable: 0 });
  expect(report.calls).toHaveLength(200);
  expect(report.more_calls).toBe(CALLS - 200);
  // The file and what was read of it; not a multiple of it that grows with every row.
  expect(process.memoryUsage().rss - before).toBeLessThan(600 * 1024 * 1024);
  expect(await recover(true)).toMatchObject({ complete: true, rows: ROWS, arrived: ROWS, recovered: 0, calls: [] });
  expect(await stage.rows('select count(*)::int as count from call_events where enterprise_number = $tenant')).toEqual([
    { count: ROWS },
  ]);
});
