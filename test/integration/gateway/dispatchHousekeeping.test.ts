import { afterEach, beforeEach, expect, it } from 'vitest';
import { CRMS } from '@live-calls/shared/contracts';
import {
  removeDestinationsOfNobody,
  removeOldClientProfiles,
  removeOldCrmEvents,
  removeOldCrmSteps,
  removeOldIntegrationLogs,
} from '@live-calls/shared/db';
import { createHousekeeping } from '../../../services/integration-cache/src/deliver/housekeeping.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { silentLogger } from '../../harness/silentLogger.js';
import { until } from '../../harness/until.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const query = (text: string): Promise<{ rows: unknown[] }> => database.pool.query(text);

it('events are forgotten after a month, but not while a CRM still has to learn of their call', async () => {
  await query(
    `insert into crm_events (enterprise_number, key, call_id, unique_id, event_type, payload, received_at)
     select '0367', id || ':hangup', id, id, 'hangup', '{}', now() - age * interval '1 day'
     from (values ('old', 31), ('owed', 31), ('young', 29)) as e (id, age)`,
  );
  await query(
    `insert into deliveries (enterprise_number, target, ordering_key, dedupe_key, payload, state)
     values ('0367', 'uon', 'uon:owed', 'uon:owed:hangup', '{}', 'pending'),
       ('0367', 'uon', 'uon:old', 'uon:old:hangup', '{}', 'dead')`,
  );
  expect(await removeOldCrmEvents(database.pool, { days: 30, crms: CRMS })).toBe(1);
  const { rows } = await query('select call_id from crm_events order by 1');
  expect(rows).toEqual([{ call_id: 'owed' }, { call_id: 'young' }]);
});

it('a thousand events are removed at a time', async () => {
  await query(
    `insert into crm_events (enterprise_number, key, call_id, unique_id, event_type, payload, received_at)
     select '0367', n || ':hangup', n, n, 'hangup', '{}', now() - interval '31 days' from generate_series(1, 1001) n`,
  );
  const remove = (): Promise<number> => removeOldCrmEvents(database.pool, { days: 30, crms: CRMS });
  expect([await remove(), await remove(), await remove()]).toEqual([1000, 1, 0]);
});

it('steps, logs and destinations that nobody needs any more are removed', async () => {
  await query(`insert into enterprises (number, name, name2) values ('0367', 'company', '375290000367')`);
  await query(
    `insert into crm_steps (enterprise_number, crm, external_id, step, begun_at)
     values ('0367', 'uon', 'a', 'ring', now() - interval '91 days'), ('0367', 'uon', 'b', 'ring', now() - interval '89 days')`,
  );
  await query(
    `insert into integration_logs (enterprise_number, crm, event_type, unique_id, attempt, created_at)
     values ('0367', 'uon', 'hangup', 'a', 1, now() - interval '31 days'), ('0367', 'uon', 'hangup', 'b', 1, now())`,
  );
  await query(`insert into crm_destinations (enterprise_number, crm) values ('0367', 'uon'), ('0999', 'uon')`);
  expect(await removeOldCrmSteps(database.pool, 90)).toBe(1);
  expect(await removeOldIntegrationLogs(database.pool, 30)).toBe(1);
  expect(await removeDestinationsOfNobody(database.pool)).toBe(1);
  expect((await query('select external_id as id from crm_steps')).rows).toEqual([{ id: 'b' }]);
  expect((await query('select unique_id as id from integration_logs')).rows).toEqual([{ id: 'b' }]);
  expect((await query('select enterprise_number as id from crm_destinations')).rows).toEqual([{ id: '0367' }]);
});

it('what CRMs said of clients who have not called for half a year is forgotten', async () => {
  await query(
    `insert into client_profiles (enterprise_number, phone, crm, found, looked_up_at)
     select '0367', '+37529000' || n, 'uon', true, now() - age * interval '1 day'
     from (values ('0001', 181), ('0002', 179)) as p (n, age)`,
  );
  expect(await removeOldClientProfiles(database.pool, 180)).toBe(1);
  expect((await query('select phone from client_profiles')).rows).toEqual([{ phone: '+375290000002' }]);
});

it('the service tidies up as soon as it starts', async () => {
  await query(
    `insert into client_profiles (enterprise_number, phone, crm, found, looked_up_at)
     values ('0367', '+375290000001', 'uon', false, now() - interval '1 year')`,
  );
  const housekeeping = createHousekeeping({ pool: database.pool, logger: silentLogger() });
  await until('it is forgotten', async () => (await query('select 1 from client_profiles')).rows.length === 0);
  await housekeeping.stop();
});
