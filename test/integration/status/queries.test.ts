import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readOnly, type Queryable } from '@live-calls/shared/db';
import { callsByPhone, callsByUniqueId } from '../../../shared/src/db/statusSearch.js';
import { deliveriesOfCall, messagesOfCall, requestsOfCall } from '../../../shared/src/db/statusTimeline.js';
import { eventsOfCall, lastEvents } from '../../../shared/src/db/statusEvents.js';
import { flowOfLastHour } from '../../../shared/src/db/statusFlow.js';
import { oldestDelivery, outboxDepths } from '../../../shared/src/db/statusOutbox.js';
import { troubles } from '../../../shared/src/db/statusTrouble.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { addTenant, type TestTenant } from '../../harness/tenant.js';

const EVENTS = 20_000;
const UUID = '00000000-0000-4000-8000-000000000007';
let database: TestDatabase;
let tenant: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = await addTenant(database.pool);
  await database.pool.query(
    `insert into call_events (enterprise_number, unique_id, event_type, event_timestamp, raw_data, processed_at, call_uuid)
     select $1, '1759225684.' || i, 'dial', now() - i * interval '2 seconds', '{}', now(),
       ('00000000-0000-4000-8000-' || lpad((i / 4)::text, 12, '0'))::uuid
     from generate_series(1, $2::int) as i`,
    [tenant.number, EVENTS],
  );
  await database.pool.query('analyze');
});

afterAll(() => database.drop());

/** Everything that the page asks, each once. */
async function askEverything(db: Queryable): Promise<void> {
  const { number } = tenant;
  await flowOfLastHour(db);
  await outboxDepths(db);
  await oldestDelivery(db);
  await troubles(db);
  await lastEvents(db, number, 50);
  await eventsOfCall(db, number, UUID, 300);
  await callsByUniqueId(db, [number], '1759225684.28');
  await callsByPhone(db, [{ number, phone: '+375290000001' }]);
  await messagesOfCall(db, number, UUID);
  await deliveriesOfCall(db, number, { keys: [`uon:${UUID}:hangup`], orderingKeys: [`uon:${UUID}`] });
  await requestsOfCall(db, number, '1759225684.28');
}

it('no query of the page reads a whole table that grows with the calls', async () => {
  const plans = await readOnly(database.pool, async (db) => {
    const found: string[] = [];
    const explaining = {
      query: async (text: string, values?: unknown[]) => {
        const { rows } = await db.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
        found.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
        return db.query<pg.QueryResultRow>(text, values);
      },
    };
    await askEverything(explaining as unknown as Queryable);
    return found;
  });
  expect(plans.length).toBeGreaterThan(15);
  for (const plan of plans) {
    expect(plan).not.toMatch(
      /Seq Scan on (call_events|calls|tracked_calls|deliveries|integration_logs|telegram_messages)/,
    );
  }
});

it('a call is found by a channel of it, and its events in the order in which they came', async () => {
  await database.pool.query(
    `insert into tracked_calls (enterprise_number, uuid, anchor, view, state, started_at)
     values ($1, $2, '1759225684.28', '{"direction": "incoming", "answered": true}', 'final', now())`,
    [tenant.number, UUID],
  );
  const [call] = await readOnly(database.pool, (db) => callsByUniqueId(db, [tenant.number], '1759225684.30'));
  expect(call).toMatchObject({ uuid: UUID, unique_id: '1759225684.28', enterprise: tenant.number, answered: true });
  const events = await readOnly(database.pool, (db) => eventsOfCall(db, tenant.number, UUID, 300));
  expect(events.map(({ unique_id: id }) => id)).toEqual(
    ['31', '30', '29', '28'].map((digits) => `1759225684.${digits}`),
  );
});

it('looking changes nothing', async () => {
  await expect(readOnly(database.pool, (db) => db.query('delete from call_events'))).rejects.toThrow(/read-only/);
});

it('the dashboard and the alerts name metrics that the services have', () => {
  const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const written = [
    'services/core/src/status/coreMetrics.ts',
    'services/core/src/work/workMetrics.ts',
    'services/integration-cache/src/metricsOfCache.ts',
    'shared/src/runtime/metricsOfDeliveries.ts',
    'shared/src/runtime/metricsOfRequests.ts',
  ].map(read);
  const known = new Set(written.join('\n').match(/live_calls_\w+/g));
  for (const file of ['docs/monitoring/dashboard.json', 'docs/monitoring/alerts.yml']) {
    const named = read(file).match(/live_calls_\w+/g) ?? [];
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect([...known], file).toContain(name.replace(/_(bucket|sum|count)$/, ''));
  }
});
