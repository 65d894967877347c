import type pg from 'pg';
import { isSettled } from '../harness/outcome.js';
import type { TestTenant } from '../harness/tenant.js';
import { until } from '../harness/until.js';

/** As long as anything is put off after so few failures. */
const HOUR_MS = 3_600_000;

/** Lets time pass for everything that waits for a CRM, instead of waiting for it. */
export async function passTime(pool: pg.Pool, ms: number): Promise<void> {
  await untilTried(pool);
  const by = `interval '1 millisecond' * ${ms}`;
  await pool.query(`update crm_events set received_at = received_at - ${by}`);
  await pool.query(`update deliveries set created_at = created_at - ${by}, run_at = run_at - ${by}
    where target not in ('telegram', 'dispatch') and state = 'pending'`);
  await pool.query(
    `update crm_destinations set held_until = held_until - ${by}, failing_since = failing_since - ${by}`,
  );
}

/** Lets hour after hour pass until nothing is owed: what fails once more is put off for longer each time. */
export async function passTimeUntilSettled(pool: pg.Pool, tenants: TestTenant[]): Promise<void> {
  await until('everything owed is delivered', async () => {
    if (await isSettled(pool, tenants)) return true;
    await passTime(pool, HOUR_MS);
    return false;
  });
}

/** Waits until everything that is due was tried: what stands behind something that waits, waits with it. */
async function untilTried(pool: pg.Pool): Promise<void> {
  await until('everything due is tried', async () => {
    const { rows } = await pool.query<{ due: number }>(
      `select (select count(*) from call_events where processed_at is null) + count(*) as due from deliveries d
       where state = 'running' or state = 'pending' and run_at <= now() and not exists (
         select from deliveries before where before.enterprise_number = d.enterprise_number
           and before.ordering_key = d.ordering_key and before.id < d.id and before.state in ('pending', 'running'))`,
    );
    return rows[0]?.due === 0;
  });
}
