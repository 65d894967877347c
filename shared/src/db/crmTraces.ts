import type { Queryable } from './pool.js';

/** Removes up to 1000 steps of the adapters' ledger that were begun more than `days` ago. @returns how many */
export async function removeOldCrmSteps(client: Queryable, days: number): Promise<number> {
  const { rowCount } = await client.query(
    `delete from crm_steps where (enterprise_number, crm, external_id, step) in (
       select enterprise_number, crm, external_id, step from crm_steps
       where begun_at < now() - $1 * interval '1 day'
       order by begun_at limit 1000 for update skip locked)`,
    [days],
  );
  return rowCount ?? 0;
}

/** Removes up to 1000 rows of `integration_logs` that are older than `days`. @returns how many */
export async function removeOldIntegrationLogs(client: Queryable, days: number): Promise<number> {
  const { rowCount } = await client.query(
    `delete from integration_logs where (enterprise_number, id) in (
       select enterprise_number, id from integration_logs
       where created_at < now() - $1 * interval '1 day'
       order by created_at limit 1000 for update skip locked)`,
    [days],
  );
  return rowCount ?? 0;
}
