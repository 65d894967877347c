import type { Crm, EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** The call whose steps are meant, in one CRM. */
export interface CrmCall {
  enterpriseNumber: EnterpriseNumber;
  crm: Crm;
  externalId: string;
}

/** `unanswered`: it was begun before, and nobody knows whether it was done. */
export type StepState = { state: 'begun' | 'unanswered' } | { state: 'done'; result: unknown };

/** Writes down that a step begins, unless it has begun before. */
export async function beginStep(
  db: Queryable,
  { enterpriseNumber, crm, externalId }: CrmCall,
  step: string,
): Promise<StepState> {
  for (;;) {
    const { rows } = await db.query<{ state: StepState['state']; result: unknown }>(
      prepared(
        `with begun as (
           insert into crm_steps (enterprise_number, crm, external_id, step) values ($1, $2, $3, $4)
           on conflict do nothing returning step)
         select 'begun' as state, null::jsonb as result from begun
         union all
         select case when done_at is null then 'unanswered' else 'done' end, result
         from crm_steps where enterprise_number = $1 and crm = $2 and external_id = $3 and step = $4`,
        [enterpriseNumber, crm, externalId, step],
      ),
    );
    // None: another process wrote the row after this statement had begun to look.
    const found = rows[0];
    if (found !== undefined) return found.state === 'done' ? { state: 'done', result: found.result } : found;
  }
}

/** @param result JSON; undefined is remembered as null */
export async function finishStep(
  db: Queryable,
  { enterpriseNumber, crm, externalId }: CrmCall,
  step: string,
  result: unknown,
): Promise<void> {
  await db.query(
    prepared(
      `insert into crm_steps (enterprise_number, crm, external_id, step, result, done_at)
       values ($1, $2, $3, $4, $5::jsonb, now())
       on conflict (enterprise_number, crm, external_id, step) do update set result = excluded.result, done_at = now()`,
      [enterpriseNumber, crm, externalId, step, JSON.stringify(result ?? null)],
    ),
  );
}

/** What was begun and certainly not done may begin again. */
export async function forgetStep(
  db: Queryable,
  { enterpriseNumber, crm, externalId }: CrmCall,
  step: string,
): Promise<void> {
  await db.query(
    prepared(
      `delete from crm_steps
       where enterprise_number = $1 and crm = $2 and external_id = $3 and step = $4 and done_at is null`,
      [enterpriseNumber, crm, externalId, step],
    ),
  );
}

/** The steps that are done, in order. */
export async function doneSteps(
  db: Queryable,
  { enterpriseNumber, crm, externalId }: CrmCall,
): Promise<{ step: string; result: unknown }[]> {
  const { rows } = await db.query<{ step: string; result: unknown }>(
    prepared(
      `select step, result from crm_steps
       where enterprise_number = $1 and crm = $2 and external_id = $3 and done_at is not null order by done_at, step`,
      [enterpriseNumber, crm, externalId],
    ),
  );
  return rows;
}

/** Names of the steps that were begun, done or not. What was certainly not done is none of them. */
export async function begunSteps(db: Queryable, { enterpriseNumber, crm, externalId }: CrmCall): Promise<string[]> {
  const { rows } = await db.query<{ step: string }>(
    prepared(
      `select step from crm_steps where enterprise_number = $1 and crm = $2 and external_id = $3 order by begun_at, step`,
      [enterpriseNumber, crm, externalId],
    ),
  );
  return rows.map(({ step }) => step);
}
