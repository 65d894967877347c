import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';

/** What people set of an enterprise; what is not given stays, or gets its default. */
export interface EnterpriseFields {
  name?: string | undefined;
  name2?: string | undefined;
  /** As it is to be stored. */
  bot_token?: string | null | undefined;
  timezone?: string | undefined;
  country?: string | undefined;
  recordings_url?: string | null | undefined;
  is_test?: boolean | undefined;
  debug_log?: boolean | undefined;
  active?: boolean | undefined;
}

export async function addEnterprise(db: Queryable, number: string, fields: EnterpriseFields): Promise<void> {
  const given = present(fields);
  await db.query(
    `insert into enterprises (number, ${given.map(([name]) => name).join(', ')})
     values ($1, ${given.map((_field, index) => `$${index + 2}`).join(', ')})`,
    [number, ...given.map(([, value]) => value)],
  );
}

export async function editEnterprise(db: Queryable, number: EnterpriseNumber, fields: EnterpriseFields): Promise<void> {
  const given = present(fields);
  await db.query(
    `update enterprises set ${given.map(([name], index) => `${name} = $${index + 2}`).join(', ')} where number = $1`,
    [number, ...given.map(([, value]) => value)],
  );
}

/** The columns are those of the type, whose names are ours. */
const present = (fields: EnterpriseFields): [string, unknown][] =>
  Object.entries(fields).filter(([, value]) => value !== undefined);

export interface KnownEnterprise {
  number: EnterpriseNumber;
  name: string;
  country: string;
  active: boolean;
  /** As it is stored. */
  bot_token: string | null;
}

/** By number, name or token, the inactive ones too. */
export async function findEnterprise(db: Queryable, ent: string): Promise<KnownEnterprise | undefined> {
  const { rows } = await db.query<KnownEnterprise>(
    `select number, name, country, active, nullif(bot_token, '') as bot_token from enterprises
     where $1 in (number, name, name2) order by number = $1 desc, name = $1 desc limit 1`,
    [ent],
  );
  return rows[0];
}

export interface ListedEnterprise {
  number: string;
  name: string;
  active: boolean;
  is_test: boolean;
  timezone: string;
  subscribers: number;
  integrations_config: unknown;
  last_event_at: Date | null;
}

export async function listEnterprises(db: Queryable): Promise<ListedEnterprise[]> {
  const { rows } = await db.query<ListedEnterprise>(
    `select e.number, e.name, e.active, e.is_test, e.timezone, e.integrations_config,
       (select count(*) from telegram_users s where s.enterprise_number = e.number and s.enabled) as subscribers,
       (select received_at from call_events v where v.enterprise_number = e.number
        order by event_timestamp desc, id desc limit 1) as last_event_at
     from enterprises e order by e.number`,
  );
  return rows;
}

/** How many events wait for an enterprise with this token. */
export async function countUnassigned(db: Queryable, token: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>('select count(*) from unassigned_events where token = $1', [
    token,
  ]);
  return rows[0]?.count ?? 0;
}
