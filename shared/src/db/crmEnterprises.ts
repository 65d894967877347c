import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** An enterprise as adapters need it. */
export interface CrmEnterprise {
  number: EnterpriseNumber;
  name: string;
  timezone: string;
  country: string;
  recordings_url: string | null;
  integrations_config: unknown;
}

/** @returns undefined: there is no enterprise with this number */
export async function findCrmEnterprise(db: Queryable, number: string): Promise<CrmEnterprise | undefined> {
  const { rows } = await db.query<CrmEnterprise>(
    prepared(
      `select number, name, timezone, country, recordings_url, integrations_config from enterprises where number = $1`,
      [number],
    ),
  );
  return rows[0];
}
