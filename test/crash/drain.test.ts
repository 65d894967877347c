import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStage, type Stage } from '../harness/stage.js';
import { addTenant, type TestTenant } from '../harness/tenant.js';
import { until } from '../harness/until.js';

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.end());

const IN_FLIGHT = 40;

/** Less than what it has: it counts from when the event has come. */
const PATIENCE_OF_CORE_MS = 1_000;

it('a core that is asked to end answers everything that has reached it, and ends with 0', async () => {
  const { pool } = stage.database;
  const tenant = await addTenant(pool);
  const core = await stage.startCore();
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const statusOf = (index: number): Promise<number | undefined> => postStart(core.url, tenant, index, agent);
  const indices = Array.from({ length: IN_FLIGHT }, (_, index) => index);
  // Connections that stand already: what is refused before it is accepted is not in flight.
  const before = await Promise.all(indices.map(statusOf));

  const client = await pool.connect();
  const since = performance.now();
  await client.query('begin; lock table call_events in access exclusive mode');
  const answers = Promise.all(indices.map((index) => statusOf(IN_FLIGHT + index)));
  await until('an event waits for the table', async () => {
    const { rows } = await pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into call_events%'`,
    );
    return rows.length > 0;
  });
  const ended = core.kill('SIGTERM');
  await client.query('commit');
  client.release();
  const lockedMs = performance.now() - since;
  const statuses = await answers;
  // What waits longer for the database than a host does for an answer is to come again.
  const allowed = lockedMs < PATIENCE_OF_CORE_MS ? [200] : [200, 503];
  expect(allowed).toEqual(expect.arrayContaining([...new Set(statuses)]));
  expect(await ended).toBe(0);
  agent.destroy();
  const { rows } = await pool.query<{ stored: number }>(
    'select count(distinct unique_id)::int as stored from call_events where enterprise_number = $1',
    [tenant.number],
  );
  expect(rows[0]?.stored).toBeGreaterThanOrEqual([...before, ...statuses].filter((status) => status === 200).length);
});

async function postStart(url: string, { token }: TestTenant, index: number, agent: Agent): Promise<number | undefined> {
  const outgoing = request(`${url}/start`, { agent, method: 'POST' });
  outgoing.end(JSON.stringify({ Token: token, UniqueId: `1757772963.${index}`, Phone: '375290000001', CallType: 0 }));
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}
