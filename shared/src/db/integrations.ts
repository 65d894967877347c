import type { ClientProfile, Crm, EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';
import { prepared } from './prepared.js';

/** An active enterprise with what the integration cache answers from. */
export interface IntegrationsRow {
  number: string;
  name: string;
  name2: string;
  timezone: string;
  country: string;
  integrations_config: unknown;
  managers: {
    internal_phone: string;
    last_name: string;
    first_name: string;
    middle_name: string;
    personal_phone: string | null;
    follow_me_number: string | null;
    follow_me_enabled: boolean;
  }[];
  lines: { line_id: string; name: string | null; operator: string | null; incoming_transform: string | null }[];
}

/**
 * Active enterprises as they are at one moment: one statement sees one snapshot.
 *
 * @param names numbers, names or tokens of those to be found; all of them unless given
 */
export async function findIntegrations(db: Queryable, names?: readonly string[]): Promise<IntegrationsRow[]> {
  const { rows } = await db.query<IntegrationsRow>(
    `select e.number, e.name, e.name2, e.timezone, e.country, e.integrations_config,
       coalesce(m.list, '[]') as managers, coalesce(l.list, '[]') as lines
     from enterprises e
     left join lateral (
       select json_agg(json_build_object('internal_phone', p.internal_phone, 'last_name', u.last_name,
         'first_name', u.first_name, 'middle_name', u.middle_name, 'personal_phone', u.personal_phone,
         'follow_me_number', u.follow_me_number, 'follow_me_enabled', u.follow_me_enabled)
         order by p.internal_phone) as list
       from user_internal_phones p join users u on u.id = p.user_id
       where p.enterprise_number = e.number) m on true
     left join lateral (
       select json_agg(json_build_object('line_id', line_id, 'name', name, 'operator', operator,
         'incoming_transform', incoming_transform) order by line_id) as list
       from lines where enterprise_number = e.number) l on true
     where e.active ${names === undefined ? '' : 'and (e.number = any ($1) or e.name = any ($1) or e.name2 = any ($1))'}
     order by e.number`,
    names === undefined ? [] : [names],
  );
  return rows;
}

/**
 * `integrations_config` of an active enterprise as JSON text, locked until the transaction ends.
 *
 * @returns undefined when there is no such enterprise
 */
export async function lockIntegrations(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
): Promise<string | undefined> {
  const { rows } = await client.query<{ config: string }>(
    'select integrations_config::text as config from enterprises where number = $1 and active for update',
    [enterpriseNumber],
  );
  return rows[0]?.config;
}

/**
 * Puts one section into `integrations_config`.
 *
 * @param sections JSON text of the object that holds the other sections; their values stay as they are written there
 * @param value the section, JSON text
 */
export async function saveIntegration(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  { sections, section, value }: { sections: string; section: string; value: string },
): Promise<void> {
  await client.query(
    `update enterprises set integrations_config = $2::jsonb || jsonb_build_object($3::text, $4::jsonb)
     where number = $1`,
    [enterpriseNumber, sections, section, value],
  );
}

/** Whether nothing is to be asked of the enterprise's CRM now: its breaker is open, or it wants fewer requests. */
export async function isHeld(db: Queryable, enterpriseNumber: EnterpriseNumber, crm: Crm): Promise<boolean> {
  const { rowCount } = await db.query(
    prepared('select from crm_destinations where enterprise_number = $1 and crm = $2 and held_until > now()', [
      enterpriseNumber,
      crm,
    ]),
  );
  return rowCount === 1;
}

/** What `customers` knows of the owner of a phone; undefined when nobody ever wrote a name there. */
export async function findCustomerNames(
  db: Queryable,
  enterpriseNumber: EnterpriseNumber,
  phone: string,
): Promise<Omit<ClientProfile, 'extension'> | undefined> {
  const { rows } = await db.query<Omit<ClientProfile, 'extension'>>(
    prepared(
      `select last_name, first_name, middle_name, enterprise_name from customers
       where enterprise_number = $1 and phone_e164 = $2
         and concat(last_name, first_name, middle_name, enterprise_name) ~ '\\S'`,
      [enterpriseNumber, phone],
    ),
  );
  return rows[0];
}
