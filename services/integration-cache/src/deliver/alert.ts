import type { Crm } from '@live-calls/shared/contracts';
import { takeAlert } from '@live-calls/shared/db';
import type { Logger } from '@live-calls/shared/runtime';
import type pg from 'pg';
import type { Enterprise } from '../directory/enterprise.js';
import type { Death } from './wording.js';

/** @param alarm what happened, and what a person is to do */
export type Alert = (
  enterprise: Pick<Enterprise, 'number' | 'name'>,
  crm: Crm,
  alarm: Pick<Death, 'error' | 'advice'>,
) => Promise<void>;

/** Says that a CRM does not get an enterprise's calls: one line an hour, whichever process notices. */
export function createAlert(pool: pg.Pool, logger: Logger): Alert {
  return async ({ number, name }, crm, { error, advice }) => {
    const trouble = await takeAlert(pool, number, crm);
    if (trouble === undefined) return;
    const { failingSince, lastOkAt, waiting, dead } = trouble;
    const times = { since: failingSince?.toISOString(), lastOk: lastOkAt?.toISOString() };
    logger.error('a CRM does not get calls', { enterprise: number, name, crm, error, ...times, waiting, dead, advice });
  };
}
