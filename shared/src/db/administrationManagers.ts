import type { EnterpriseNumber } from '../contracts/index.js';
import type { Queryable } from './pool.js';

/** What people set of a manager; what is not given stays. */
export interface ManagerFields {
  last_name?: string | undefined;
  first_name?: string | undefined;
  middle_name?: string | undefined;
  /** E.164. */
  personal_phone?: string | null | undefined;
  /** An extension, or E.164. */
  follow_me_number?: string | null | undefined;
  follow_me_enabled?: boolean | undefined;
}

export interface ListedManager extends Required<ManagerFields> {
  extension: string;
}

export async function addManager(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  extension: string,
  fields: ManagerFields,
): Promise<void> {
  await client.query(
    `with added as (insert into users (enterprise_number) values ($1) returning id)
     insert into user_internal_phones (enterprise_number, internal_phone, user_id) select $1, $2, id from added`,
    [enterpriseNumber, extension],
  );
  await editManager(client, enterpriseNumber, extension, fields);
}

/** @returns whether there is a manager with this extension */
export async function editManager(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  extension: string,
  fields: ManagerFields,
): Promise<boolean> {
  const given = Object.entries<unknown>({ ...fields }).filter(([, value]) => value !== undefined);
  const { rowCount } = await client.query(
    `update users set ${['enterprise_number = $1', ...given.map(([name], index) => `${name} = $${index + 3}`)].join(', ')}
     where id = (select user_id from user_internal_phones where enterprise_number = $1 and internal_phone = $2)`,
    [enterpriseNumber, extension, ...given.map(([, value]) => value)],
  );
  return rowCount === 1;
}

export async function listManagers(db: Queryable, enterpriseNumber: EnterpriseNumber): Promise<ListedManager[]> {
  const { rows } = await db.query<ListedManager>(
    `select p.internal_phone as extension, u.last_name, u.first_name, u.middle_name, u.personal_phone,
       u.follow_me_number, u.follow_me_enabled
     from user_internal_phones p join users u on u.id = p.user_id
     where p.enterprise_number = $1 order by p.internal_phone`,
    [enterpriseNumber],
  );
  return rows;
}

/** Takes the extension away; whoever has no other goes with it. @returns whether there was one */
export async function removeManager(
  client: Queryable,
  enterpriseNumber: EnterpriseNumber,
  extension: string,
): Promise<boolean> {
  const { rows } = await client.query<{ user_id: number }>(
    'delete from user_internal_phones where enterprise_number = $1 and internal_phone = $2 returning user_id',
    [enterpriseNumber, extension],
  );
  const [row] = rows;
  if (row === undefined) return false;
  await client.query(
    'delete from users u where id = $1 and not exists (select from user_internal_phones p where p.user_id = u.id)',
    [row.user_id],
  );
  return true;
}
