import type { Queryable } from './pool.js';

/** A tenant with its managers and lines. */
export interface EnterpriseRow {
  number: string;
  name: string;
  name2: string;
  timezone: string;
  country: string;
  recordings_url: string | null;
  debug_log: boolean;
  active: boolean;
  /** As people wrote it: to be read with `readIntegrations`. Secrets are in it. */
  integrations_config: unknown;
  managers: {
    internal_phone: string;
    last_name: string;
    first_name: string;
    middle_name: string;
  }[];
  lines: { line_id: string; name: string | null; incoming_transform: string | null }[];
}

/** All tenants that have a token, the inactive ones too, as they are at one moment: one statement sees one snapshot. */
export async function loadEnterprises(db: Queryable): Promise<EnterpriseRow[]> {
  const { rows } = await db.query<EnterpriseRow>(`
    with managers as (
      select p.enterprise_number, json_agg(json_build_object(
          'internal_phone', p.internal_phone, 'last_name', u.last_name, 'first_name', u.first_name,
          'middle_name', u.middle_name)) as list
      from user_internal_phones p join users u on u.id = p.user_id
      group by p.enterprise_number
    ), lines_of as (
      select enterprise_number, json_agg(json_build_object(
          'line_id', line_id, 'name', name, 'incoming_transform', incoming_transform)) as list
      from lines
      group by enterprise_number
    )
    select e.number, e.name, e.name2, e.timezone, e.country, e.recordings_url, e.debug_log, e.active,
      e.integrations_config,
      coalesce(m.list, '[]') as managers, coalesce(l.list, '[]') as lines
    from enterprises e
    left join managers m on m.enterprise_number = e.number
    left join lines_of l on l.enterprise_number = e.number
    where e.name2 <> ''
    order by e.number`);
  return rows;
}

/** Which of these tokens belong to an active tenant. */
export async function findActiveTokens(db: Queryable, tokens: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ name2: string }>(
    'select name2 from enterprises where active and name2 = any($1::text[])',
    [tokens],
  );
  return rows.map((row) => row.name2);
}
