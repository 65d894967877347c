import type { Crm, EnterpriseNumber } from '../contracts/index.js';
import { reviveDead } from './crmDeliveries.js';
import { forgetTrouble } from './crmDestinations.js';
import type { Queryable } from './pool.js';

/** `integrations_config` of an enterprise, active or not, locked until the transaction ends. */
export async function lockSettings(client: Queryable, enterpriseNumber: EnterpriseNumber): Promise<unknown> {
  const { rows } = await client.query<{ config: unknown }>(
    'select integrations_config as config from enterprises where number = $1 for update',
    [enterpriseNumber],
  );
  return rows[0]?.config;
}

/** Makes an object of settings that are none: JSON in a string keeps what is in it. */
export async function repairSettings(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  config: Readonly<Record<string, unknown>>,
): Promise<void> {
  await client.query(
    `update enterprises set integrations_config = $2
     where number = $1 and jsonb_typeof(integrations_config) <> 'object'`,
    [enterpriseNumber, JSON.stringify(config)],
  );
}

/** Puts one section into settings that are an object; the other sections stay as they are written there. */
export async function putSection(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  section: string,
  value: unknown,
): Promise<void> {
  await client.query(
    `update enterprises set integrations_config = integrations_config || jsonb_build_object($2::text, $3::jsonb)
     where number = $1`,
    [enterpriseNumber, section, JSON.stringify(value)],
  );
}

/** What died of wrong settings is older than this at most. */
const REVIVED_HOURS = 72;

/** After a section was saved: what was known of the CRM no longer counts. @returns deliveries that live again */
export async function retryWithNewSettings(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  crm: Crm,
): Promise<number> {
  await forgetTrouble(client, enterpriseNumber, crm);
  return reviveDead(client, enterpriseNumber, crm, { error: 'configuration: ', hours: REVIVED_HOURS });
}
